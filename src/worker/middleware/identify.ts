/** The middleware that settles who pays, before anything of the request's body is read. */

import type { Context, Next } from 'hono';
import { createMiddleware } from 'hono/factory';
import { bearerOf } from '../access/bearer.ts';
import { decidePayer, isKeyPayer, type Payer } from '../access/decide.ts';
import { endpointKind, isStoredResponse, ownEndpoint } from '../access/endpoints.ts';
import { claimsToBeIssued, type IssuedKey, readKey, wireId } from '../access/key-form.ts';
import { isForeign, provenanceOf } from '../access/origin.ts';
import { hasProxyTrace } from '../access/proxy-trace.ts';
import { equalSecrets } from '../access/secret.ts';
import { STATELESS_ONLY } from '../access/stateless.ts';
import { hasSomethingToSpend, type Settings } from '../config/settings.ts';
import type { AppEnv } from '../env.ts';
import { GatewayError } from '../http/errors.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { handoverOf } from '../resume/handover.ts';
import { countFailure, requireUnblocked } from './guess-limit.ts';
import { type Login, NO_LOGIN, readSession } from './session.ts';

/**
 * Sets `payer`, or ends the request.
 * @throws {GatewayError} the refusals of `decidePayer`; 429 for an address that has sent too many wrong tokens.
 */
export const identify = createMiddleware<AppEnv>(function identifyPayer(c, next) {
  // It was settled before the request was handed over.
  if (handoverOf(c.req.raw) !== undefined) return next();
  const bearer = bearerOf(c.get('headers'));
  // With a token the cookie is not looked at, and the decision is synchronous.
  if (bearer !== undefined) return settle(c, next, bearer, NO_LOGIN);
  return readSession(c, Date.now()).then((login) => settle(c, next, bearer, login));
});

function settle(c: Context<AppEnv>, next: Next, bearer: string | undefined, login: Login): Promise<void> {
  const settings = settingsFor(c.get('settings'), c.get('headers'));
  const { apiToken } = settings;
  const issued = issuedKey(bearer, settings);
  const isGuess =
    bearer !== undefined &&
    apiToken !== undefined &&
    (issued === undefined || issued === 'invalid') &&
    mayBeToken(bearer, apiToken, settings);
  if (isGuess) requireUnblocked(c);
  const isServerToken = isGuess && equalSecrets(bearer, apiToken);
  const endpoint = endpointKind(c.req.method, c.req.path);
  const own = settings.keepsAccounts ? ownEndpoint(c.req.method, c.req.path) : undefined;
  let payer: Payer;
  try {
    payer = decidePayer(
      {
        bearer,
        isServerToken,
        issued: isServerToken ? undefined : issued,
        session: login.kind === 'token',
        sessionKey: login.kind === 'key' ? login.key : undefined,
        // The server's token may be used from any origin.
        foreign: !isServerToken && isForeign(provenanceOf(c.get('headers')), settings.corsOrigins),
        endpoint,
        own,
        storedResponse: isStoredResponse(c.req.path),
      },
      settings,
    );
  } catch (refusal) {
    // What nobody may reach tells nothing of a token.
    if (!isGuess || (endpoint === 'admin' && own === undefined) || !(refusal instanceof GatewayError))
      throw refusal;
    return countFailure(c, refusal).then((answer) => Promise.reject(answer));
  }
  c.set('payer', payer);
  c.get('log')('credentials', {
    pays: payer.pays,
    by: payer.pays === 'server' ? payer.by : 'own_key',
    key: isKeyPayer(payer) ? wireId(payer.id) : undefined,
  });
  if (isGuess && payer.pays === 'server' && payer.by === 'open') return next().then(() => countRefused(c));
  return next();
}

/** A bearer that looks like a client key is not compared with a token that does not. */
function mayBeToken(bearer: string, apiToken: string, { clientKeyPattern }: Settings): boolean {
  return !clientKeyPattern.test(bearer) || clientKeyPattern.test(apiToken);
}

/** At an open door a wrong token is told from the right one by what is refused to those who have none. */
async function countRefused(c: Context<AppEnv>): Promise<void> {
  if (c.error instanceof GatewayError && c.error.fields.code === STATELESS_ONLY)
    await countFailure(c, c.error);
}

/** What a token that claims to be an issued key is worth. While no keys are issued there is no right one. */
function issuedKey(bearer: string | undefined, settings: Settings): IssuedKey | 'invalid' | undefined {
  if (bearer === undefined || !claimsToBeIssued(bearer)) return undefined;
  return readKey(bearer, settings.keysSecrets) ?? 'invalid';
}

/** A server that is open because it is local is closed to what comes through a proxy. */
function settingsFor(settings: Settings, headers: HeaderFields): Settings {
  if (settings.requireAuthReason !== 'local' || !hasProxyTrace(headers)) return settings;
  if (!hasSomethingToSpend(settings.routing.upstreams)) return settings;
  return { ...settings, requireAuth: true, requireAuthReason: 'behind_proxy' };
}
