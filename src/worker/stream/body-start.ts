/** Reads the front of a body until it tells what the body is; nothing of it is lost. */
import { concat } from '../http/bytes.ts';
import type { NextPiece } from './stream-start.ts';
import { within } from './within.ts';

/** What was read of a body. */
export interface BodyStart {
  readonly pieces: readonly Uint8Array[];
  /** The same as text. */
  readonly text: string;
  /** `more`: the body holds the rest. `whole`, `cut`: it has ended. `late`: what tells did not come in time. */
  readonly kind: 'more' | 'whole' | 'cut' | 'late';
  /** What is awaited where the start is late. */
  readonly next?: NextPiece;
}

/** The start of a body that nobody has looked at. */
export const NOTHING_READ: BodyStart = { pieces: [], text: '', kind: 'more' };

/** How much is read, and for how long. */
export interface StartLimits {
  readonly bytes: number;
  /** In milliseconds; 0 for as long as it takes. */
  readonly ms: number;
}

/**
 * Reads until the text tells enough, the body ends, or a limit is reached.
 * @param readAhead what was read of the body before.
 */
export async function readStart(
  body: ReadableStream<Uint8Array>,
  readAhead: readonly Uint8Array[],
  isEnough: (text: string) => boolean,
  limits: StartLimits,
): Promise<BodyStart> {
  const decoder = new TextDecoder();
  const pieces: Uint8Array[] = [];
  let text = '';
  let length = 0;
  const take = (piece: Uint8Array) => {
    pieces.push(piece);
    length += piece.length;
    text += decoder.decode(piece, { stream: true });
  };
  readAhead.forEach(take);
  const start = (kind: BodyStart['kind'], next?: NextPiece): BodyStart => ({
    pieces,
    text,
    kind,
    ...(next && { next }),
  });
  if (isEnough(text)) return start('more');
  const reader = body.getReader();
  const startedAt = performance.now();
  try {
    for (;;) {
      const read = reader.read();
      const leftMs = limits.ms - (performance.now() - startedAt);
      const came = limits.ms === 0 ? await read : await within(read, Math.max(0, leftMs), undefined);
      if (came === undefined) return start('late', nextOf(reader, read));
      if (came.done) {
        reader.releaseLock();
        return start('whole');
      }
      take(came.value);
      if (isEnough(text) || length >= limits.bytes) {
        reader.releaseLock();
        return start('more');
      }
    }
  } catch {
    reader.releaseLock();
    return start('cut');
  }
}

/**
 * The same for a body that passes natively whatever its front says: that is read beside it.
 * @returns the start, and the whole body.
 */
export async function readStartBeside(
  body: ReadableStream<Uint8Array>,
  isEnough: (text: string) => boolean,
  limits: StartLimits,
): Promise<[BodyStart, ReadableStream<Uint8Array>]> {
  const [whole, sample] = body.tee();
  const { next, ...start } = await readStart(sample, [], isEnough, limits);
  await (next === undefined ? sample.cancel() : next.cancel()).catch(() => undefined);
  return [start, whole];
}

/** A body that ended within a limit, one that is longer and goes on, or one that broke off. */
export type ReadPrefix =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'longer'; readonly body: ReadableStream<Uint8Array> }
  | { readonly kind: 'cut' };

/** Reads a body to its end if that comes within `limitBytes`; of a longer one nothing is lost and little is held. */
export async function readPrefix(
  body: ReadableStream<Uint8Array> | null,
  limitBytes: number,
): Promise<ReadPrefix> {
  if (body === null) return { kind: 'whole', bytes: new Uint8Array() };
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    while (length <= limitBytes) {
      const { done, value } = await reader.read();
      if (done) return { kind: 'whole', bytes: concat(chunks) };
      chunks.push(value);
      length += value.length;
    }
  } catch {
    return { kind: 'cut' };
  }
  reader.releaseLock();
  return { kind: 'longer', body: rejoined(body, { pieces: chunks }) };
}

function nextOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  read: Promise<ReadableStreamReadResult<Uint8Array>>,
): NextPiece {
  const piece = read.then(({ done, value }) => {
    reader.releaseLock();
    return done ? undefined : value;
  });
  // Who waits for it may have left by then.
  piece.catch(() => undefined);
  return { piece, cancel: () => reader.cancel().catch(() => undefined) };
}

/** The whole body again: what was read of it, and then the rest, which the runtime pumps alone. */
export function rejoined(
  body: ReadableStream<Uint8Array>,
  { pieces, next }: Pick<BodyStart, 'pieces' | 'next'>,
): ReadableStream<Uint8Array> {
  const { readable, writable } = new IdentityTransformStream();
  const pump = async () => {
    const writer = writable.getWriter();
    try {
      for (const piece of pieces) await writer.write(piece);
      const late = await next?.piece;
      if (late !== undefined) await writer.write(late);
    } catch (error) {
      // The client has left, or the upstream broke off.
      await Promise.all([next?.cancel(), writer.abort(error)]).catch(() => undefined);
      await body.cancel(error).catch(() => undefined);
      return;
    }
    writer.releaseLock();
    await body.pipeTo(writable).catch(() => undefined);
  };
  void pump();
  return readable;
}
