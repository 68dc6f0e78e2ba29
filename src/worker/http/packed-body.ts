/** A request's body that its sender has packed (RFC 9110, section 8.4.1): unpacked to be looked at, and packed again. */
import { concat } from './bytes.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Format = 'gzip' | 'deflate';

/** Formats of `DecompressionStream` by the codings of RFC 9110, section 8.4.1; `x-gzip` is another name of gzip. */
export const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
]);

/** The coding of a body, in lower case; empty for none. */
export function codingOf(contentEncoding: string | null | undefined): string {
  const coding = contentEncoding?.trim().toLowerCase() ?? '';
  return coding === 'identity' ? '' : coding;
}

/**
 * The bytes that were packed.
 * @param limit how many they may be at most: a short body can unpack to any length.
 * @returns undefined for another coding, a broken body, or a longer one.
 */
export async function unpackBody(bytes: Bytes, coding: string, limit: number): Promise<Bytes | undefined> {
  const format = FORMATS.get(coding);
  if (format === undefined) return undefined;
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format));
    for await (const piece of stream) {
      length += piece.length;
      if (length > limit) return undefined;
      pieces.push(piece);
    }
  } catch {
    return undefined;
  }
  return concat(pieces);
}

/** The same bytes under a coding that `unpackBody` has unpacked. */
export async function packBody(bytes: Bytes, coding: string): Promise<Bytes> {
  const format = FORMATS.get(coding);
  if (format === undefined) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
