/** Whose a recorded stream is: its objects are named by the owner, so that nobody else ever asks one of them. */
import type { Payer } from '../access/decide.ts';
import { digestOf } from '../access/key-form.ts';
import type { Settings } from '../config/settings.ts';

/**
 * The owner as a digest; undefined for a caller's own key, whose streams are not recorded. A login made with API_TOKEN
 * and the token itself are one owner, and so are an issued key and a login made with it.
 */
export function streamOwner(payer: Payer, settings: Settings): string | undefined {
  if (payer.pays === 'client') return undefined;
  return digestOf(`stream owner\n${ownerName(payer, settings)}`);
}

function ownerName(payer: Exclude<Payer, { readonly pays: 'client' }>, { apiToken }: Settings): string {
  if (payer.by === 'key') return `key ${payer.digest}`;
  return payer.by === 'open' ? 'open' : `token ${apiToken ?? ''}`;
}
