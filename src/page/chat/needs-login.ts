/** Whether to send the reader to the login page. Pure. */
import type { State } from '../app/app.ts';
import { shownSetup } from './shown.ts';

/** Whether the next message would be refused for want of a session. */
export function needsLogin(state: State): boolean {
  const { session, key } = state;
  if (!session?.loginRequired || !session.loginAvailable || session.authenticated) return false;
  return !(session.clientKeys && shownSetup(state).mode === 'openai' && key.value !== null);
}
