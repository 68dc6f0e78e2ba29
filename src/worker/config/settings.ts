/** The settings: what the operator can say, with its defaults, checked once and turned into typed values. */
import * as z from 'zod/mini';
import {
  apiKey,
  baseUrl,
  boolean,
  completionsMode,
  hosts,
  modelName,
  numberLiteral,
  origins,
  pattern,
  serverToken,
  timeLimitMs,
  wholeNumber,
} from './kinds.ts';
import type { Routing } from './routing.ts';
import { parseRouting } from './routing.ts';
import { DEFAULT_UPSTREAM, type Upstream } from './upstream.ts';

const MEBIBYTE = 1024 * 1024;

/** OpenAI's own address: the upstream when nothing is set, and the one base that is useless without a key. */
export const OPENAI_BASE = 'https://api.openai.com/v1';

const schema = z.object({
  OPENAI_API_BASE: z._default(baseUrl, OPENAI_BASE),
  OPENAI_API_KEY: z.optional(apiKey),
  OPENAI_MODEL: z._default(modelName, 'gpt-4.1-mini'),
  MAX_TOKENS: z.optional(wholeNumber(1, 10_000_000)),
  TEMPERATURE: z.optional(numberLiteral(0, 2)),
  SOLUTION_TEMPERATURE: z._default(numberLiteral(0, 2), '0.3'),
  API_TOKEN: z.optional(serverToken),
  REQUIRE_AUTH: z.optional(boolean),
  ALLOW_CLIENT_KEYS: z._default(boolean, true),
  CLIENT_KEY_PATTERN: z._default(pattern, /^sk-/),
  CORS_ORIGINS: z._default(origins, []),
  PUBLIC_HOSTS: z._default(hosts, []),
  ALLOW_ADMIN_PATHS: z._default(boolean, false),
  KNOWLEDGE_FOR_CLIENT_KEYS: z._default(boolean, false),
  COMPLETIONS_MODE: z._default(completionsMode, 'auto'),
  COMPLETIONS_MAX_PROMPTS: z._default(wholeNumber(1, 2048), 32),
  MAX_BODY_BYTES: z._default(wholeNumber(1024, 512 * MEBIBYTE), 20 * MEBIBYTE),
  BODIES_BYTES: z._default(wholeNumber(1024, 4096 * MEBIBYTE), 64 * MEBIBYTE),
  BODY_MS: z._default(wholeNumber(100, 3_600_000), 60_000),
  UPSTREAM_HEADERS_MS: z._default(timeLimitMs, 0),
  UPSTREAM_FIRST_CONTENT_MS: z._default(timeLimitMs, 30_000),
  UPSTREAM_IDLE_MS: z._default(timeLimitMs, 0),
  UPSTREAMS: z.optional(z.unknown()),
  MODELS: z.optional(z.unknown()),
  DEBUG: z._default(boolean, false),
  LOCAL_SERVER: z._default(boolean, false),
  SELF_HOSTED: z._default(boolean, false),
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
  /** Whether callers with keys of their own are answered out of the operator's `knowledge/` too. */
  readonly knowledgeForClientKeys: boolean;
  readonly completionsMaxPrompts: number;
  readonly maxBodyBytes: number;
  /** What all request bodies in memory may hold together, in bytes. */
  readonly bodiesBytes: number;
  /** How long a body may take to arrive, in milliseconds, before what its size adds. */
  readonly bodyMs: number;
  /** Where requests go: the default upstream and those of UPSTREAMS, and what MODELS says of names. */
  readonly routing: Routing;
  /** The server has a key of its own for at least one upstream. */
  readonly hasKey: boolean;
  /** Every key and token of the server's: none of them may stand in a log or an error. */
  readonly secrets: readonly string[];
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
  const { UPSTREAMS, MODELS } = parsed.data;
  const { routing, problems } = parseRouting(UPSTREAMS, MODELS, bindings, defaultUpstream(parsed.data));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings: settle(parsed.data, routing) };
}

/** A REQUIRE_AUTH that demands a token while no API_TOKEN is set: nobody but client keys can come in. */
export function isMisconfigured(settings: Settings): boolean {
  return settings.requireAuth && settings.apiToken === undefined;
}

/** The upstream of the OPENAI_* settings. Callers' own keys are meant for it. */
function defaultUpstream(values: z.output<typeof schema>): Upstream {
  return {
    name: DEFAULT_UPSTREAM,
    base: values.OPENAI_API_BASE,
    key: values.OPENAI_API_KEY,
    keyHeader: 'bearer',
    models: [],
    completionsMode: values.COMPLETIONS_MODE,
    clientKeys: true,
    headersMs: values.UPSTREAM_HEADERS_MS,
    firstContentMs: values.UPSTREAM_FIRST_CONTENT_MS,
    idleMs: values.UPSTREAM_IDLE_MS,
  };
}

function settle(values: z.output<typeof schema>, routing: Routing): Settings {
  const [requireAuth, requireAuthReason] = requireAuthOf(values, routing);
  const keys = routing.upstreams.map(({ key }) => key).filter((key) => key !== undefined);
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
    knowledgeForClientKeys: values.KNOWLEDGE_FOR_CLIENT_KEYS,
    completionsMaxPrompts: values.COMPLETIONS_MAX_PROMPTS,
    maxBodyBytes: values.MAX_BODY_BYTES,
    bodiesBytes: values.BODIES_BYTES,
    bodyMs: values.BODY_MS,
    routing,
    hasKey: keys.length > 0,
    secrets: values.API_TOKEN === undefined ? keys : [...keys, values.API_TOKEN],
    debug: values.DEBUG,
    localServer: values.LOCAL_SERVER,
    selfHosted: values.SELF_HOSTED,
  };
}

/** An unset REQUIRE_AUTH is open only where nobody else can come or nothing can be spent: never an open purse. */
function requireAuthOf(values: z.output<typeof schema>, { upstreams }: Routing): [boolean, AuthReason] {
  if (values.REQUIRE_AUTH !== undefined) return [values.REQUIRE_AUTH, 'set'];
  // Whoever names a public host has put a proxy or a tunnel in front: others than this machine come in then.
  if (values.LOCAL_SERVER && values.PUBLIC_HOSTS.length === 0) return [false, 'local'];
  const nothingToSpend = upstreams.every(({ key, base }) => key === undefined && base === OPENAI_BASE);
  if (nothingToSpend && upstreams.length === 1) return [false, 'nothing_to_spend'];
  return [true, 'fresh_deployment'];
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}
