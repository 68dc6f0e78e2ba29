/** Signing out. */

import type { App } from '../app/app.ts';
import { writeShelf } from '../storage/browser.ts';
import { LOGIN_SHOWN, refreshSession } from './access.ts';
import { signOut } from './sign-in.ts';

/** Ends the session; the login page is not shown unasked after that. */
export async function leave(app: App): Promise<void> {
  writeShelf('sessionStorage', LOGIN_SHOWN, '1');
  if (await signOut()) await refreshSession(app);
}
