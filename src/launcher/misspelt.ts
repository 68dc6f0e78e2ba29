/** Names of settings that were written a little differently, and what was most likely meant. Pure. */
import { nearestName } from '../worker/config/near-name.ts';

/** What other programs call the same thing. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  OPENAI_BASE_URL: 'OPENAI_API_BASE',
  OPENAI_API_BASE_URL: 'OPENAI_API_BASE',
  OPENAI_API_BASEURL: 'OPENAI_API_BASE',
  OPENAI_BASEURL: 'OPENAI_API_BASE',
  OPENAI_BASE: 'OPENAI_API_BASE',
  OPENAI_API_URL: 'OPENAI_API_BASE',
  OPENAI_URL: 'OPENAI_API_BASE',
  OPENAI_API_HOST: 'OPENAI_API_BASE',
  OPENAI_HOST: 'OPENAI_API_BASE',
  OPENAI_ENDPOINT: 'OPENAI_API_BASE',
  OPENAI_API_ENDPOINT: 'OPENAI_API_BASE',
  OPENAI_KEY: 'OPENAI_API_KEY',
  OPENAI_TOKEN: 'OPENAI_API_KEY',
  OPENAI_API_TOKEN: 'OPENAI_API_KEY',
  OPENAI_SECRET_KEY: 'OPENAI_API_KEY',
  OPENAI_MODEL_NAME: 'OPENAI_MODEL',
  OPENAI_API_MODEL: 'OPENAI_MODEL',
  OPENAI_DEFAULT_MODEL: 'OPENAI_MODEL',
  DEFAULT_MODEL: 'OPENAI_MODEL',
  MODEL_NAME: 'OPENAI_MODEL',
  MODEL: 'OPENAI_MODEL',
  ALLOWED_ORIGINS: 'CORS_ORIGINS',
  CORS_ALLOWED_ORIGINS: 'CORS_ORIGINS',
  ALLOWED_HOSTS: 'PUBLIC_HOSTS',
};

/** Names that are near one of ours and belong to other programs. */
const FOREIGN: ReadonlySet<string> = new Set(['APP_TOKEN', 'APIS_TOKEN']);

/** `OPENAI_API_KEY_2`, `PORT1`: one of several, named so on purpose. */
const NUMBERED = /_?\d+$/;

/**
 * The setting that was most likely meant by a name that is none: another case, another order of words, a slip or two,
 * a prefix of ours, or what other programs call it. Undefined for a name that is simply another one.
 * @param known the names of all settings.
 */
export function meantSetting(name: string, known: ReadonlySet<string>): string | undefined {
  if (known.has(name) || FOREIGN.has(name)) return undefined;
  const written = name.toUpperCase().replaceAll('-', '_');
  if (known.has(written)) return written;
  const meant = OTHER_WORDS[written];
  if (meant !== undefined && Object.hasOwn(OTHER_WORDS, written)) return meant;
  const withoutPrefix = written.replace(/^NEXCODE_/, '');
  if (known.has(withoutPrefix)) return withoutPrefix;
  const words = sortedWords(written);
  for (const each of known) if (sortedWords(each) === words) return each;
  if (known.has(written.replace(NUMBERED, ''))) return undefined;
  return nearestName(written, known);
}

function sortedWords(name: string): string {
  return name.split('_').sort().join('_');
}
