/** Whose a recorded stream is: its objects are named by the owner, so that nobody else ever asks one of them. */
import type { Payer } from '../access/decide.ts';
import type { Settings } from '../config/settings.ts';
import { hex } from './stream-id.ts';

/**
 * The owner as a digest; undefined for a caller's own key, whose streams are not recorded. A login made with API_TOKEN
 * and the token itself are one owner, and so are an issued key and a login made with it.
 */
export async function streamOwner(payer: Payer, settings: Settings): Promise<string | undefined> {
  if (payer.pays === 'client') return undefined;
  const name = ownerName(payer, settings);
  const owners = known.get(settings) ?? new Map<string, string>();
  const owner = owners.get(name) ?? (await digestOf(name));
  if (owners.size >= MOST_KNOWN) owners.clear();
  owners.set(name, owner);
  known.set(settings, owners);
  return owner;
}

/** Owners that this isolate has met: a digest is made on another thread, which a stream's first byte would wait for. */
const known = new WeakMap<Settings, Map<string, string>>();
const MOST_KNOWN = 1000;

async function digestOf(name: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`stream owner\n${name}`));
  return hex(new Uint8Array(bytes));
}

function ownerName(payer: Exclude<Payer, { readonly pays: 'client' }>, { apiToken }: Settings): string {
  if (payer.by === 'key') return `key ${payer.digest}`;
  return payer.by === 'open' ? 'open' : `token ${apiToken ?? ''}`;
}
