/** Reads along with a stream now and then, in bulk, and never far ahead of whom it is meant for. */
import { within } from './within.ts';

/**
 * Between two looks at a stream. To enter JavaScript is what a look costs, so the pause grows while little has come,
 * and shrinks while much has: what waits to be looked at is held in memory.
 */
const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 2000;
const LITTLE_BYTES = 32 * 1024;

/**
 * A look begins with a small buffer: on a silent stream it waits with it for the next event, and silent streams may be
 * many. A read that fills its buffer is followed by a large one at once.
 */
const SMALL_BUFFER_BYTES = 4 * 1024;
const LARGE_BUFFER_BYTES = 64 * 1024;

/** Large buffers that no tap reads into now. They are filled from what has come already, so few serve many streams. */
const spareBuffers: ArrayBuffer[] = [];
const MOST_SPARE_BUFFERS = 16;

/**
 * What a tap has read, a client that stopped reading may still have to get: the stream's other branch holds it. How much
 * that is cannot be seen, so what could be is bounded. Every tap may read this much; beyond it, all taps of the
 * isolate share the second number, and one that finds it used up gives up.
 */
const OWN_LIMIT_BYTES = 4 * 1024 * 1024;
const SHARED_LIMIT_BYTES = 16 * 1024 * 1024;

/** A tap has caught up when nothing came for this long; an upstream that goes on and on is left after the second. */
const QUIET_MS = 20;
const LONGEST_CATCH_UP_MS = 100;
/** A vendor sends the usage right behind the end of its answer. */
const LONGEST_AWAIT_MS = 2000;

/** What all taps have read beyond their own limit, of streams still under way. */
let sharedBytes = 0;

/** How the tap ended: at the stream's end, with the stream's failure, or because it would have read too far. */
export type SampledEnd = 'ended' | 'broken' | 'gave_up';

/** What the tap tells, and what tells the tap. */
export interface SampledReaderOptions {
  /** Gets the bytes in order; they are valid only during the call. */
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Resolves when the other branch is done, well or not; from then on the tap reads what is left without pause. */
  readonly otherBranch: Promise<unknown>;
  /** Silence in milliseconds after which `onSilence` is called; 0 for never. */
  readonly silenceMs: number;
  readonly onSilence: () => void;
}

/** A tap on one branch of a `tee()`. Entering JavaScript for every event is what a stream's relay costs; this does not. */
export class SampledReader {
  /** Settles, and never rejects, when the tap has read all that it will. */
  readonly ended: Promise<SampledEnd>;
  readonly #reader: ReadableStreamBYOBReader;
  readonly #options: SampledReaderOptions;
  /** Silence is told only while a look waits for it. */
  readonly #longestPauseMs: number;
  #otherIsDone = false;
  #total = 0;
  /** This tap's part of what all have read beyond their own limit. */
  #sharedBytes = 0;

  constructor(stream: ReadableStream<Uint8Array>, options: SampledReaderOptions) {
    this.#reader = stream.getReader({ mode: 'byob' });
    this.#options = options;
    const { silenceMs } = options;
    this.#longestPauseMs = silenceMs === 0 ? LONGEST_PAUSE_MS : Math.min(silenceMs, LONGEST_PAUSE_MS);
    options.otherBranch.then(() => {
      this.#otherIsDone = true;
    });
    this.ended = this.#run()
      .catch(() => 'broken' as const)
      .finally(() => {
        sharedBytes -= this.#sharedBytes;
        // The runtime keeps the error of a broken stream for as long as the stream has a reader, and the error's stack
        // keeps this tap, which has the reader: with the lock held, neither would ever be freed.
        this.#reader.releaseLock();
      });
  }

  /**
   * Reads what has come already, and then stops: a tap that rests is up to two seconds behind, and what it has not
   * seen yet may hold the usage. The other branch must be done.
   * @param awaits whether the stream is known to say something more that is worth waiting for.
   */
  async catchUpAndCancel(awaits: () => boolean): Promise<void> {
    await this.#catchUp();
    for (let waitedMs = 0; awaits() && waitedMs < LONGEST_AWAIT_MS; waitedMs += QUIET_MS) {
      if (
        await within(
          this.ended.then(() => true),
          QUIET_MS,
          false,
        )
      )
        return;
    }
    await this.cancel();
  }

  async #catchUp(): Promise<void> {
    for (let waitedMs = 0; waitedMs < LONGEST_CATCH_UP_MS; waitedMs += QUIET_MS) {
      const before = this.#total;
      const hasEnded = await within(
        this.ended.then(() => true),
        QUIET_MS,
        false,
      );
      if (hasEnded) return;
      if (this.#total === before) return;
    }
  }

  /** Stops reading. With the other branch gone too, this stops the stream's source. */
  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }

  async #run(): Promise<SampledEnd> {
    let pauseMs = SHORTEST_PAUSE_MS;
    let sinceRest = 0;
    let size = SMALL_BUFFER_BYTES;
    await this.#rest(pauseMs);
    for (;;) {
      const { done, value } = await this.#read(new Uint8Array(bufferOf(size)));
      if (done || value === undefined) return 'ended';
      this.#options.onBytes(value);
      giveBack(value.buffer);
      this.#total += value.byteLength;
      sinceRest += value.byteLength;
      if (!this.#otherIsDone && !this.#mayRead(this.#total)) {
        await this.cancel();
        return 'gave_up';
      }
      const isFull = value.byteLength === size;
      size = isFull ? LARGE_BUFFER_BYTES : SMALL_BUFFER_BYTES;
      if (!isFull) {
        pauseMs = nextPauseMs(pauseMs, sinceRest);
        sinceRest = 0;
        await this.#rest(pauseMs);
      }
    }
  }

  #mayRead(total: number): boolean {
    const beyond = Math.max(0, total - OWN_LIMIT_BYTES);
    sharedBytes += beyond - this.#sharedBytes;
    this.#sharedBytes = beyond;
    return beyond === 0 || sharedBytes <= SHARED_LIMIT_BYTES;
  }

  async #read(view: Uint8Array<ArrayBuffer>): Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>> {
    const { silenceMs, onSilence } = this.#options;
    if (silenceMs === 0) return this.#reader.read(view);
    const timer = setTimeout(onSilence, silenceMs);
    try {
      return await this.#reader.read(view);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits for the pause or for the other branch's end, whichever comes first. */
  async #rest(pauseMs: number): Promise<void> {
    if (this.#otherIsDone) return;
    await within(this.#options.otherBranch, Math.min(pauseMs, this.#longestPauseMs), undefined);
  }
}

function bufferOf(size: number): ArrayBuffer {
  const spare = size === LARGE_BUFFER_BYTES ? spareBuffers.pop() : undefined;
  return spare ?? new ArrayBuffer(size);
}

function giveBack(buffer: ArrayBuffer): void {
  if (buffer.byteLength === LARGE_BUFFER_BYTES && spareBuffers.length < MOST_SPARE_BUFFERS) {
    spareBuffers.push(buffer);
  }
}

function nextPauseMs(pauseMs: number, bytes: number): number {
  return bytes <= LITTLE_BYTES
    ? Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    : Math.max(pauseMs / 2, SHORTEST_PAUSE_MS);
}
