/** `GET /health`: whether the gateway lives and what it is set up to do. Names and switches only, never a value. */
import { type Context, Hono } from 'hono';
import { identify } from '../auth/identify.ts';
import { requireLocalHost } from '../auth/local-host.ts';
import { type AppEnv, settingsResult } from '../env.ts';
import { GatewayError } from '../errors.ts';
import { methodNotAllowed } from '../request/method-not-allowed.ts';
import { isMisconfigured, OPENAI_BASE, type SettingProblem, type Settings } from '../settings.ts';
import { callUpstream } from '../upstream/call.ts';
import { upstreamContext } from '../upstream/context.ts';
import { VERSION } from '../version.ts';

/** A health check that waits longer than this is no help to whoever asks. */
const DEEP_TIMEOUT_MS = 5000;

/** The look at the gateway alone, which answers whatever the settings are: 200 while requests can be served, else 500. */
export const health = new Hono<AppEnv>().get('/health', async (c, next) => {
  if (c.req.query('deep') === '1') return next();
  const result = settingsResult(c.env);
  if (result.ok) requireLocalHost(c.req.raw.headers, result.settings);
  const problems = result.ok ? problemsOf(result.settings) : result.problems;
  const report = {
    ...verdict(problems.length === 0),
    ...(result.ok ? setUp(result.settings) : {}),
    problems,
  };
  return c.json(report, problems.length === 0 ? 200 : 500, NO_STORE);
});

/** `GET /health?deep=1`: asks the upstream too, with the server's credentials and for their holders alone; 503 when it fails. */
export const deepHealth = new Hono<AppEnv>()
  .get('/health', identify, async (c) => {
    const { settings, payer } = c.var;
    if (payer.pays !== 'server') throw serverCredentialsOnly();
    const upstream = await probe(c);
    const report = {
      ...verdict(upstream.reachable),
      ...setUp(settings),
      upstream_check: upstream,
      problems: [],
    };
    return c.json(report, upstream.reachable ? 200 : 503, NO_STORE);
  })
  .all('/health', methodNotAllowed('GET', 'HEAD'));

const NO_STORE = { 'cache-control': 'no-store' };

function verdict(good: boolean): { status: string; version: string } {
  return { status: good ? 'ok' : 'unhealthy', version: VERSION };
}

function setUp(settings: Settings) {
  return {
    model: settings.model,
    upstream: settings.base === OPENAI_BASE ? 'openai' : 'custom',
    server_key: settings.key !== undefined,
    api_token: settings.apiToken !== undefined,
    require_auth: settings.requireAuth,
    client_keys: settings.allowClientKeys,
  };
}

function problemsOf(settings: Settings): readonly SettingProblem[] {
  if (!isMisconfigured(settings)) return [];
  return [{ name: 'API_TOKEN', message: 'is not set, but a token is demanded (REQUIRE_AUTH)' }];
}

/** Asks the upstream for its models: costs nothing, and tells an address or a key that is wrong. */
async function probe(
  c: Context<AppEnv>,
): Promise<{ reachable: boolean; status: number | null; code: string | null }> {
  const context = upstreamContext(c);
  const stop = AbortSignal.timeout(DEEP_TIMEOUT_MS);
  try {
    const request = { method: 'GET', path: '/v1/models', query: '', headers: new Headers(), body: null };
    const { status, body } = await callUpstream(request, { ...context, stop });
    await body?.cancel();
    // Some compatible servers have no list of models; that they say so is a sign of life.
    return { reachable: status < 400 || status === 404 || status === 405, status, code: null };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { reachable: false, status: null, code: error.fields.code };
  }
}

function serverCredentialsOnly(): GatewayError {
  return new GatewayError({
    status: 403,
    code: 'endpoint_not_allowed',
    message: "The deep health check uses the server's credentials: ask with the server token (API_TOKEN).",
  });
}
