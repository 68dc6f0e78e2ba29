/** Reading an upstream's body into memory, never more than the caller is ready to hold. */

/** How reading ended: the whole body, one that broke off, or one that is larger than the limit. */
export type ReadEnd = 'whole' | 'cut' | 'too_large';

/** What was read, as text. */
export interface ReadText {
  readonly kind: ReadEnd;
  readonly text: string;
}

/** What was read, byte for byte. */
export interface ReadBytes {
  readonly kind: ReadEnd;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads a body as UTF-8, up to `limitBytes`; what is beyond is not read, and its source is stopped. */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  limitBytes: number,
): Promise<ReadText> {
  const { kind, bytes } = await readBytes(body, limitBytes);
  return { kind, text: new TextDecoder().decode(bytes) };
}

/** Reads a body up to `limitBytes` and, where `limitMs` is not 0, no longer than that: then it counts as cut. */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  limitBytes: number,
  limitMs = 0,
): Promise<ReadBytes> {
  if (body === null) return { kind: 'whole', bytes: new Uint8Array() };
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let late = false;
  const stop = () => reader.cancel().catch(() => undefined);
  const timer =
    limitMs === 0
      ? undefined
      : setTimeout(() => {
          late = true;
          stop();
        }, limitMs);
  const read = async (kind: ReadEnd) => ({
    kind,
    bytes: new Uint8Array(await new Blob(chunks).arrayBuffer()),
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return await read(late ? 'cut' : 'whole');
      length += value.length;
      if (length > limitBytes) {
        await stop();
        return await read('too_large');
      }
      chunks.push(value);
    }
  } catch {
    return await read('cut');
  } finally {
    if (timer !== undefined) clearTimeout(timer);
  }
}
