/** The kinds of values that settings take, each with the message for an invalid one. */
import * as z from 'zod/mini';
import { LinearPattern, UnsupportedPattern } from './linear-pattern.ts';
import { NamePattern } from './name-pattern.ts';

/** A day is longer than any answer takes. */
const LONGEST_LIMIT_MS = 86_400_000;

/** The server's token is compared in blocks of this size (see `equalSecrets`). */
export const LONGEST_SECRET_BYTES = 512;

/** The shortest server token that nobody can guess, in characters. */
export const SHORTEST_TOKEN = 20;

/** What makes a good one. */
export const MAKE_A_TOKEN = `node -p "crypto.randomBytes(24).toString('base64url')"`;

/** A JSON number as the operator wrote it: kept as text, so that `0.70` reaches the upstream as `0.70`. */
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A setting that `parse` turns into its value. What it does not understand (undefined) is told `message`. */
function setting<Value>(message: string, parse: (value: unknown) => Value | undefined) {
  const checked = z.transform((input: unknown, context) => {
    const value = parse(input);
    if (value !== undefined) return value;
    context.issues.push({ code: 'custom', message, input });
    return z.NEVER;
  });
  return z.pipe(z.unknown(), checked);
}

/** The same for settings that are texts; `parse` gets it without the white space around it. */
export function textSetting<Value>(message: string, parse: (text: string) => Value | undefined) {
  return setting(message, (value) => (typeof value === 'string' ? parse(value.trim()) : undefined));
}

export const boolean = setting('must be true or false', (value) => {
  const text = String(value).trim().toLowerCase();
  if (text === 'true') return true;
  return text === 'false' ? false : undefined;
});

/** A JSON number within limits, as the operator wrote it. */
export const numberLiteral = (minimum: number, maximum: number) =>
  setting(`must be a number from ${minimum} to ${maximum}`, (value) =>
    literalWithin(value, minimum, maximum),
  );

export const wholeNumber = (minimum: number, maximum: number) =>
  setting(`must be a whole number from ${minimum} to ${maximum}`, (value) => {
    const number = Number(literalWithin(value, minimum, maximum));
    return Number.isSafeInteger(number) ? number : undefined;
  });

/** Visible ASCII without spaces: what fits in an `Authorization: Bearer` header (RFC 9110, field values). */
const HEADER_TOKEN = /^[\x21-\x7e]+$/;
const MUST_FIT_A_HEADER = 'must be visible ASCII characters without spaces or line breaks';

export const apiKey = textSetting(MUST_FIT_A_HEADER, (text) => (HEADER_TOKEN.test(text) ? text : undefined));

/** RFC 9110, section 5.6.2, without what no vendor uses. */
const HEADER_NAME = /^[a-z][a-z0-9-]*$/;

export const keyHeader = textSetting('must be bearer, or the name of a header such as api-key', (text) =>
  HEADER_NAME.test(text.toLowerCase()) ? text.toLowerCase() : undefined,
);

/** Names of request headers, separated by commas; `*` stands for any characters. */
export const headerPatterns = textSetting(
  'must be names of headers such as x-tenant or x-team-*, separated by commas; a star stands behind two characters at least',
  (text) =>
    listOf(text.toLowerCase(), (name) => /^[a-z][a-z0-9-]+(?:\*[a-z0-9-]*)?$/.test(name))?.map(
      (glob) => new NamePattern(glob),
    ),
);

/** A time limit in milliseconds; 0 is none. */
export const timeLimitMs = wholeNumber(0, LONGEST_LIMIT_MS);

/** The server's own token, no longer than `equalSecrets` compares. */
export const serverToken = textSetting(`${MUST_FIT_A_HEADER}, ${LONGEST_SECRET_BYTES} at most`, (text) =>
  HEADER_TOKEN.test(text) && text.length <= LONGEST_SECRET_BYTES ? text : undefined,
);

const SHORTEST_KEYS_SECRET = 32;

/** What the tags of issued keys are made with: nobody types it, so it may be long. */
export const keysSecret = textSetting(
  `must be ${SHORTEST_KEYS_SECRET} to ${LONGEST_SECRET_BYTES} visible ASCII characters without spaces`,
  (text) =>
    HEADER_TOKEN.test(text) && text.length >= SHORTEST_KEYS_SECRET && text.length <= LONGEST_SECRET_BYTES
      ? text
      : undefined,
);

/** A name of the IANA time zone database that the runtime knows. */
export const timeZone = textSetting('must be a time zone such as UTC or Asia/Shanghai', (text) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
});

export const origins = textSetting(
  'must be origins such as https://app.example.com, separated by commas',
  (text) => listOf(text, isOrigin),
);

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d+)?$/i;
export const hosts = textSetting('must be host names such as chat.example.com, separated by commas', (text) =>
  listOf(text.toLowerCase(), (item) => HOST.test(item)),
);

export const baseUrl = textSetting(
  'must be an http or https address such as https://api.openai.com/v1, without user name, query or fragment',
  normalBase,
);

export const pattern = textSetting(
  'must be a regular expression such as ^sk-, which is matched in linear time: write it without look-arounds (?=, back references \\1 and word boundaries \\b, and with fewer or shorter repetitions if it has more than a thousand steps',
  (text) => {
    try {
      return new LinearPattern(text);
    } catch (error) {
      if (error instanceof UnsupportedPattern) return undefined;
      throw error;
    }
  },
);

export const modelName = textSetting('must be the name of a model, 256 characters at most', (text) =>
  text.length <= 256 ? text : undefined,
);

const MODES = ['auto', 'native', 'chat'] as const;
/** How an endpoint is served that an upstream may lack: translated, untouched, or as it turns out. */
export const translationMode = textSetting('must be auto, native or chat', (text) =>
  MODES.find((mode) => mode === text),
);

function literalWithin(value: unknown, minimum: number, maximum: number): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const literal = String(value).trim();
  const number = Number(literal);
  return JSON_NUMBER.test(literal) && number >= minimum && number <= maximum ? literal : undefined;
}

/** `true`, `false`, or `auto`: what is known of the upstream decides. */
export const automatic = setting('must be auto, true or false', (value) => {
  const text = String(value).trim().toLowerCase();
  if (text === 'auto') return text;
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
});

/** The items between the commas, if each is as it must be. */
function listOf(text: string, isItem: (item: string) => boolean): string[] | undefined {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.every(isItem) ? items : undefined;
}

/** As browsers write it. Desktop apps and extensions have schemes of their own (`tauri://localhost`), without a port. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text) || text.includes('*')) return false;
  const { origin, protocol, host } = new URL(text);
  return text === (origin === 'null' && host !== '' ? `${protocol}//${host}` : origin);
}

/** Drops a trailing slash, and adds `/v1` to a base without any path. */
function normalBase(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!plain || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  const path = url.pathname.replace(/\/+$/, '');
  return `${url.origin}${path === '' ? '/v1' : path}`;
}
