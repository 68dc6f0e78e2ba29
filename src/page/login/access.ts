/** What the server offers, and the way to the login page. */
import type { App } from '../app/app.ts';
import { readStorage, writeStorage } from '../storage/browser.ts';
import { loginAddress } from './next.ts';
import { fetchModels, fetchSession } from './session.ts';
import { signOut as endSession } from './sign-in.ts';

/** Set once the login page was shown by itself in this tab: it is never shown unasked a second time. */
export const LOGIN_SHOWN = 'nexcode.login-shown';

/** Asks the server again who is signed in and what may be used. */
export async function refreshSession(app: App): Promise<void> {
  const session = await fetchSession();
  if (!session) return;
  app.state.set({ session });
  if (session.authenticated) writeStorage('sessionStorage', LOGIN_SHOWN, null);
}

/** Goes to the login page, once in this tab. */
export function showLoginOnce(): void {
  if (readStorage('sessionStorage', LOGIN_SHOWN) === null && writeStorage('sessionStorage', LOGIN_SHOWN, '1'))
    goToLogin();
}

export function goToLogin(): void {
  location.assign(loginAddress(location.pathname + location.search + location.hash));
}

/** The server's models, as the key in use sees them. */
export async function refreshModels(app: App): Promise<void> {
  const models = await fetchModels(app.state.get().key.value);
  if (models.length > 0) app.state.set({ models });
}

/** Ends the session; the login page is not shown unasked after that. */
export async function signOut(app: App): Promise<void> {
  writeStorage('sessionStorage', LOGIN_SHOWN, '1');
  if (await endSession()) await refreshSession(app);
}
