/** A login by an issued key ends when the key is revoked or expires: the next request is refused then. */
import type { Ending } from '../api/converse.ts';
import type { App } from '../app/app.ts';
import { refreshSession } from './access.ts';
import { isHolder } from './session.ts';

/**
 * The end of an answer; where it was refused because the login has ended meanwhile, it says so. A refusal of the vendor
 * looks the same, so the server is asked who is signed in.
 */
export async function endingOfLogin(app: App, ending: Ending): Promise<Ending> {
  if (ending.type !== 'failed' || ending.failure.status !== 401) return ending;
  if (!isHolder(app.state.get().session)) return ending;
  await refreshSession(app);
  if (app.state.get().session?.authenticated !== false) return ending;
  const { code: _, ...failure } = ending.failure;
  return { ...ending, failure: { ...failure, kind: 'session', message: '' } };
}
