/** Bodies whose length is declared and short: read at once, which costs much less than piece by piece. */
import type { Received } from './received.ts';

/** A body's bytes, or that it broke off before its declared length. */
export type ShortBody =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'cut' };

/**
 * Reads a body whose declared length is at most `mostBytes`; undefined, and nothing read, for any other. The runtime ends
 * one branch of a divided body that breaks off as if it were whole, so the length is compared.
 */
export async function readShortBody(upstream: Received, mostBytes: number): Promise<ShortBody | undefined> {
  const declared = upstream.headers.get('content-length');
  // What the runtime unpacks has another length than the declared one.
  if (declared === undefined || !(Number(declared) <= mostBytes) || upstream.headers.has('content-encoding'))
    return undefined;
  try {
    const bytes = new Uint8Array(await upstream.arrayBuffer());
    return bytes.length < Number(declared) ? { kind: 'cut' } : { kind: 'whole', bytes };
  } catch {
    return { kind: 'cut' };
  }
}
