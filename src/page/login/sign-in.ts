/** Opening and closing a session with the server. */

import { ownFetch } from '../api/own-fetch.ts';
export type SignIn =
  | { readonly type: 'in' }
  | { readonly type: 'refused' }
  | { readonly type: 'wait'; readonly retryAfter: string | null }
  | { readonly type: 'failed'; readonly status: number };

/** Trades the server's token, or a key that it has issued, for a session cookie. */
export async function signIn(token: string): Promise<SignIn> {
  try {
    const response = await ownFetch('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (response.ok) return { type: 'in' };
    if (response.status === 429) return { type: 'wait', retryAfter: response.headers.get('retry-after') };
    return response.status === 401 ? { type: 'refused' } : { type: 'failed', status: response.status };
  } catch {
    return { type: 'failed', status: 0 };
  }
}

/** Ends the session; says whether the server agreed. */
export async function signOut(): Promise<boolean> {
  return await ownFetch('/session', { method: 'DELETE' }).then(
    (response) => response.ok,
    () => false,
  );
}
