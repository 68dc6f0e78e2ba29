/** The answer of an endpoint that the gateway knows nothing of. */
import { isRecord } from '../http/json/read.ts';
import { isJson, mediaType } from '../http/media-type.ts';
import { NOTHING_READ } from '../stream/body-start.ts';
import { NamedStreamState } from '../stream/watch-named.ts';
import type { UpstreamContext } from './context.ts';
import { ownLocation } from './location.ts';
import { passError, passEvents, passOn } from './pass-on.ts';
import type { Received } from './received.ts';
import { passJson } from './success-json.ts';
import { isPacked } from './unpack.ts';
import { passWholeJson } from './whole-json.ts';

/** Other forms of errors look like things that some endpoint may answer. */
function openAiError(answer: unknown): unknown {
  return isRecord(answer) ? answer['error'] || undefined : undefined;
}

/** Relays an answer by its status and type alone: refusals in OpenAI's form, event streams watched, the rest native. */
export async function relayAnyAnswer(upstream: Received, context: UpstreamContext): Promise<Response> {
  if (upstream.status >= 400) return passError(upstream, context);
  // The answer to a HEAD has the type of a stream and none to follow.
  const isStream = mediaType(upstream.headers.get('content-type')) === 'text/event-stream';
  if (isStream && upstream.body !== null && !isPacked(upstream)) {
    return passEvents({ response: upstream, readAhead: [] }, new NamedStreamState(), context);
  }
  const isJsonAnswer = isJson(mediaType(upstream.headers.get('content-type'))) && upstream.body !== null;
  if (context.account.isBooked && isJsonAnswer && !isPacked(upstream))
    return located(await passWholeJson(upstream, NOTHING_READ, context, openAiError), upstream, context);
  context.account.close({ end: 'handed_over', usage: undefined, http: upstream.status });
  const answer = isJsonAnswer ? await passJson(upstream, context) : passOn(upstream, context);
  return located(answer, upstream, context);
}

/** The answer with a location of its upstream as an address of the gateway's own. */
function located(answer: Response, upstream: Received, context: UpstreamContext): Response {
  const location = upstream.headers.get('location');
  const { base } = context.upstream;
  const own = location === undefined ? undefined : ownLocation(location, upstream.url || base, base);
  if (own !== undefined) answer.headers.set('location', own);
  return answer;
}
