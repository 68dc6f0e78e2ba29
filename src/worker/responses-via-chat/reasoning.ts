/**
 * A model's reasoning on its way through the client and back. Some vendors want it returned as it was; the Responses API
 * has an opaque member for that, which clients send back untouched.
 */
import { isRecord, parseJson } from '../http/json/read.ts';

/** What the gateway's own `encrypted_content` begins with. A native upstream could not read it. */
export const REASONING_MARK = 'nxr1.';

/** The text of a reasoning item for a client to keep, as `encrypted_content`. It is encoded, and hides nothing. */
export function sealReasoning(text: string): string {
  const bytes = new TextEncoder().encode(JSON.stringify({ v: 1, text }));
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  const base64 = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return `${REASONING_MARK}${base64}`;
}

/** What `sealReasoning` was given; undefined for content of another's making. */
export function openReasoning(content: unknown): string | undefined {
  if (typeof content !== 'string' || !content.startsWith(REASONING_MARK)) return undefined;
  try {
    const base64 = content.slice(REASONING_MARK.length).replaceAll('-', '+').replaceAll('_', '/');
    const binary = atob(base64);
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const sealed = parseJson(new TextDecoder().decode(bytes));
    return isRecord(sealed) && typeof sealed['text'] === 'string' ? sealed['text'] : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a reasoning item that a client has sent back: of its own content, else the raw text, else the summary. */
export function reasoningText(item: Readonly<Record<string, unknown>>): string {
  return (
    openReasoning(item['encrypted_content']) ?? (partTexts(item['content']) || partTexts(item['summary']))
  );
}

/** Whether a reasoning item is one that the gateway has made of chat's `reasoning_content`. */
export function isOwnReasoning({
  id,
  encrypted_content: content,
}: Readonly<Record<string, unknown>>): boolean {
  return (typeof id === 'string' && id.startsWith('rs_nx')) || openReasoning(content) !== undefined;
}

function partTexts(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  return parts
    .flatMap((part) => (isRecord(part) && typeof part['text'] === 'string' ? [part['text']] : []))
    .join('\n\n');
}
