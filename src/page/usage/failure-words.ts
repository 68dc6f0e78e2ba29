/** What the reader is told of a request that failed. Pure. */
import type { UsageSpeak } from '../i18n/usage-words.ts';
import { RequestError } from './server.ts';

/** Words for a failure. The server's own are shown where they say more than ours: they name what was wrong. */
export function failureWords(error: unknown, t: UsageSpeak): string {
  if (!(error instanceof RequestError) || error.status === 0) return t('noServer');
  const { status, code, message } = error;
  if (code === 'keys_disabled') return t('errKeysOff');
  if (status === 401) return t('sessionEnded');
  if (status === 503) return t('errBusy');
  if (status === 403) return t('errForbidden');
  return t(status >= 500 ? 'errServer' : 'errRefused', { message: message || String(status) });
}

/** Whether the login is over: it ran out, or its key was revoked. */
export function isSessionEnd(error: unknown): boolean {
  return error instanceof RequestError && error.status === 401;
}
