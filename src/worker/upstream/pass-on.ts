/** The answers that pass as they are: bodies that the runtime pumps alone, event streams beside a tap, refusals. */

import { readUsage } from '../completions/usage.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { redact } from '../http/log.ts';
import { cutAnswer } from '../http/upstream-failure.ts';
import { readBytes } from '../stream/read.ts';
import { readAheadOf } from '../stream/read-ahead.ts';
import { relayEventStream } from '../stream/relay.ts';
import type { StreamState } from '../stream/watch.ts';
import { secretsOf } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { errorBody } from './error-answer.ts';
import { type HeaderRecord, responseHeaders } from './headers.ts';

/** An error's body is text for people; what is longer is cut. */
const ERROR_LIMIT_BYTES = 256 * 1024;

/** An upstream that has refused has nothing to think about: what of its body has not come by then is not waited for. */
const ERROR_LIMIT_MS = 10_000;

/** Statuses that forbid a body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** The body as it is, pumped by the runtime outside JavaScript. */
export function passOn(upstream: Response): Response {
  return new Response(BODILESS.has(upstream.status) ? null : upstream.body, {
    status: upstream.status,
    headers: responseHeaders(upstream.headers),
  });
}

/** A refusal of the upstream in OpenAI's form: its own bytes where they have that form already. */
export async function passError(answer: Response, context: UpstreamContext): Promise<Response> {
  const { bytes } = await readBytes(answer.body, ERROR_LIMIT_BYTES, { totalMs: ERROR_LIMIT_MS });
  const text = new TextDecoder().decode(bytes);
  const headers = responseHeaders(answer.headers);
  headers['content-type'] = 'application/json';
  // Some upstreams quote the key that they refuse. Before a text is cut, for half a key is one too; and once more
  // behind it, for JSON has many spellings of a character.
  const secrets = secretsOf(context);
  const body = redact(errorBody(answer.status, redact(text, secrets)), secrets);
  return new Response(body === text ? bytes : body, { status: answer.status, headers });
}

/** An event stream, byte for byte and each event at once, with an error event of our own if it is cut. */
export function passEvents(upstream: Response, state: StreamState, context: UpstreamContext): Response {
  if (upstream.body === null) throw cutAnswer();
  const { readable, ended } = relayEventStream(upstream.body, {
    state,
    readAhead: readAheadOf(upstream),
    clientGone: context.clientGone(),
    idleMs: context.upstream.idleMs,
  });
  context.waitUntil(
    ended.then((end) => context.log('stream_end', { end, events: state.events, ...state.usage })),
  );
  return new Response(readable, { status: upstream.status, headers: streamHeaders(upstream.headers) });
}

/** No proxy on the way may hold events back: `no-transform` stops compression, the last one is nginx's switch. */
export function streamHeaders(upstream: Headers): HeaderRecord {
  const headers = responseHeaders(upstream);
  headers['content-type'] = 'text/event-stream; charset=utf-8';
  headers['cache-control'] = 'no-cache, no-transform';
  headers['x-accel-buffering'] = 'no';
  return headers;
}

/** Logs the usage of an answer that has come to its end. */
export function logEnd(answer: unknown, { log }: UpstreamContext): void {
  log('answer_end', { end: 'whole', ...readUsage(isRecord(answer) ? answer['usage'] : undefined) });
}

/** A longer answer is not looked into. */
const LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * The same answer, looked at as it passes; its usage is logged at its end. A second branch beside it would read on
 * after the client has left, and keep the upstream at work.
 */
export function logUsage(upstream: Response, context: UpstreamContext): Response {
  if (upstream.body === null) return upstream;
  const decoder = new TextDecoder();
  let text = '';
  const watched = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      if (text.length < LIMIT_BYTES) text += decoder.decode(chunk, { stream: true });
    },
    flush() {
      logEnd(parseJson(text + decoder.decode()), context);
    },
  });
  return new Response(upstream.body.pipeThrough(watched), upstream);
}
