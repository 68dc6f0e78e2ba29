/** The answers that pass as they are: bodies that the runtime pumps alone, event streams beside a tap, refusals. */

import { baseSetting } from '../config/upstream.ts';
import { concat } from '../http/bytes.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { redact } from '../http/redact.ts';
import { cutAnswer } from '../http/upstream-failure.ts';
import { type BodyStart, rejoined } from '../stream/body-start.ts';
import { readBytes } from '../stream/read.ts';
import { relayEventStream } from '../stream/relay.ts';
import type { StartedStream } from '../stream/stream-start.ts';
import type { StreamState } from '../stream/watch.ts';
import { secretsOf } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { errorBody } from './error-answer.ts';
import { type HeaderRecord, responseHeaders } from './headers.ts';
import type { Received } from './received.ts';
import type { UpstreamAnswer } from './started-call.ts';
import { isPacked } from './unpack.ts';

/** An error's body is text for people; what is longer is cut. */
const ERROR_LIMIT_BYTES = 256 * 1024;

/** An upstream that has refused has nothing to think about: what of its body has not come by then is not waited for. */
const ERROR_LIMIT_MS = 10_000;

/** The same answer with its whole body, of which the front was read. */
export function restored(upstream: Received, start: BodyStart): Received {
  if (start.kind === 'whole') return upstream.withBody(concat(start.pieces));
  return upstream.body === null ? upstream : upstream.withBody(rejoined(upstream.body, start));
}

/** Statuses that forbid a body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * The answer as it is; one that is still packed keeps its label.
 * @param body its own body, pumped by the runtime outside JavaScript, or what was read of it.
 */
export function passOn(
  upstream: Received,
  context: UpstreamContext,
  body: BodyInit | null = upstream.body,
): Response {
  const { status } = upstream;
  const headers = responseHeaders(upstream.headers, context);
  // The answer to a HEAD says the length of a body that does not follow.
  const isHead = body === null && !upstream.headers.has('content-encoding');
  const length = isHead ? upstream.headers.get('content-length') : undefined;
  if (length !== undefined) headers['content-length'] = length;
  if (!isPacked(upstream)) return new Response(BODILESS.has(status) ? null : body, { status, headers });
  headers['content-encoding'] = upstream.headers.get('content-encoding') ?? '';
  return new Response(body, { status, headers, encodeBody: 'manual' });
}

/**
 * A refusal of the upstream in OpenAI's form: its own bytes where they have that form already. Where another target
 * follows, the body is read only once the refusal is delivered: a refusal that is passed over delays nothing.
 */
export async function passError(answer: Received, context: UpstreamContext): Promise<Response> {
  context.account.close({ end: 'refused', usage: undefined, http: answer.status });
  const headers = responseHeaders(answer.headers, context);
  const secrets = secretsOf(context);
  for (const [name, value] of Object.entries(headers)) headers[name] = redact(value, secrets);
  headers['content-type'] = 'application/json';
  const body = context.hasNext ? readLater(answer, context) : await refusalBytes(answer, context);
  return new Response(body, { status: answer.status, headers });
}

async function refusalBytes(answer: Received, context: UpstreamContext): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes } = await readBytes(answer.body, ERROR_LIMIT_BYTES, { totalMs: ERROR_LIMIT_MS });
  const text = isPacked(answer) ? '' : new TextDecoder().decode(bytes);
  // Some upstreams quote the key that they refuse. Before a text is cut, for half a key is one too; and once more
  // behind it, for JSON has many spellings of a character.
  const secrets = secretsOf(context);
  const body = redact(
    errorBody(answer.status, redact(text, secrets), baseSetting(context.upstream)),
    secrets,
  );
  return body === text ? bytes : new Uint8Array(new TextEncoder().encode(body));
}

function readLater(answer: Received, context: UpstreamContext): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        controller.enqueue(await refusalBytes(answer, context));
        controller.close();
      },
      cancel: (reason) => answer.body?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** How an event stream is passed on. */
export interface PassStream {
  /** Whether it takes a stream of which nothing has come yet, so that the client has the head at once. */
  readonly takesLate: boolean;
  /** Passes a stream on, and closes the account when it has ended. */
  readonly pass: (answer: UpstreamAnswer, state: StreamState, context: UpstreamContext) => Response;
}

/** An event stream, byte for byte and each event at once, with an error event of our own if it is cut. */
export const AS_IT_IS: PassStream = { takesLate: true, pass: passEvents };

export function passEvents(
  { response: upstream, readAhead, next, convert }: UpstreamAnswer,
  state: StreamState,
  context: UpstreamContext,
): Response {
  if (upstream.body === null) throw cutAnswer();
  const { account } = context;
  state.countsContent = account.isBooked;
  const { readable, ended } = relayEventStream(upstream.body, {
    state,
    readAhead,
    ...(next && { next }),
    ...(convert && { convert }),
    clientGone: context.clientGone(),
    stopped: account.stopped,
    idleMs: context.upstream.idleMs,
    outOfTime: context.outOfTime,
  });
  const { status: http } = upstream;
  context.waitUntil(
    ended.then((end) => {
      const { usage, events, contentBytes } = state;
      account.close({ end, usage, events, contentBytes, http });
    }),
  );
  context.waitUntil(account.running(ended));
  return new Response(readable, {
    status: upstream.status,
    headers: streamHeaders(upstream.headers, context),
  });
}

/**
 * A stream for a reader of ours, which watches it and closes the account: the answer that is returned has its headers.
 * @param handOver gets the stream.
 */
export function passTo(handOver: (stream: StartedStream) => void): PassStream {
  return {
    takesLate: true,
    pass: ({ response: { body, status, headers }, ...start }, _state, context) => {
      if (body === null) throw cutAnswer();
      handOver({ ...start, body });
      return new Response(null, { status, headers: streamHeaders(headers, context) });
    },
  };
}

/** No proxy on the way may hold events back: `no-transform` stops compression, the last one is nginx's switch. */
export const EVENT_STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** The headers of an answer that is an event stream. */
export function streamHeaders(
  upstream: HeaderFields,
  context: Pick<UpstreamContext, 'payer' | 'ownHeaders'>,
): HeaderRecord {
  return Object.assign(responseHeaders(upstream, context), EVENT_STREAM_HEADERS);
}
