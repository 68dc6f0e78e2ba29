/** A stream that its caller wants to be able to take up again is served where it is recorded. */
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { ANSWER_HEADERS, RESUMABLE_HEADER } from '../../shared/contract.ts';
import { bearerOf } from '../access/bearer.ts';
import { isKeyPayer } from '../access/decide.ts';
import type { AppEnv } from '../env.ts';
import { isRecordedKey } from '../ledger/recorded-keys.ts';
import { delivered } from '../resume/deliver.ts';
import { handoverOf } from '../resume/handover.ts';
import { streamOwner } from '../resume/owner.ts';
import { recordCall } from '../resume/record-call.ts';
import { isVouched } from './guess-limit.ts';
import { keepAlive } from './stopping.ts';

/** What is known of the body by then. */
interface Checked {
  readonly out: { readonly json: { readonly stream?: boolean | null | undefined } };
}

/** `x-nexcode-stream` where nothing is recorded although it was asked for. */
const NONE = 'none';

/** Whether the answer is to be recorded if it can be: the request says so, or the limits of the key that pays do. */
async function isWanted(c: Context<AppEnv, string, Checked>): Promise<boolean> {
  const settings = c.get('settings');
  const payer = c.get('payer');
  if (c.get('headers').get(RESUMABLE_HEADER)?.toLowerCase() === 'true') return true;
  if (!settings.resumable || !isKeyPayer(payer) || c.req.valid('json').stream !== true) return false;
  return isRecordedKey(payer, c.env);
}

/**
 * Runs behind the check of the body. Where neither the caller nor its key wishes it, or where nothing is recorded, the call is served as ever.
 * @throws {GatewayError} 503 `stream_service_unavailable`.
 */
export const resumable = createMiddleware<AppEnv, string, Checked>(async function recordStream(c, next) {
  if (handoverOf(c.req.raw) !== undefined || !(await isWanted(c))) return next();
  const settings = c.get('settings');
  const payer = c.get('payer');
  // Attempts at the token are counted where the gateway itself serves the call.
  const isOpen = payer.pays === 'server' && payer.by === 'open';
  const isGuess = isOpen && isVouched(c) && bearerOf(c.get('headers')) !== undefined;
  const isRecorded = settings.resumable && c.req.valid('json').stream === true && !isGuess;
  const owner = isRecorded ? streamOwner(payer, settings) : undefined;
  const recorded =
    owner === undefined
      ? undefined
      : await recordCall(
          {
            request: c.req.raw,
            body: c.get('body'),
            owner,
            settled: { requestId: c.get('requestId'), payer, host: c.get('headers').get('host') ?? '' },
            most: settings.resumableMax,
          },
          c.env,
        );
  if (recorded === undefined) {
    await next();
    c.res.headers.set(ANSWER_HEADERS.stream, NONE);
    return;
  }
  c.set('isStamped', true);
  const { answer, service } = recorded;
  const id = answer.headers.get(ANSWER_HEADERS.stream);
  if (id === null) {
    const whole = new Response(answer.body, answer);
    whole.headers.set(ANSWER_HEADERS.stream, NONE);
    return whole;
  }
  return delivered(answer, {
    endpoint: c.req.path,
    waitUntil: (promise) => keepAlive(c, promise),
    readerGone: c.req.raw.signal,
    onLeft: () => service.left(id),
  });
});
