/** `/v1/streams`: a recorded answer, for whom it was made. */
import { type Context, Hono } from 'hono';
import type { AppEnv } from '../env.ts';
import { NO_STORE } from '../http/no-store.ts';
import { seconds } from '../ledger/amounts.ts';
import { identify } from '../middleware/identify.ts';
import { methodNotAllowed } from '../middleware/refuse.ts';
import { keepAlive } from '../middleware/stopping.ts';
import { delivered } from '../resume/deliver.ts';
import { ENDPOINT_HEADER } from '../resume/handover.ts';
import { streamOwner } from '../resume/owner.ts';
import { invalidOffset, streamServiceUnavailable, streamsOff, unknownStream } from '../resume/refusals.ts';
import { readStreamId } from '../resume/stream-id.ts';
import { readRequest, type StreamService, type StreamView, streamService } from '../resume/stream-service.ts';
import { keyOf } from './key-access.ts';

export const streams = new Hono<AppEnv>()
  .get('/v1/streams/:id', identify, async (c) => {
    const { id, service } = await ownStream(c);
    // Of a HEAD nobody reads a body, so nobody would be seen to leave.
    if (c.req.method === 'HEAD' || c.req.query('stream') === 'false')
      return shown(c, id, await ask(service.look(id)));
    const from = offsetOf(c);
    const withIds = c.req.query('ids') !== 'false';
    const answer = await ask(service.fetch(readRequest({ id, from, withIds })));
    const headers = new Headers(answer.headers);
    const endpoint = headers.get(ENDPOINT_HEADER);
    headers.delete(ENDPOINT_HEADER);
    const whole = new Response(answer.body, { status: answer.status, headers });
    if (endpoint === null) return whole;
    return delivered(whole, {
      endpoint,
      readerGone: c.req.raw.signal,
      waitUntil: (promise) => keepAlive(c, promise),
    });
  })
  .delete('/v1/streams/:id', identify, async (c) => {
    const { id, service } = await ownStream(c);
    return shown(c, id, await ask(service.stop(id)));
  })
  .all('/v1/streams/:id', methodNotAllowed('GET', 'HEAD', 'DELETE'))
  .all('/v1/streams/*', identify, () => {
    throw unknownStream();
  })
  .all('/v1/streams', identify, () => {
    throw unknownStream();
  });

/**
 * The object that would have the stream.
 * @throws {GatewayError} 404 before any object is asked: nothing is kept here, the payer has no streams, or the name
 * has another form; what `keyOf` throws of a key that no longer holds.
 */
async function ownStream(c: Context<AppEnv>): Promise<{ id: string; service: StreamService }> {
  const { settings, payer } = c.var;
  if (!settings.resumable) throw streamsOff();
  const known = readStreamId(c.req.param('id') ?? '', settings.resumableMax);
  const owner = streamOwner(payer, settings);
  if (known === undefined || owner === undefined) throw unknownStream();
  await keyOf(c);
  return { id: known.id, service: streamService(c.env, owner, known.slot) };
}

/** @throws {GatewayError} 503 where the object does not answer. */
function ask<Value>(asked: Promise<Value>): Promise<Value> {
  return asked.catch((cause: unknown) => {
    throw streamServiceUnavailable(cause);
  });
}

/** How many bytes the reader has had. @throws {GatewayError} 400 for what is no such number. */
function offsetOf(c: Context<AppEnv>): number {
  const said = c.get('headers').get('last-event-id') || c.req.query('starting_after') || '0';
  const offset = /^\d{1,15}$/.test(said) ? Number(said) : undefined;
  if (offset === undefined) throw invalidOffset();
  return offset;
}

function shown(c: Context<AppEnv>, id: string, view: StreamView | undefined): Response {
  if (view === undefined) throw unknownStream();
  const { status, endpoint, bytes, usage, begun, ended, forgotten } = view;
  const body = {
    id,
    object: 'stream',
    status,
    endpoint,
    bytes,
    usage,
    created_at: seconds(begun),
    ended_at: seconds(ended),
    expires_at: seconds(forgotten),
  };
  return c.json(body, 200, NO_STORE);
}
