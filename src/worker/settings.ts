/** The settings: what the operator can say, with its defaults, checked once and turned into typed values. */
import * as z from 'zod';

const MEBIBYTE = 1024 * 1024;

/** A JSON number as the operator wrote it: kept as text, so that `0.70` reaches the upstream as `0.70`. */
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** OpenAI's own address: the upstream when nothing is set, and the one base that is useless without a key. */
export const OPENAI_BASE = 'https://api.openai.com/v1';

const MUST_BE_BOOLEAN = 'must be true or false';
const boolean = z.union([z.boolean(), z.string()], MUST_BE_BOOLEAN).transform((value, context) => {
  const text = String(value).trim().toLowerCase();
  if (text === 'true') return true;
  if (text === 'false') return false;
  context.addIssue({ code: 'custom', message: MUST_BE_BOOLEAN });
  return z.NEVER;
});

/** A JSON number within limits, as the operator wrote it. */
const numberLiteral = (minimum: number, maximum: number, kind = 'number') => {
  const message = `must be a ${kind} from ${minimum} to ${maximum}`;
  return z.union([z.number(), z.string().trim()], message).transform((value, context) => {
    const literal = String(value);
    const number = Number(literal);
    if (JSON_NUMBER.test(literal) && number >= minimum && number <= maximum) return literal;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
};

const wholeNumber = (minimum: number, maximum: number) =>
  numberLiteral(minimum, maximum, 'whole number')
    .transform(Number)
    .refine(Number.isSafeInteger, `must be a whole number from ${minimum} to ${maximum}`);

/** Visible ASCII without spaces: what fits in an `Authorization: Bearer` header (RFC 9110, field values). */
const MUST_FIT_A_HEADER = 'must be visible ASCII characters without spaces or line breaks';
const headerToken = z
  .string(MUST_FIT_A_HEADER)
  .trim()
  .regex(/^[\x21-\x7e]+$/, MUST_FIT_A_HEADER)
  .max(512, 'must have at most 512 characters');

const list = (message: string) =>
  z.string(message).transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

const MUST_BE_ORIGINS = 'must be origins such as https://app.example.com, separated by commas';
const origins = list(MUST_BE_ORIGINS).refine((items) => items.every(isOrigin), MUST_BE_ORIGINS);

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d+)?$/i;
const MUST_BE_HOSTS = 'must be host names such as chat.example.com, separated by commas';
const hosts = list(MUST_BE_HOSTS)
  .refine((items) => items.every((item) => HOST.test(item)), MUST_BE_HOSTS)
  .transform((items) => items.map((item) => item.toLowerCase()));

const MUST_BE_ADDRESS =
  'must be an http or https address such as https://api.openai.com/v1, without user name, query or fragment';
const baseUrl = z.string(MUST_BE_ADDRESS).transform((text, context) => {
  const base = normalBase(text.trim());
  if (base !== undefined) return base;
  context.addIssue({ code: 'custom', message: MUST_BE_ADDRESS });
  return z.NEVER;
});

const MUST_BE_PATTERN = 'must be a regular expression such as ^sk-';
const pattern = z.string(MUST_BE_PATTERN).transform((text, context) => {
  try {
    return new RegExp(text);
  } catch {
    context.addIssue({ code: 'custom', message: MUST_BE_PATTERN });
    return z.NEVER;
  }
});

const MUST_BE_MODEL = 'must be the name of a model, 256 characters at most';

const schema = z.object({
  OPENAI_API_BASE: baseUrl.default(OPENAI_BASE),
  OPENAI_API_KEY: headerToken.optional(),
  OPENAI_MODEL: z.string(MUST_BE_MODEL).trim().max(256, MUST_BE_MODEL).default('gpt-4.1-mini'),
  MAX_TOKENS: wholeNumber(1, 10_000_000).optional(),
  TEMPERATURE: numberLiteral(0, 2).optional(),
  SOLUTION_TEMPERATURE: numberLiteral(0, 2).default('0.3'),
  API_TOKEN: headerToken.optional(),
  REQUIRE_AUTH: boolean.optional(),
  ALLOW_CLIENT_KEYS: boolean.default(true),
  CLIENT_KEY_PATTERN: pattern.default(/^sk-/),
  CORS_ORIGINS: origins.default([]),
  PUBLIC_HOSTS: hosts.default([]),
  ALLOW_ADMIN_PATHS: boolean.default(false),
  COMPLETIONS_MODE: z.enum(['auto', 'native', 'chat'], 'must be auto, native or chat').default('auto'),
  COMPLETIONS_MAX_PROMPTS: wholeNumber(1, 2048).default(32),
  MAX_BODY_BYTES: wholeNumber(1024, 512 * MEBIBYTE).default(20 * MEBIBYTE),
  UPSTREAM_HEADERS_MS: wholeNumber(0, 86_400_000).default(0),
  UPSTREAM_IDLE_MS: wholeNumber(0, 86_400_000).default(0),
  DEBUG: boolean.default(false),
  LOCAL_SERVER: boolean.default(false),
  SELF_HOSTED: boolean.default(false),
});

/** The names of all settings that are bindings of the Worker, in the order of the guides. */
export const SETTING_NAMES: readonly string[] = Object.keys(schema.shape);

/** Why anonymous requests are served or refused; `server_misconfigured` when the door is shut without a key to it. */
export type AuthReason = 'set' | 'local' | 'nothing_to_spend' | 'fresh_deployment';

/** The settings after the check. Number literals that travel in bodies stay text, digit for digit. */
export interface Settings {
  /** The default upstream, without a trailing slash, its version path included. */
  readonly base: string;
  readonly key: string | undefined;
  readonly model: string;
  readonly maxTokens: number | undefined;
  readonly temperature: string | undefined;
  readonly solutionTemperature: string;
  readonly apiToken: string | undefined;
  /** What REQUIRE_AUTH comes to, and why. */
  readonly requireAuth: boolean;
  readonly requireAuthReason: AuthReason;
  readonly allowClientKeys: boolean;
  readonly clientKeyPattern: RegExp;
  readonly corsOrigins: readonly string[];
  readonly publicHosts: readonly string[];
  readonly allowAdminPaths: boolean;
  readonly completionsMode: 'auto' | 'native' | 'chat';
  readonly completionsMaxPrompts: number;
  readonly maxBodyBytes: number;
  /** Time limits in milliseconds; 0 is none. */
  readonly upstreamHeadersMs: number;
  readonly upstreamIdleMs: number;
  readonly debug: boolean;
  /** The launcher listens on a loopback address only. */
  readonly localServer: boolean;
  /** The launcher runs the Worker: what Cloudflare says in headers is then the client's own claim. */
  readonly selfHosted: boolean;
}

/** One setting that cannot be used: its name, and what is wrong in words that never repeat its value. */
export interface SettingProblem {
  readonly name: string;
  readonly message: string;
}

/** Either the settings, or every problem found. */
export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

/**
 * Checks raw bindings: strings (environment, `.dev.vars`, secrets) or TOML values. An empty string counts as unset.
 * Pure: the launcher runs it at start, the Worker at its first request.
 */
export function parseSettings(bindings: Readonly<Record<string, unknown>>): SettingsResult {
  const present = Object.fromEntries(
    SETTING_NAMES.map((name) => [name, bindings[name]] as const).filter(([, value]) => !isBlank(value)),
  );
  const parsed = schema.safeParse(present);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => ({
      name: String(issue.path[0] ?? ''),
      message: issue.message,
    }));
    return { ok: false, problems };
  }
  return { ok: true, settings: settle(parsed.data) };
}

