/** Whether a request goes to the endpoint that it names or is translated to chat: the decision, as a pure function. */
import type { TranslationMode } from '../config/upstream.ts';

/** `native`: the bytes untouched. `native-first`: likewise, but a refusal of the endpoint leads to `chat`: translated. */
export type Strategy = 'native' | 'native-first' | 'chat';

/** What the decision depends on. */
export interface StrategyFacts {
  readonly mode: TranslationMode;
  /** Whether the upstream has the endpoint for this model, as far as its documents say. */
  readonly documented: boolean | undefined;
  /** This upstream has refused this model here before, and chat has answered. */
  readonly knownChat: boolean;
}

/** How a request is served. */
export function strategyFor({ mode, documented, knownChat }: StrategyFacts): Strategy {
  if (mode !== 'auto') return mode;
  if (documented === true) return 'native';
  return knownChat || documented === false ? 'chat' : 'native-first';
}

/**
 * What a refusal of the native endpoint says. `chat-model`: the model is one for chat. `no-endpoint`: the endpoint, or
 * the model, is not there. `other`: nothing about either; it is the client's answer.
 */
export type NativeRefusal = 'chat-model' | 'no-endpoint' | 'other';
