/** What of ours an upstream's text may quote, and no answer may show. */
import { upstreamKey } from './call.ts';
import type { UpstreamContext } from './context.ts';

const SHORTEST_SECRET = 8;

/** The key in use, whoever pays with it, and every secret of the server's. */
export function secretsOf({ payer, settings, upstream }: UpstreamContext): readonly string[] {
  return [upstreamKey(payer, upstream), ...settings.secrets].filter(isSecret);
}

/** Placeholders such as `none` or `EMPTY` are words that an error may well need. */
function isSecret(key: string | undefined): key is string {
  return key !== undefined && key.length >= SHORTEST_SECRET;
}
