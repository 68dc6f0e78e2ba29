/** One call to the upstream whose answer is known to have begun before anything of it is delivered. */
import { mediaType } from '../http/media-type.ts';
import { cutAnswer, reportedError, silentStart } from '../http/upstream-failure.ts';
import { bufferUntilContent } from '../stream/first-content.ts';
import type { StreamStart } from '../stream/stream-start.ts';
import { callUpstream, secretsOf, type UpstreamRequest } from './call.ts';
import type { UpstreamContext } from './context.ts';
import type { Received } from './received.ts';

/** An upstream's answer. */
export interface UpstreamAnswer extends StreamStart {
  readonly response: Received;
}

/**
 * Calls the upstream. Where another target would follow, an event stream is read until its first content: one that
 * breaks off, fails or stays silent before that was never seen by the client, so the next target can still answer.
 * @throws {GatewayError} what `callUpstream` throws, and 502 or 504 for a stream that did not begin.
 */
export async function callUntilStarted(
  request: UpstreamRequest,
  context: UpstreamContext,
): Promise<UpstreamAnswer> {
  const calledAt = performance.now();
  const response = await callUpstream(request, context);
  const { upstream: to, log, hasNext } = context;
  const isStream = mediaType(response.headers.get('content-type')) === 'text/event-stream';
  if (!hasNext || response.status !== 200 || !isStream || response.body === null) {
    return { response, readAhead: [] };
  }
  const start = await bufferUntilContent(
    response.body,
    leftOf(to.firstContentMs, performance.now() - calledAt),
  );
  if (start.kind === 'begun') return { response, readAhead: start.readAhead };
  log('upstream_abandoned', { upstream: to.name, reason: start.reason, possibly_charged: true });
  if (start.reason === 'error') throw reportedError(start.error, secretsOf(context));
  throw start.reason === 'silent' ? silentStart() : cutAnswer();
}

/** What is left of a limit in milliseconds, of which 0 is none: a millisecond at least, to read what has come. */
function leftOf(limitMs: number, passedMs: number): number {
  return limitMs === 0 ? 0 : Math.max(1, limitMs - passedMs);
}
