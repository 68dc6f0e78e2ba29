/** What has to be done with an upstream's answer, as its head says. The first bytes may say otherwise. */
import { isJson, mediaType } from '../http/media-type.ts';

/**
 * `events`: relay as an event stream. `passthrough`: pass the body as it is. `aggregate`: an event stream for a client that
 * wants one JSON object. `expand`: one JSON object for a client that wants an event stream. `inspect`: a success whose
 * type says nothing; its body decides. `error`: the upstream's refusal.
 */
export type AnswerKind = 'events' | 'passthrough' | 'aggregate' | 'expand' | 'inspect' | 'error';

/** The kind of a chat answer, for a client that asked for a stream or not. */
export function answerKind(
  status: number,
  contentType: string | undefined,
  wantsStream: boolean,
): AnswerKind {
  if (status >= 400) return 'error';
  const type = mediaType(contentType);
  if (type === 'text/event-stream') return wantsStream ? 'events' : 'aggregate';
  if (isJson(type)) return wantsStream ? 'expand' : 'passthrough';
  return 'inspect';
}
