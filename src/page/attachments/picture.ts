/** What becomes of a picture before it is stored: its size, and whether its own bytes may stay. Pure. */

/** Models look at no more; what is larger is only scaled down elsewhere. */
export const LONG_SIDE = 2048;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size within `LONG_SIDE`, with the same proportions; a smaller picture keeps its own. */
export function fitted({ width, height }: Size): Size {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Whether the bytes hold more than the picture: EXIF, XMP or texts, where cameras write place and time. A form that is
 * not known to hold none counts as holding some.
 */
export function hasMetadata(bytes: Uint8Array): boolean {
  const at = (offset: number, length: number) =>
    String.fromCharCode(...bytes.subarray(offset, offset + length));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegHasMetadata(view);
  if (at(1, 3) === 'PNG')
    return chunksHave(view, 8, 12, (offset) => at(offset + 4, 4), /^(?:eXIf|[tiz]TXt|tEXt)$/, true);
  if (at(0, 4) === 'RIFF' && at(8, 4) === 'WEBP')
    return chunksHave(view, 12, 8, (offset) => at(offset, 4), /^(?:EXIF|XMP )$/, false);
  return at(0, 4) !== 'GIF8';
}

/** JPEG: segments up to the picture itself; APP1 holds EXIF and XMP, APP13 what editors write, COM comments. */
function jpegHasMetadata(view: DataView): boolean {
  for (let offset = 2; offset + 4 <= view.byteLength; ) {
    if (view.getUint8(offset) !== 0xff) return true;
    const marker = view.getUint8(offset + 1);
    if (marker === 0xda) return false;
    if (marker === 0xe1 || marker === 0xed || marker === 0xfe) return true;
    offset += 2 + view.getUint16(offset + 2);
  }
  return true;
}

/** PNG (length, name, data, checksum) and WebP (name, length, data, padded to even). */
function chunksHave(
  view: DataView,
  first: number,
  around: number,
  nameAt: (offset: number) => string,
  wanted: RegExp,
  isPng: boolean,
): boolean {
  for (let offset = first; offset + 8 <= view.byteLength; ) {
    const name = nameAt(offset);
    if (wanted.test(name)) return true;
    if (name === 'IEND') return false;
    const length = isPng ? view.getUint32(offset) : view.getUint32(offset + 4, true);
    offset += around + length + (isPng ? 0 : length % 2);
  }
  return false;
}
