/** The debug log: one JSON line per step, written only under DEBUG=true. Never a key, a token, a header or content. */
import type { Settings } from './settings.ts';

/** A logged fact: plain values only, so that no header or body can slip in as an object. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** What looks like a key, wherever it may have strayed to: a path, a model's name. */
const KEY_LIKE = /\b(?:sk|ek|rk)-[\w-]{4,}/g;

/** Writes one line: the step's name, the request it belongs to, and its facts. */
export function logStep(settings: Settings, requestId: string, step: string, fields: LogFields): void {
  if (!settings.debug) return;
  const line = JSON.stringify({ step, request_id: requestId, ...fields });
  console.log(redact(line, [settings.key, settings.apiToken]).replace(KEY_LIKE, '[redacted]'));
}

/** Replaces secrets in a text, wherever they stand. */
export function redact(text: string, secrets: readonly (string | undefined)[]): string {
  return secrets.reduce<string>(
    (clean, secret) =>
      secret === undefined || secret === '' ? clean : clean.replaceAll(secret, '[redacted]'),
    text,
  );
}
