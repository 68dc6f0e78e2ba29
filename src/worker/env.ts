/** The Worker's bindings and what a request carries through the middleware; settings are parsed here once. */
import type { Payer } from './access/decide.ts';
import { parseSettings, type Settings, type SettingsResult, warningsOf } from './config/settings.ts';
import { GatewayError } from './http/errors.ts';
import type { HeaderFields } from './http/header-fields.ts';
import type { JsonScan } from './http/json/scan.ts';
import type { Log } from './http/log.ts';
import type { RequestUnderWay } from './http/under-way.ts';
import type { Balance } from './ledger/key-service.ts';
import type { CallTrace } from './telemetry/call-trace.ts';

/** Settings arrive as strings or TOML values under the names of the settings table. */
export type Bindings = Readonly<Record<string, unknown>>;

/** What the middleware hands on to the handlers. */
export interface Variables {
  settings: Settings;
  /** The request's header fields. */
  headers: HeaderFields;
  /** The request's lines of the debug log. */
  log: Log;
  /** Identifies the request in the log and in `x-request-id`, unless the upstream's own id takes its place. */
  requestId: string;
  /** `performance.now()` when the request came in, milliseconds. */
  startedAt: number;
  /** The URL's query as it came, with its `?`, or empty. */
  query: string;
  payer: Payer;
  /** The answer has its headers and its line in the log already: it was served in an object. */
  isStamped: boolean;
  /** A token was sent and was wrong. */
  tokenFailed: boolean;
  /** What is left of an issued key's limits, as its object said last. */
  balance: Balance;
  /** The request among those under way; only on a server that its launcher can stop. */
  underWay: RequestUnderWay | undefined;
  /** Milliseconds spent waiting for an upstream's headers, where one was asked. */
  upstreamMs: number;
  /** What the call tells of itself; only where telemetry is on. */
  trace: CallTrace | undefined;
  /** The body's bytes as they came, where the gateway had to read them. */
  body: Uint8Array<ArrayBuffer>;
  /** What a scan found in them. */
  scan: JsonScan;
}

/** The type parameter of every Hono app, middleware and handler here. */
export interface AppEnv {
  Bindings: Bindings;
  Variables: Variables;
}

/** An isolate keeps one bindings object for its life, so each is checked once. */
const parsed = new WeakMap<Bindings, SettingsResult>();

/** The settings of these bindings, or every problem in them. */
export function settingsResult(bindings: Bindings): SettingsResult {
  let result = parsed.get(bindings);
  if (result === undefined) {
    result = parseSettings(bindings);
    parsed.set(bindings, result);
    for (const warning of result.ok ? warningsOf(result.settings) : [])
      console.warn(JSON.stringify({ step: 'warning', ...warning }));
  }
  return result;
}

/**
 * The settings of these bindings.
 * @throws {GatewayError} 500 `server_misconfigured` that names each invalid setting.
 */
export function settingsOf(bindings: Bindings): Settings {
  const result = settingsResult(bindings);
  if (result.ok) return result.settings;
  const problems = result.problems.map(({ name, message }) => `${name} ${message}`).join('; ');
  throw new GatewayError({
    status: 500,
    code: 'server_misconfigured',
    message: `The server's settings are invalid: ${problems}.`,
    retry: false,
  });
}
