/** Reads a stream for its recording, in bulk, and never far ahead of a first reader who reads no more. */
import type { Recording } from './recording.ts';

const MEBIBYTE = 1024 * 1024;

/** A longer stream is not kept, and cannot be taken up again. */
const LONGEST_STREAM = 8 * MEBIBYTE;

/** The pause between two looks at a stream: what came within it is lost where its object dies. */
const TAP_MS = 150;

/** A look waits with a small buffer for the next event; one that fills it is followed by a large one at once. */
const SMALL_BUFFER = 4 * 1024;
const LARGE_BUFFER = 64 * 1024;

/**
 * What was read, a first reader that stopped reading may still have to get: the runtime holds it in memory. Every
 * stream may be ahead by the first number; beyond it, all of the isolate share the second.
 */
const OWN_AHEAD = MEBIBYTE;
const SHARED_AHEAD = 32 * MEBIBYTE;
let sharedAhead = 0;

/**
 * Gives a recording its bytes until the stream ends, or breaks off: how it ended, its events tell. Never rejects.
 * @param onBytes called when there is something to write.
 * @returns `too_long` for a stream that is not to be recorded further, and goes on.
 */
export async function readAlong(
  recording: Recording,
  tapped: ReadableStream<Uint8Array>,
  onBytes: () => void,
): Promise<'ended' | 'too_long'> {
  const reader = tapped.getReader({ mode: 'byob' });
  let size = SMALL_BUFFER;
  let ahead = 0;
  try {
    for (;;) {
      if (size === SMALL_BUFFER) await recording.rest(TAP_MS);
      const { done, value } = await reader.read(new Uint8Array(size));
      if (done || value === undefined) break;
      size = value.length === size ? LARGE_BUFFER : SMALL_BUFFER;
      // A small piece in a large buffer would hold all of it.
      recording.add(value.length === value.buffer.byteLength ? value : value.slice());
      sharedAhead -= ahead;
      ahead = recording.isFirstReading ? Math.max(0, recording.length - OWN_AHEAD) : 0;
      sharedAhead += ahead;
      if (recording.length > LONGEST_STREAM || (ahead > 0 && sharedAhead > SHARED_AHEAD)) return 'too_long';
      onBytes();
    }
  } catch {
    // It was ended while the runtime was writing: how, is said behind what came.
  } finally {
    sharedAhead -= ahead;
    reader.releaseLock();
  }
  return 'ended';
}
