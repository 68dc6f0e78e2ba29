/** The answer of an endpoint that the gateway knows nothing of. */
import { mediaType } from '../http/media-type.ts';
import { NamedStreamState } from '../stream/watch-named.ts';
import type { UpstreamContext } from './context.ts';
import { ownLocation } from './location.ts';
import { passError, passEvents, passOn } from './pass-on.ts';
import { isPacked } from './unpack.ts';

/** Relays an answer by its status and type alone: refusals in OpenAI's form, event streams watched, the rest native. */
export async function relayAnyAnswer(upstream: Response, context: UpstreamContext): Promise<Response> {
  if (upstream.status >= 400) return passError(upstream, context);
  // The answer to a HEAD has the type of a stream and none to follow.
  const isStream = mediaType(upstream.headers.get('content-type')) === 'text/event-stream';
  if (isStream && upstream.body !== null && !isPacked(upstream)) {
    return passEvents({ response: upstream, readAhead: [] }, new NamedStreamState(), context);
  }
  context.account.close({ end: 'handed_over', usage: undefined });
  const answer = passOn(upstream);
  const location = upstream.headers.get('location');
  const own = location === null ? undefined : ownLocation(location, upstream.url, context.upstream.base);
  if (own !== undefined) answer.headers.set('location', own);
  return answer;
}
