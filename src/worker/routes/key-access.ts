/** Issued keys on endpoints that have no call to book: whether the key still holds, and what it may see. */
import type { Context } from 'hono';
import { isKeyPayer } from '../access/decide.ts';
import { isStoredResponse } from '../access/endpoints.ts';
import type { IssuedKey } from '../access/key-form.ts';
import type { AppEnv } from '../env.ts';
import { isRecord } from '../http/json/read.ts';
import type { KeyView } from '../ledger/key-service.ts';
import { modelTest } from '../ledger/limits.ts';
import { errorOf, keyServiceUnavailable } from '../ledger/refusals.ts';
import { keyService, payerName } from '../ledger/services.ts';
import type { UpstreamContext } from '../upstream/context.ts';

/**
 * The key that pays for a request, as it stands; undefined for any other payer.
 * @throws {GatewayError} 401 for one that was revoked or has run out, 403 where it may not use stored responses, 503.
 */
export async function keyOf(c: Context<AppEnv>): Promise<KeyView | undefined> {
  const payer = c.get('payer');
  if (!isKeyPayer(payer)) return undefined;
  const view = await lookAt(c.env, payer);
  c.set('balance', view.balance);
  if (isStoredResponse(c.req.path) && !view.profile.limits.stateful) {
    throw errorOf({ kind: 'refused', reason: 'stateful', balance: view.balance });
  }
  return view;
}

/** @throws {GatewayError} 401 for a key that does not hold, 503 where its object does not answer. */
export async function lookAt(env: AppEnv['Bindings'], { id, digest }: IssuedKey): Promise<KeyView> {
  const view = await keyService(env, payerName(id))
    .view(digest)
    .catch((cause: unknown) => {
      throw keyServiceUnavailable(cause);
    });
  if (view === undefined) throw errorOf({ kind: 'refused', reason: 'unknown', balance: null });
  if ('kind' in view) throw errorOf(view);
  return view;
}

/** The models of a list that a key may use; all of them for other payers. */
export function allowedModels<Model>(models: readonly Model[], key: KeyView | undefined): readonly Model[] {
  const allowed = key?.profile.limits.models ?? [];
  if (allowed.length === 0) return models;
  const mayUse = modelTest(allowed);
  return models.filter((model) => {
    const id = isRecord(model) ? model['id'] : undefined;
    return typeof id === 'string' && mayUse(id);
  });
}

/**
 * What passes through a WebSocket is not seen, so a key with a budget opens none; for others it is one request.
 * @throws {GatewayError} 403 `endpoint_not_priced`, and what the account refuses.
 */
export async function admitWebSocket(
  { profile, balance }: KeyView,
  model: string,
  { account }: UpstreamContext,
): Promise<void> {
  if (profile.limits.budget !== null) {
    throw errorOf({ kind: 'refused', reason: 'unpriced', of: 'endpoint', what: 'WebSocket', balance });
  }
  await account.open({ model, targets: [], endpoint: 'realtime', body: undefined });
  account.close({ end: 'handed_over', usage: undefined });
}
