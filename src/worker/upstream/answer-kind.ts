/** What has to be done with an upstream's answer, decided from its head alone. */
import { isJson, mediaType } from '../http/media-type.ts';

/**
 * `events`: relay as an event stream. `passthrough`: pass the body as it is. `aggregate`: an event stream for a client that
 * wants one JSON object. `expand`: one JSON object for a client that wants an event stream. `inspect`: a success whose
 * type says nothing; its body decides. `error`: the upstream's refusal.
 */
export type AnswerKind = 'events' | 'passthrough' | 'aggregate' | 'expand' | 'inspect' | 'error';

/** The kind of a chat answer, for a client that asked for a stream or not. */
export function answerKind(status: number, contentType: string | null, wantsStream: boolean): AnswerKind {
  if (status >= 400) return 'error';
  const type = mediaType(contentType);
  if (type === 'text/event-stream') return wantsStream ? 'events' : 'aggregate';
  if (isJson(type)) return wantsStream ? 'expand' : 'passthrough';
  return 'inspect';
}

/** What a text is, seen from its first characters. */
export type Beginning = 'events' | 'json' | 'page' | 'other';

/** How a line of an event stream may begin; a bare colon begins a comment. */
const EVENT_FIELDS = ['data:', 'event:', 'id:', 'retry:', ':'];

/** What a text is, from as much of its beginning as has come; undefined while that may still turn out either way. */
export function beginningKind(text: string): Beginning | undefined {
  const start = text.trimStart();
  if (EVENT_FIELDS.some((field) => start.startsWith(field))) return 'events';
  if (EVENT_FIELDS.some((field) => field.startsWith(start))) return undefined;
  if (start.startsWith('{')) return 'json';
  return start.startsWith('<') ? 'page' : 'other';
}
