/** The settings: what the operator can say, with its defaults, checked once and turned into typed values. */
import * as z from 'zod/mini';
import { MAKE_A_TOKEN, SHORTEST_TOKEN } from './kinds.ts';
import { type PriceTable, parsePrices } from './prices.ts';
import { parseRouting, type Routing } from './routing.ts';
import { SETTING_ROWS, type SettingName } from './setting-rows.ts';
import { isBlank, type SettingProblem } from './table.ts';
import { type Telemetry, telemetryOf } from './telemetry.ts';
import { DEFAULT_UPSTREAM, OPENAI_BASE, type Upstream } from './upstream.ts';
import { keyHeaderOf, vendorOf } from './vendors.ts';

type Rows = typeof SETTING_ROWS;

/** The names of all settings that are bindings of the Worker, in the order of the guides. */
export const SETTING_NAMES = Object.keys(SETTING_ROWS) as readonly SettingName[];

/** The names of those that are secrets. */
export const SECRET_NAMES: readonly string[] = SETTING_NAMES.filter((name) => 'secret' in SETTING_ROWS[name]);

/** The names of those that only the launcher sets. */
export const INTERNAL_NAMES: readonly string[] = SETTING_NAMES.filter(
  (name) => 'internal' in SETTING_ROWS[name],
);

const schema = z.object(
  Object.fromEntries(SETTING_NAMES.map((name) => [name, SETTING_ROWS[name].kind])) as {
    readonly [Name in SettingName]: Rows[Name]['kind'];
  },
);

type Values = z.output<typeof schema>;

/** The settings that are what the operator said, under the names of the table. Number literals that travel in bodies stay text, digit for digit. */
type PlainSettings = {
  readonly [Name in SettingName as Rows[Name] extends { readonly as: infer As extends string }
    ? As
    : never]: Values[Name];
};

/** Why anonymous requests are served or refused; `server_misconfigured` where a token is required and none is set. */
export type AuthReason = 'set' | 'local' | 'nothing_to_spend' | 'fresh_deployment' | 'behind_proxy';

/** The settings after the check. */
export interface Settings extends PlainSettings {
  /** What REQUIRE_AUTH comes to, and why. */
  readonly requireAuth: boolean;
  readonly requireAuthReason: AuthReason;
  /** What ALLOW_CLIENT_KEYS comes to. */
  readonly allowClientKeys: boolean;
  /** Where requests go: the default upstream and those of UPSTREAMS, and what MODELS says of names. */
  readonly routing: Routing;
  /** The server has a key of its own for at least one upstream. */
  readonly hasKey: boolean;
  /** KEYS_SECRET, then KEYS_SECRET_OLD; empty where no keys are issued. */
  readonly keysSecrets: readonly string[];
  /** Calls may have an account: keys are issued, or a ledger is kept. */
  readonly keepsAccounts: boolean;
  readonly prices: PriceTable;
  /** Where traces and metrics go; undefined where nobody asks for any. */
  readonly telemetry: Telemetry | undefined;
  /** Every key and token of the server's: none of them may stand in a log or an error. */
  readonly secrets: readonly string[];
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
  const { UPSTREAMS, MODELS, PRICES } = parsed.data;
  const { routing, ...of } = parseRouting(UPSTREAMS, MODELS, bindings, defaultUpstream(parsed.data));
  const priced = parsePrices(PRICES);
  const problems = [...of.problems, ...priced.problems];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, settings: settle(parsed.data, routing, priced.prices) };
}

/** REQUIRE_AUTH is on while API_TOKEN is not set: only callers with keys of their own are served. */
export function isMisconfigured(settings: Settings): boolean {
  return settings.requireAuth && settings.apiToken === undefined;
}

/** API_TOKEN is so short that it could be guessed, by trying or from what a login cookie gives away. */
export function hasShortToken({ apiToken }: Settings): boolean {
  return apiToken !== undefined && apiToken.length < SHORTEST_TOKEN;
}

