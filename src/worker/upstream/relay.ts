/** The answer of an endpoint that the gateway knows nothing of. */
import { beginningKind } from '../http/beginning.ts';
import { errorUnderSuccess } from '../http/foreign-error.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { isJson, mediaType } from '../http/media-type.ts';
import { reportedError } from '../http/upstream-failure.ts';
import { NOTHING_READ, readStart } from '../stream/body-start.ts';
import { NamedStreamState } from '../stream/watch-named.ts';
import { secretsOf } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { LABEL_LOOK } from './first-bytes.ts';
import { ownLocation } from './location.ts';
import { passError, passEvents, passOn, restored } from './pass-on.ts';
import type { Received } from './received.ts';
import { passJson } from './success-json.ts';
import { isPacked } from './unpack.ts';
import { passWholeJson } from './whole-json.ts';

/** Other forms of errors look like things that some endpoint may answer. */
function openAiError(answer: unknown): unknown {
  return isRecord(answer) ? answer['error'] || undefined : undefined;
}

/**
 * Relays an answer by its status and type: refusals in OpenAI's form, event streams watched, the rest native.
 * @throws {GatewayError} 502 for an error under the label of a stream.
 */
export async function relayAnyAnswer(answered: Received, context: UpstreamContext): Promise<Response> {
  let upstream = answered;
  if (upstream.status >= 400) return passError(upstream, context);
  // The answer to a HEAD has the type of a stream and none to follow.
  const isStream = mediaType(upstream.headers.get('content-type')) === 'text/event-stream';
  if (isStream && upstream.body !== null && !isPacked(upstream)) {
    const start = await readStart(upstream.body, [], isOtherThanJson, LABEL_LOOK);
    const { pieces, next, kind, text } = start;
    if (kind !== 'whole' || beginningKind(text) !== 'json')
      return passEvents(
        { response: upstream, readAhead: pieces, ...(next && { next }) },
        new NamedStreamState(),
        context,
      );
    const error = errorUnderSuccess(parseJson(text));
    if (error !== undefined) throw reportedError(error, secretsOf(context));
    upstream = restored(upstream, start).withFields({ 'content-type': 'application/json' });
  }
  const isJsonAnswer = isJson(mediaType(upstream.headers.get('content-type'))) && upstream.body !== null;
  if (context.account.isBooked && isJsonAnswer && !isPacked(upstream))
    return located(await passWholeJson(upstream, NOTHING_READ, context, openAiError), upstream, context);
  context.account.close({ end: 'handed_over', usage: undefined, http: upstream.status });
  const answer = isJsonAnswer ? await passJson(upstream, context) : passOn(upstream, context);
  return located(answer, upstream, context);
}

function isOtherThanJson(text: string): boolean {
  const beginning = beginningKind(text);
  return beginning !== undefined && beginning !== 'json';
}

/** The answer with a location of its upstream as an address of the gateway's own. */
function located(answer: Response, upstream: Received, context: UpstreamContext): Response {
  const location = upstream.headers.get('location');
  const { base } = context.upstream;
  const own = location === undefined ? undefined : ownLocation(location, upstream.url, base);
  if (own !== undefined) answer.headers.set('location', own);
  return answer;
}
