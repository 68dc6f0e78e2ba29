/** The debug log: one JSON line per step, written only under DEBUG=true. Never a key, a token, a header or content. */
import type { Settings } from './settings.ts';

/** A logged fact: plain values only, so that no header or body can slip in as an object. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes one line: the step's name, the request it belongs to, and its facts. */
export function logStep(settings: Settings, requestId: string, step: string, fields: LogFields): void {
  if (!settings.debug) return;
  console.log(JSON.stringify({ step, request_id: requestId, ...fields }));
}
