/** `GET /health`: whether the gateway lives and what it is set up to do. Names and switches only, never a value. */
import { Hono } from 'hono';
import { requireLocalHost } from '../access/local-host.ts';
import { isMisconfigured, type Settings, warningsOf } from '../config/settings.ts';
import type { SettingProblem } from '../config/table.ts';
import { baseSetting, keySetting, OPENAI_BASE, type Upstream } from '../config/upstream.ts';
import { VERSION } from '../config/version.ts';
import { type AppEnv, settingsResult } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { NO_STORE } from '../http/no-store.ts';
import { unusableAnswer } from '../http/upstream-failure.ts';
import { bookService, keyService, payerName, SPREAD_PAYERS, spreadNames } from '../ledger/services.ts';
import { lostRows } from '../ledger/settle-soon.ts';
import { identify } from '../middleware/identify.ts';
import { methodNotAllowed } from '../middleware/refuse.ts';
import { within } from '../stream/within.ts';
import { callUpstream } from '../upstream/call.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import { readModelList } from '../upstream/model-list.ts';
import { keyOf } from './key-access.ts';
import { upstreamContext } from './upstream-context.ts';

/** A health check that takes longer than this is of no use. */
const DEEP_TIMEOUT_MS = 5000;

/** The look at the gateway alone, which answers whatever the settings are: 200 while requests can be served, else 500. */
export const health = new Hono<AppEnv>().get('/health', async (c, next) => {
  if (c.req.query('deep') === '1') return next();
  const result = settingsResult(c.env);
  if (result.ok) requireLocalHost(c.get('headers'), result.settings);
  const problems = result.ok ? problemsOf(result.settings) : result.problems;
  const warnings = result.ok ? warningsOf(result.settings) : [];
  const report = {
    ...verdict(problems.length === 0),
    ...(result.ok ? setUp(result.settings) : {}),
    ...(warnings.length === 0 ? {} : { warnings }),
    problems,
  };
  return c.json(report, problems.length === 0 ? 200 : 500, NO_STORE);
});

/** `GET /health?deep=1`: asks the upstreams too, with the server's credentials and for their holders alone; 503 when none answers, or when keys and ledger do not. */
export const deepHealth = new Hono<AppEnv>()
  .get('/health', identify, async (c) => {
    const { settings, payer } = c.var;
    if (payer.pays !== 'server') throw serverCredentialsOnly();
    await keyOf(c);
    const context = upstreamContext(c);
    const [ledger, checks] = await Promise.all([
      settings.keepsAccounts ? probeLedger(c.env) : undefined,
      Promise.all(usedUpstreams(settings).map((upstream) => probe({ ...context, upstream }))),
    ]);
    const reachable = checks.some((check) => check.reachable);
    const report = {
      ...verdict(reachable && ledger?.reachable !== false),
      ...setUp(settings),
      upstreams: checks,
      ...(ledger !== undefined && { ledger }),
      problems: [],
    };
    return c.json(report, report.status === 'ok' ? 200 : 503, NO_STORE);
  })
  .all('/health', methodNotAllowed('GET', 'HEAD'));

function verdict(good: boolean): { status: string; version: string } {
  return { status: good ? 'ok' : 'unhealthy', version: VERSION };
}

function setUp(settings: Settings) {
  return {
    model: settings.model,
    upstream: settings.base === OPENAI_BASE ? 'openai' : 'custom',
    server_key: settings.hasKey,
    api_token: settings.apiToken !== undefined,
    require_auth: settings.requireAuth,
    client_keys: settings.allowClientKeys,
    resumable: settings.resumable,
  };
}

function problemsOf(settings: Settings): readonly SettingProblem[] {
  if (!isMisconfigured(settings)) return [];
  return [{ name: 'API_TOKEN', message: 'is not set, but a token is required (REQUIRE_AUTH)' }];
}

/**
 * Whether keys and ledger answer, how soon, how many calls are open at the newest keys and without one, and how many rows
 * this isolate could not hand over.
 */
async function probeLedger(env: AppEnv['Bindings']) {
  const startedAt = performance.now();
  const asked = openCalls(env).catch(() => null);
  const open = await within(asked, DEEP_TIMEOUT_MS, null);
  const ms = Math.round(performance.now() - startedAt);
  return { reachable: open !== null, ms, open_calls: open, lost_rows: lostRows() };
}

/** Cloudflare's Free plan allows fifty requests to objects an answer. */
const MOST_KEYS = 30;

/** A look at an object writes nothing, and those of payers without a key are there or come to nothing. */
async function openCalls(env: AppEnv['Bindings']): Promise<number> {
  const keys = await bookService(env).keys(null, MOST_KEYS, 'active');
  const names = [...keys.map(({ id }) => payerName(id)), ...SPREAD_PAYERS.flatMap(spreadNames)];
  const counts = await Promise.all(names.map((name) => keyService(env, name).openCalls()));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The default upstream counts where it is the only one, or has something to be asked with. */
function usedUpstreams({ routing: { upstreams } }: Settings): readonly Upstream[] {
  const used = upstreams.filter(({ key, base }) => key !== undefined || base !== OPENAI_BASE);
  return used.length > 0 ? used : upstreams;
}

/** What a look at an upstream brought. `status`, `code` and `message` tell why it is not reachable. */
interface Check {
  readonly name: string;
  readonly reachable: boolean;
  readonly status: number | null;
  readonly code: string | null;
  readonly message: string | null;
}

/** Asks an upstream for its models: costs nothing, and tells an address or a key that is wrong. */
async function probe(context: UpstreamContext): Promise<Check> {
  const { name } = context.upstream;
  const stop = AbortSignal.timeout(DEEP_TIMEOUT_MS);
  try {
    const request = { method: 'GET', path: '/v1/models', query: '', headers: {}, body: null };
    const answer = await callUpstream(request, { ...context, stop });
    const { status } = answer;
    const read = await readModelList(answer);
    if (read.kind === 'refused') await answer.body?.cancel();
    if (read.kind === 'refused' || read.kind === 'list' || (read.kind === 'none' && read.isApi)) {
      // A compatible server without a list of models is well all the same.
      const reachable = read.kind !== 'refused' && (status === 501 || (status < 500 && status !== 402));
      if (reachable || (status !== 401 && status !== 403))
        return { name, reachable, status, code: null, message: null };
      return { name, reachable, status, code: 'invalid_api_key', message: keyRefused(context.upstream) };
    }
    const setting = baseSetting(context.upstream);
    const { code, message } = unusableAnswer('something else', setting, 'a list of models').fields;
    return { name, reachable: false, status, code, message };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { code, message } = error.fields;
    return { name, reachable: false, status: null, code, message };
  }
}

function keyRefused(upstream: Upstream): string {
  const setting = keySetting(upstream);
  if (upstream.key === undefined) {
    const place =
      setting === 'OPENAI_API_KEY' ? setting : `UPSTREAMS.${upstream.name}.key, the name of a secret`;
    return `The upstream asks for a key and the server has none for it. Set ${place}.`;
  }
  return `The upstream refuses the server's key. Check ${setting}, and that ${baseSetting(upstream)} is the address of the same vendor.`;
}

function serverCredentialsOnly(): GatewayError {
  return new GatewayError({
    status: 403,
    code: 'endpoint_not_allowed',
    message: "The deep health check uses the server's credentials: ask with the server token (API_TOKEN).",
  });
}
