/** Signing out. */
import { signOut } from '../api/sign-in.ts';
import { writeShelf } from '../storage/browser.ts';
import { LOGIN_SHOWN, refreshSession } from './access.ts';
import type { App } from './app.ts';

/** Ends the session; the login page is not shown unasked after that. */
export async function leave(app: App): Promise<void> {
  writeShelf('sessionStorage', LOGIN_SHOWN, '1');
  if (await signOut()) await refreshSession(app);
}
