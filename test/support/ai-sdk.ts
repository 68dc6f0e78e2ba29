/** The ways in which the Vercel AI SDK speaks to an OpenAI-compatible server, each with a model that answers that way. */
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';
import { callsTools, chatOpening, says, type ToolCall } from './chat-model.ts';
import { respondsCalling, respondsWith, responseOpening } from './responses-model.ts';
import { CLIENT_KEY, type Surface } from './surface.ts';
import type { Script } from './upstream.ts';

/** One way: a provider's package and the API that it asks. */
export interface Way {
  readonly name: string;
  readonly path: string;
  /** The model as its users make it: nothing but the base URL changed. */
  model(surface: Surface, options?: { readonly fetch?: typeof fetch }): LanguageModel;
  /** Upstream: answers with a text. */
  says(text: string): Script;
  /** Upstream: answers with a call of a tool. */
  calls(call: ToolCall): Script;
  /** Upstream: the first bytes of a stream that has said a text and is not over. */
  opening(text: string): string;
}

const settings = (surface: Surface, options: { readonly fetch?: typeof fetch } = {}) => ({
  baseURL: surface.base,
  apiKey: CLIENT_KEY,
  ...options,
});

export const WAYS: readonly Way[] = [
  {
    name: '@ai-sdk/openai, its default: responses',
    path: '/v1/responses',
    model: (surface, options) => createOpenAI(settings(surface, options))('m'),
    says: respondsWith,
    calls: respondsCalling,
    opening: responseOpening,
  },
  {
    name: '@ai-sdk/openai, chat',
    path: '/v1/chat/completions',
    model: (surface, options) => createOpenAI(settings(surface, options)).chat('m'),
    says,
    calls: callsTools,
    opening: chatOpening,
  },
  {
    name: '@ai-sdk/openai-compatible',
    path: '/v1/chat/completions',
    model: (surface, options) =>
      createOpenAICompatible({
        name: 'gateway',
        includeUsage: true,
        supportsStructuredOutputs: true,
        ...settings(surface, options),
      })('m'),
    says,
    calls: callsTools,
    opening: chatOpening,
  },
];
