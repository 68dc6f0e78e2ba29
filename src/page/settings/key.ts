/** Where the reader's API key stays: in memory unless they choose otherwise, and never in two places. */

import { readStorage, writeStorage } from '../storage/browser.ts';
import { cleanKey } from './clean-key.ts';

export type KeyPlace = 'memory' | 'session' | 'device';

export interface KeptKey {
  readonly value: string | null;
  readonly place: KeyPlace;
}

const NAME = 'nexcode.key';

/** The key kept from before. */
export function readKey(): KeptKey {
  const session = cleanKey(readStorage('sessionStorage', NAME) ?? '');
  if (session) return { value: session, place: 'session' };
  const device = cleanKey(readStorage('localStorage', NAME) ?? '');
  return device ? { value: device, place: 'device' } : { value: null, place: 'memory' };
}

/** Puts the key where it may stay and takes it from everywhere else. Null forgets it. */
export function writeKey({ value, place }: KeptKey): void {
  writeStorage('sessionStorage', NAME, place === 'session' ? value : null);
  writeStorage('localStorage', NAME, place === 'device' ? value : null);
}
