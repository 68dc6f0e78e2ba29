/** Who the next message goes to. Pure. */
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import type { Session } from '../login/session.ts';
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
