/** A recorded stream for one reader who takes it up: from the disk as far as it is there, then as it comes. */
import { concat } from '../http/bytes.ts';
import { numbered } from './numbered.ts';

/** Where a replay gets its bytes. */
export interface ReplaySource {
  /** Some of the bytes from a place; undefined where there are none yet. */
  read(place: number): Uint8Array | undefined;
  /** What is said behind the last byte; undefined while more may come. */
  ending(): string | undefined;
  /** Resolves when there is more, or the end. */
  more(): Promise<void>;
  /** The reader has gone, or has had all. */
  left(): void;
}

/** The most of an event without an end that is held back, in bytes. */
const LONGEST_HELD = 1024 * 1024;

/**
 * The bytes from a place on, cut at the ends of events where these are numbered. A reader who is slow holds nothing
 * but its place.
 * @param withIds whether events say their place in `id:` lines.
 */
export function replay(source: ReplaySource, from: number, withIds: boolean): ReadableStream<Uint8Array> {
  let place = from;
  let held: Uint8Array = new Uint8Array();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const bytes = source.read(place);
          if (bytes !== undefined) {
            place += bytes.length;
            held = held.length === 0 ? bytes : concat([held, bytes]);
            const whole = { bytes: held, taken: held.length };
            const piece = withIds && held.length < LONGEST_HELD ? numbered(held, place - held.length) : whole;
            if (piece === undefined) continue;
            held = held.subarray(piece.taken);
            controller.enqueue(piece.bytes);
            return;
          }
          const words = source.ending();
          if (words !== undefined) {
            const last = concat([held, new TextEncoder().encode(words)]);
            if (last.length > 0) controller.enqueue(last);
            controller.close();
            source.left();
            return;
          }
          await source.more();
        }
      },
      cancel: () => source.left(),
    },
    { highWaterMark: 0 },
  );
}