/** What works and should not stay so. */
export function warningsOf(settings: Settings): readonly SettingProblem[] {
  if (!hasShortToken(settings)) return [];
  return [
    {
      name: 'API_TOKEN',
      message: `has fewer than ${SHORTEST_TOKEN} characters and could be guessed: set a longer one, such as this makes: ${MAKE_A_TOKEN}`,
    },
  ];
}

/** The upstream of the OPENAI_* settings. Callers' own keys are meant for it. */
function defaultUpstream(values: Values): Upstream {
  return {
    name: DEFAULT_UPSTREAM,
    base: values.OPENAI_API_BASE,
    besideV1: vendorOf(values.OPENAI_API_BASE)?.besideV1,
    key: values.OPENAI_API_KEY,
    keys: values.OPENAI_API_KEY === undefined ? [] : [values.OPENAI_API_KEY],
    keyHeader: values.OPENAI_API_AUTH ?? keyHeaderOf(values.OPENAI_API_BASE),
    headers: values.FORWARD_HEADERS,
    models: [],
    completionsMode: values.COMPLETIONS_MODE,
    responsesMode: values.RESPONSES_MODE,
    reasoningBack: values.REASONING_BACK,
    clientKeys: true,
    headersMs: values.UPSTREAM_HEADERS_MS,
    connectMs: values.UPSTREAM_CONNECT_MS,
    firstContentMs: values.UPSTREAM_FIRST_CONTENT_MS,
    idleMs: values.UPSTREAM_IDLE_MS,
  };
}

function settle(values: Values, routing: Routing, prices: PriceTable): Settings {
  const [requireAuth, requireAuthReason] = requireAuthOf(values, routing);
  const keys = routing.upstreams.flatMap((upstream) => upstream.keys);
  const keysSecrets = values.KEYS_SECRET === undefined ? [] : [values.KEYS_SECRET, values.KEYS_SECRET_OLD];
  const own = [values.API_TOKEN, values.KEYS_SECRET, values.KEYS_SECRET_OLD];
  return {
    ...plainSettings(values),
    requireAuth,
    requireAuthReason,
    allowClientKeys: values.ALLOW_CLIENT_KEYS ?? (!requireAuth || provesKeys(values)),
    routing,
    hasKey: keys.length > 0,
    keysSecrets: keysSecrets.filter((secret) => secret !== undefined),
    keepsAccounts: values.KEYS_SECRET !== undefined || values.LEDGER,
    prices,
    telemetry: telemetryOf(values),
    secrets: [
      ...keys,
      ...own.filter((secret) => secret !== undefined),
      ...Object.values(values.OTEL_EXPORTER_OTLP_HEADERS),
    ],
  };
}

function plainSettings(values: Values): PlainSettings {
  const entries = SETTING_NAMES.flatMap((name) => {
    const row = SETTING_ROWS[name];
    return 'as' in row ? [[row.as, values[name]] as const] : [];
  });
  return Object.fromEntries(entries) as PlainSettings;
}

/**
 * Whether a key of the caller's own proves something at the default upstream: a vendor checks it. A server of one's own
 * takes any, and a closed server before it would be open to whoever sends `Bearer sk-anything`.
 */
function provesKeys({ OPENAI_API_BASE, OPENAI_API_KEY }: Values): boolean {
  return OPENAI_API_KEY !== undefined || vendorOf(OPENAI_API_BASE) !== undefined;
}

/** Whether anonymous callers could cost the operator something: a key, or a server of one's own. */
export function hasSomethingToSpend(upstreams: readonly Upstream[]): boolean {
  return upstreams.length > 1 || upstreams.some(({ key, base }) => key !== undefined || base !== OPENAI_BASE);
}

/** An unset REQUIRE_AUTH means open only on this machine, or where nothing can be spent. */
function requireAuthOf(values: Values, { upstreams }: Routing): [boolean, AuthReason] {
  if (values.REQUIRE_AUTH !== undefined) return [values.REQUIRE_AUTH, 'set'];
  // A public host means a proxy or a tunnel in front: requests come from other machines then.
  if (values.LOCAL_SERVER && values.PUBLIC_HOSTS.length === 0) return [false, 'local'];
  if (!hasSomethingToSpend(upstreams)) return [false, 'nothing_to_spend'];
  return [true, 'fresh_deployment'];
}
