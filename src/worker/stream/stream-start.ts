/** The front of an event stream that was read, or is awaited, before the stream is. */
import { beginningKind } from '../http/beginning.ts';
import { concat } from '../http/bytes.ts';
import { readBytes } from './read.ts';

/** A whole answer that comes as a stream is converted up to this length. */
const LONGEST_CONVERTED_BYTES = 8 * 1024 * 1024;

/** The next piece of a body, which is awaited already. The body may be read on once it has come. */
export interface NextPiece {
  /** Undefined at the body's end. */
  readonly piece: Promise<Uint8Array | undefined>;
  readonly cancel: () => Promise<void>;
}

/** What has happened to the front of a stream already. */
export interface StreamStart {
  /** What was read of it; the body begins behind that. */
  readonly readAhead: readonly Uint8Array[];
  /** The next piece of it, where the head did not wait for the body to begin. */
  readonly next?: NextPiece;
  /** Turns what turns out to be no event stream into events; given with `next`. */
  readonly convert?: (text: string) => string;
}

/** A stream of which the front was read, or is awaited. */
export interface StartedStream extends StreamStart {
  readonly body: ReadableStream<Uint8Array>;
}

/**
 * The events of a whole answer, or of an error, under the label of a stream; undefined where a stream has begun.
 * @param pieces what has come of it.
 */
export async function lateEvents(
  body: ReadableStream<Uint8Array>,
  pieces: readonly Uint8Array[],
  convert: (text: string) => string,
): Promise<string | undefined> {
  if (beginningKind(new TextDecoder().decode(concat(pieces))) !== 'json') return undefined;
  const rest = await readBytes(body, LONGEST_CONVERTED_BYTES);
  return convert(new TextDecoder().decode(concat([...pieces, rest.bytes])));
}
