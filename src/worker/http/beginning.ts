/** What a text is, by its first characters: labels are often wrong. */

/** What a text is, seen from its first characters. */
export type Beginning = 'events' | 'json' | 'page' | 'other';

/** How a line of an event stream may begin; a bare colon begins a comment. */
const EVENT_FIELDS = ['data:', 'event:', 'id:', 'retry:', ':'];

/** What a text is, from as much of its beginning as has come; undefined while that may still turn out either way. */
export function beginningKind(text: string): Beginning | undefined {
  const start = text.trimStart();
  if (EVENT_FIELDS.some((field) => start.startsWith(field))) return 'events';
  if (EVENT_FIELDS.some((field) => field.startsWith(start))) return undefined;
  if (/^\[?\s*\{/.test(start)) return 'json';
  if (/^\[\s*$/.test(start)) return undefined;
  return start.startsWith('<') ? 'page' : 'other';
}
