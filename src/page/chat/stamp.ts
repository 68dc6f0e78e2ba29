/** Who the next message goes to. Pure. */
import { ASSISTANT_MODEL } from '../api/request.ts';
import type { Session } from '../login/session.ts';
import type { Preferences } from '../settings/preferences.ts';
import type { Speaker, Stamp } from './types.ts';

/** Until the server has named its own. */
const FALLBACK_MODEL = 'gpt-4.1-mini';

export function chosenModel(preferences: Preferences, session: Session | null): string {
  return preferences.model || session?.defaultModel || FALLBACK_MODEL;
}

export function stampFor(preferences: Preferences, session: Session | null): Stamp {
  if (preferences.mode === 'assistant') return { mode: 'assistant', model: ASSISTANT_MODEL };
  return {
    mode: 'openai',
    model: chosenModel(preferences, session),
    ...(preferences.temperature !== null && { temperature: preferences.temperature }),
  };
}

/** Who will probably answer; the answer's headers say who did. */
export function expectedSpeaker(
  preferences: Preferences,
  session: Session | null,
  key: string | null,
): Speaker {
  if (preferences.mode === 'openai' && key) return 'own';
  return preferences.mode === 'openai' || session?.serverKey ? 'server' : 'knowledge';
}
