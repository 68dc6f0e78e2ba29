/** Reading an upstream's body into memory, never more than the caller is ready to hold. */

/** How reading ended: the whole text, a body that broke off, or one that is larger than the limit. */
export type ReadText =
  | { readonly kind: 'whole'; readonly text: string }
  | { readonly kind: 'cut'; readonly text: string }
  | { readonly kind: 'too_large'; readonly text: string };

/** Reads a body as UTF-8, up to `limitBytes`; what is beyond is not read, and its source is stopped. */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  limitBytes: number,
): Promise<ReadText> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  try {
    for await (const chunk of body ?? []) {
      length += chunk.length;
      if (length > limitBytes) return { kind: 'too_large', text };
      text += decoder.decode(chunk, { stream: true });
    }
  } catch {
    return { kind: 'cut', text };
  }
  return { kind: 'whole', text: text + decoder.decode() };
}
