/** What has to be done with an upstream's answer, decided from its head alone. */

/**
 * `events`: relay as an event stream. `native`: pass the body as it is. `collect`: an event stream for a client that
 * wants one JSON object. `unfold`: one JSON object for a client that wants an event stream. `inspect`: a success whose
 * type says nothing; its body decides. `error`: the upstream's refusal.
 */
export type AnswerKind = 'events' | 'native' | 'collect' | 'unfold' | 'inspect' | 'error';

/** The kind of a chat answer, for a client that asked for a stream or not. */
export function answerKind(status: number, contentType: string | null, wantsStream: boolean): AnswerKind {
  if (status >= 400) return 'error';
  const type = mediaType(contentType);
  if (type === 'text/event-stream') return wantsStream ? 'events' : 'collect';
  if (isJson(type)) return wantsStream ? 'unfold' : 'native';
  return 'inspect';
}

/** The media type in lower case, without parameters (RFC 9110, section 8.3.1). */
export function mediaType(contentType: string | null): string {
  return (contentType?.split(';')[0] ?? '').trim().toLowerCase();
}

/** Whether a media type means JSON. */
export function isJson(type: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json$/.test(type);
}
