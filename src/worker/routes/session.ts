/** `/session`: the page's login and logout, and what the page must know before it asks anything. */

import { type Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { SessionBody } from '../../shared/contract.ts';
import { readKey, wireId } from '../access/key-form.ts';
import { isForeign, provenanceOf } from '../access/origin.ts';
import { equalSecrets } from '../access/secret.ts';
import { SHORTEST_TOKEN } from '../config/kinds.ts';
import type { Settings } from '../config/settings.ts';
import { OPENAI_BASE } from '../config/upstream.ts';
import { VERSION } from '../config/version.ts';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import { NO_STORE } from '../http/no-store.ts';
import {
  countFailure,
  isVouched,
  mayLogIn,
  requireUnblocked,
  tooManyAttempts,
} from '../middleware/guess-limit.ts';
import { readJson, SMALL_BODY_BYTES, validJson } from '../middleware/json-body.ts';
import { methodNotAllowed } from '../middleware/refuse.ts';
import { closeSession, type Login, NO_LOGIN, openSession, readSession } from '../middleware/session.ts';
import { lookAt } from './key-access.ts';
import { loginSchema } from './session-form.ts';

/** No other website may log anybody in or out, or use up the attempts that its visitor's own page has. */
const refuseForeign = createMiddleware<AppEnv>(async function refuseForeignPages(c, next) {
  if (!isForeign(provenanceOf(c.get('headers')), [])) return next();
  throw new GatewayError({
    status: 403,
    code: 'cross_origin_refused',
    message: 'Only the page of this server itself may log in or out.',
  });
});

export const session = new Hono<AppEnv>()
  .get('/session', async (c) => {
    const { settings } = c.var;
    const login = await currentLogin(c);
    const body: SessionBody = {
      object: 'session',
      authenticated: login.kind !== 'none',
      login: login.kind === 'key' ? wireId(login.key.id) : login.kind === 'token' ? 'token' : null,
      login_required: settings.requireAuth,
      login_available: settings.apiToken !== undefined || settings.keysSecrets.length > 0,
      server_key: settings.hasKey || settings.routing.upstreams.some(({ base }) => base !== OPENAI_BASE),
      default_model: settings.model,
      ledger: settings.keepsAccounts,
      resumable: settings.resumable,
      client_keys: settings.allowClientKeys,
      client_key_hosts: clientKeyHosts(settings),
      client_key_pattern: clientKeyPattern(settings),
      version: VERSION,
    };
    return c.json(body, 200, NO_STORE);
  })
  .post(
    '/session',
    refuseForeign,
    readJson(loginSchema, SMALL_BODY_BYTES),
    validJson(loginSchema),
    async (c) => {
      requireUnblocked(c);
      await openSession(c, await loginBy(c.req.valid('json').token.trim(), c), Date.now());
      return c.body(null, 204);
    },
  )
  .delete('/session', refuseForeign, (c) => {
    closeSession(c);
    return c.body(null, 204);
  })
  .all('/session', methodNotAllowed('GET', 'POST', 'DELETE'));

/** What a key must look like to be taken for the caller's own: `decidePayer` lets any pass where nobody else could pay. */
function clientKeyPattern({
  requireAuth,
  hasKey,
  allowClientKeys,
  clientKeyPattern,
}: Settings): string | null {
  return !requireAuth && !hasKey && allowClientKeys ? null : clientKeyPattern.source;
}

/** Whoever types a key may know where it goes. */
function clientKeyHosts({ allowClientKeys, routing }: Settings): readonly string[] {
  if (!allowClientKeys) return [];
  const taken = routing.upstreams.filter(({ clientKeys }) => clientKeys);
  return [...new Set(taken.map(({ base }) => new URL(base).host))];
}

/**
 * Passes the right token. A long one passes on a server of one's own however often others have failed: it cannot be
 * guessed, and to refuse it would only serve whoever wants to shut the owner out.
 * @throws {GatewayError} 401 for a wrong one, 429 after too many.
 */
async function requireToken(c: Context<AppEnv>, given: string, apiToken: string): Promise<void> {
  const isLong = apiToken.length >= SHORTEST_TOKEN;
  if (isVouched(c) || isLong) {
    if (equalSecrets(given, apiToken)) return;
    const refusal = await countFailure(c, wrongToken());
    throw isVouched(c) || (await mayLogIn(c)) ? refusal : tooManyAttempts();
  }
  if (!(await mayLogIn(c))) throw tooManyAttempts();
  if (!equalSecrets(given, apiToken)) throw await countFailure(c, wrongToken());
}

/**
 * The login that a token, or an issued key, opens.
 * @throws {GatewayError} 401 where it opens none, 400 where nothing does.
 */
async function loginBy(token: string, c: Context<AppEnv>): Promise<Login> {
  const { apiToken, keysSecrets } = c.var.settings;
  if (apiToken === undefined && keysSecrets.length === 0) throw loginUnavailable();
  const key = readKey(token, keysSecrets);
  if (key !== undefined) {
    await lookAt(c.env, key);
    return { kind: 'key', key };
  }
  if (apiToken === undefined) throw await countFailure(c, wrongToken());
  await requireToken(c, token, apiToken);
  return { kind: 'token' };
}

/** The login of the request's cookie: one that was made with a key ends with it. */
async function currentLogin(c: Context<AppEnv>): Promise<Login> {
  const login = await readSession(c, Date.now());
  if (login.kind !== 'key') return login;
  try {
    await lookAt(c.env, login.key);
    return login;
  } catch (error) {
    if (error instanceof GatewayError && error.status === 401) return NO_LOGIN;
    throw error;
  }
}

function loginUnavailable(): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'login_unavailable',
    message: 'This server has no token to log in with. Its operator can set one: API_TOKEN.',
  });
}

function wrongToken(): GatewayError {
  return new GatewayError({
    status: 401,
    code: 'invalid_api_key',
    param: 'token',
    message:
      'Authentication failed: this is neither the token of this server (API_TOKEN) nor a key that it has issued. Ask its operator for one.',
  });
}
