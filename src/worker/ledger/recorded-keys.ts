/** Which keys have all their streams recorded: their objects say so, and an answer holds for a minute. */
import type { IssuedKey } from '../access/key-form.ts';
import { keyService, payerName } from './services.ts';

/** To ask at each call would cost it a request to the key's object beside that of its admission. */
const KNOWN_MS = 60_000;

/** What is known of so many keys at most; then of none, and they are asked again. */
const MOST_KNOWN = 10_000;

const known = new Map<string, { readonly isRecorded: boolean; readonly until: number }>();

/** Whether all streams of a key are to be recorded: not for one that is refused, or whose object does not answer. */
export async function isRecordedKey(
  { id, digest }: IssuedKey,
  env: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const found = known.get(id);
  if (found !== undefined && found.until > Date.now()) return found.isRecorded;
  // Why a key is refused, its call is told when it is admitted.
  const view = await keyService(env, payerName(id))
    .view(digest)
    .catch(() => undefined);
  if (view === undefined || 'kind' in view) return false;
  const isRecorded = view.profile.limits.resumable;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(id, { isRecorded, until: Date.now() + KNOWN_MS });
  return isRecorded;
}

/** A key's limits have changed: its object is asked at the next call. */
export function forgetRecordedKey(id: string): void {
  known.delete(id);
}