/** A REQUIRE_AUTH that demands a token while no API_TOKEN is set: nobody but client keys can come in. */
export function isMisconfigured(settings: Settings): boolean {
  return settings.requireAuth && settings.apiToken === undefined;
}

function settle(values: z.output<typeof schema>): Settings {
  const [requireAuth, requireAuthReason] = requireAuthOf(values);
  return {
    base: values.OPENAI_API_BASE,
    key: values.OPENAI_API_KEY,
    model: values.OPENAI_MODEL,
    maxTokens: values.MAX_TOKENS,
    temperature: values.TEMPERATURE,
    solutionTemperature: values.SOLUTION_TEMPERATURE,
    apiToken: values.API_TOKEN,
    requireAuth,
    requireAuthReason,
    allowClientKeys: values.ALLOW_CLIENT_KEYS,
    clientKeyPattern: values.CLIENT_KEY_PATTERN,
    corsOrigins: values.CORS_ORIGINS,
    publicHosts: values.PUBLIC_HOSTS,
    allowAdminPaths: values.ALLOW_ADMIN_PATHS,
    completionsMode: values.COMPLETIONS_MODE,
    completionsMaxPrompts: values.COMPLETIONS_MAX_PROMPTS,
    maxBodyBytes: values.MAX_BODY_BYTES,
    upstreamHeadersMs: values.UPSTREAM_HEADERS_MS,
    upstreamIdleMs: values.UPSTREAM_IDLE_MS,
    debug: values.DEBUG,
    localServer: values.LOCAL_SERVER,
    selfHosted: values.SELF_HOSTED,
  };
}

/** An unset REQUIRE_AUTH is open only where nobody else can come or nothing can be spent: never an open purse. */
function requireAuthOf(values: z.output<typeof schema>): [boolean, AuthReason] {
  if (values.REQUIRE_AUTH !== undefined) return [values.REQUIRE_AUTH, 'set'];
  if (values.LOCAL_SERVER) return [false, 'local'];
  if (values.OPENAI_API_KEY === undefined && values.OPENAI_API_BASE === OPENAI_BASE) {
    return [false, 'nothing_to_spend'];
  }
  return [true, 'fresh_deployment'];
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
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
