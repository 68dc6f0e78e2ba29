/** Bytes as `data:` addresses (RFC 2397), and back. */

export async function dataUrl(blob: Blob, type: string): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return `data:${type};base64,${btoa(binary)}`;
}

/** The bytes of a `data:` address; null where it is none. */
export function blobOf(address: string): Blob | null {
  const [, type, base64] = /^data:([\w.+/-]*);base64,([\w+/=]*)$/.exec(address) ?? [];
  if (base64 === undefined) return null;
  try {
    return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], {
      type: type ?? '',
    });
  } catch {
    return null;
  }
}
