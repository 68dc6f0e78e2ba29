/** Brings a picture into the size and form that are sent, in the browser: turned as its camera says, and without metadata. */
import { fitted, hasMetadata, type Size } from './picture.ts';

const QUALITY = 0.85;
/** Forms that every vision model takes. */
const SENDABLE = /^image\/(?:png|jpeg|webp|gif)$/;

/** Rejects where the browser cannot read the picture (HEIC in most of them). */
export async function scaledPicture(file: Blob): Promise<{ readonly blob: Blob; readonly size: Size }> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const size = fitted(bitmap);
  const fits = size.width === bitmap.width && size.height === bitmap.height;
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser gives no canvas.');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, size.width, size.height);
  bitmap.close();
  let blob = await canvas.convertToBlob({ type: 'image/webp', quality: QUALITY });
  // A browser that writes no WebP gives a PNG: several times as large for a photograph.
  if (blob.type !== 'image/webp') {
    context.globalCompositeOperation = 'destination-over';
    context.fillStyle = '#fff';
    context.fillRect(0, 0, size.width, size.height);
    blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
  }
  const mayStay = fits && SENDABLE.test(file.type) && file.size <= blob.size;
  if (mayStay && !hasMetadata(new Uint8Array(await file.arrayBuffer()))) blob = file;
  return { blob, size };
}
