/** How a conversation is set up: who answers, with which parameters, in which role. Pure. */

import { type ParameterChoices, type RequestParameters, withChoices } from '../api/parameters.ts';
import type { Session } from '../login/session.ts';
import type { Preferences } from '../settings/registry.ts';
import type { Mode } from './types.ts';

/** Until the server has named its own. */
const FALLBACK_MODEL = 'gpt-4.1-mini';

/** What a conversation can choose for itself; what is absent is as the settings say. */
export interface ChatSetup {
  readonly mode?: Mode;
  /** Empty: the server's default. */
  readonly model?: string;
  readonly parameters?: ParameterChoices;
  /** The system prompt; empty for none. */
  readonly role?: string;
}

/** What the next message is sent with. */
export interface Setup {
  readonly mode: Mode;
  readonly model: string;
  readonly parameters: RequestParameters;
  readonly role: string;
}

/**
 * @param chat the conversation's own choices, or those of the one that is yet to be
 * @param begun whether it has begun: the settings' role is for new conversations alone
 */
export function setupOf(
  chat: ChatSetup,
  begun: boolean,
  preferences: Preferences,
  session: Session | null,
): Setup {
  return {
    mode: chat.mode ?? preferences.mode,
    model: (chat.model ?? preferences.model) || session?.defaultModel || FALLBACK_MODEL,
    parameters: withChoices(preferences.parameters, chat.parameters),
    role: chat.role ?? (begun ? '' : preferences.role),
  };
}

/** What a conversation keeps from its beginning: it stays with its model and role when the settings change. */
export function setupAtStart(next: ChatSetup, preferences: Preferences): ChatSetup {
  const { mode, model, role } = preferences;
  return { mode, model, ...(role && { role }), ...next };
}
