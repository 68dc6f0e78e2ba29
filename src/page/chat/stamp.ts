/** Who the next message goes to. Pure. */
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import type { Session } from '../login/session.ts';
import type { ListedModel } from '../models/model.ts';
import { isUsableKey } from '../settings/clean-key.ts';
import type { Setup } from './setup.ts';
import type { Mode, Speaker, Stamp } from './types.ts';

export function stampFor({ mode, model, parameters }: Omit<Setup, 'role'>): Stamp {
  if (mode === 'assistant') return { mode, model: ASSISTANT_MODEL };
  return { mode, model, ...parameters };
}

/** Who will probably answer; the answer's headers say who did. Null: nobody, for want of a key. */
export function expectedSpeaker(mode: Mode, session: Session | null, key: string | null): Speaker | null {
  const openai = mode === 'openai';
  if (openai && key)
    return isUsableKey(key, session?.keyPattern ?? null) ? 'own' : session?.serverKey ? 'server' : null;
  if (openai) return session?.serverKey === false ? null : 'server';
  return session?.serverKey && session.defaultModel !== ASSISTANT_MODEL ? 'server' : 'knowledge';
}

/** The models of the original page. OpenAI has retired them; a server may still route the names. */
const CLASSIC = ['gpt-3.5-turbo', 'gpt-4', 'gpt-4-turbo-preview'];

export interface OfferedModels {
  /** The server's own first, then what it lists. */
  readonly served: readonly string[];
  /** The classic three where the server does not list them. */
  readonly retired: readonly string[];
}

export function offeredModels(session: Session | null, listed: readonly ListedModel[]): OfferedModels {
  const served = new Set(session?.defaultModel ? [session.defaultModel] : []);
  for (const { id } of listed) if (id !== ASSISTANT_MODEL) served.add(id);
  return { served: [...served], retired: CLASSIC.filter((model) => !served.has(model)) };
}
