/** The answers that pass as they are: bodies that the runtime pumps alone, event streams beside a tap, refusals. */
import { redact } from '../log.ts';
import { upstreamKey } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { errorBody } from './error-answer.ts';
import { relayEventStream } from './event-stream.ts';
import { responseHeaders } from './headers.ts';
import { readText } from './read-text.ts';
import type { StreamState } from './stream-state.ts';
import { cutAnswer } from './upstream-error.ts';

/** An error's body is text for people; what is longer is cut. */
const ERROR_LIMIT_BYTES = 256 * 1024;

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
export async function passError(upstream: Response, { payer, settings }: UpstreamContext): Promise<Response> {
  const { text } = await readText(upstream.body, ERROR_LIMIT_BYTES);
  const headers = responseHeaders(upstream.headers);
  headers.set('content-type', 'application/json');
  // Some upstreams quote the key that they refuse; whoever pays, it is nobody else's business.
  const body = redact(errorBody(upstream.status, text), [upstreamKey(payer, settings)]);
  return new Response(body, { status: upstream.status, headers });
}

/** An event stream, byte for byte and each event at once, with an error event of our own if it is cut. */
export function passEvents(upstream: Response, state: StreamState, context: UpstreamContext): Response {
  if (upstream.body === null) throw cutAnswer();
  const { readable, ended } = relayEventStream(upstream.body, {
    state,
    clientGone: context.clientGone,
    idleMs: context.settings.upstreamIdleMs,
  });
  context.waitUntil(
    ended.then((end) => context.log('stream_end', { end, events: state.events, ...state.usage })),
  );
  return new Response(readable, { status: upstream.status, headers: streamHeaders(upstream.headers) });
}

/** No proxy on the way may hold events back: `no-transform` stops compression, the last one is nginx's switch. */
export function streamHeaders(upstream: Headers): Headers {
  const headers = responseHeaders(upstream);
  headers.set('content-type', 'text/event-stream; charset=utf-8');
  headers.set('cache-control', 'no-cache, no-transform');
  headers.set('x-accel-buffering', 'no');
  return headers;
}
