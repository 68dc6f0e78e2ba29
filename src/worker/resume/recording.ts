/** One stream while it is recorded: what was read of it, what of that is on disk, and who waits for more. */
import { concat } from '../http/bytes.ts';
import type { GatewayError } from '../http/errors.ts';
import { streamCut } from '../http/upstream-failure.ts';
import { errorWords, type StreamState } from '../stream/watch.ts';
import { streamAbandoned } from './refusals.ts';
import { streamState } from './stream-state.ts';
import type { NewBlock, StreamRow, StreamStatus } from './stream-store.ts';

/** The bytes that are not on disk yet stand here; those on disk are read from there. */
export class Recording {
  /** Follows what is read. */
  readonly state: StreamState;
  /** How many read it now, the one who asked for it included. */
  #readers = 1;
  /** Ends the answer, since nobody reads it. */
  #abandonment: ReturnType<typeof setTimeout> | undefined;
  #isFirstReading = true;
  #told: GatewayError | undefined;
  readonly #halt = Promise.withResolvers<GatewayError>();
  readonly #done = Promise.withResolvers<void>();
  #row: StreamRow;
  #isRowNew = true;
  #status: StreamStatus | undefined;
  #unwritten: Uint8Array[] = [];
  #written = 0;
  #length = 0;
  #wakers = new Set<() => void>();
  #wakeTap: (() => void) | undefined;

  constructor(row: StreamRow) {
    this.#row = row;
    this.state = streamState(row.endpoint);
  }

  get row(): StreamRow {
    return this.#row;
  }

  /** How many bytes of the stream were read. */
  get length(): number {
    return this.#length;
  }

  /** How many of them are on disk, or will be with the next write. */
  get written(): number {
    return this.#written;
  }

  /** Resolves when the answer is to end, with what its readers are told. */
  get halted(): Promise<GatewayError> {
    return this.#halt.promise;
  }

  /** Settles when the stream is recorded whole, or is not recorded. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** The one who asked for it still reads: the runtime pumps the stream then. */
  get isFirstReading(): boolean {
    return this.#isFirstReading;
  }

  /** Somebody reads it along. */
  join(): void {
    this.#readers += 1;
    this.#keep();
  }

  /** A reader has gone. With nobody left, the answer has so long to end, in milliseconds. */
  leave(limitMs: number): void {
    this.#readers -= 1;
    if (this.#readers > 0 || this.#row.ended !== null) return;
    this.#abandonment = setTimeout(() => this.halt(streamAbandoned(), 'incomplete'), limitMs);
  }

  /** The one who asked for it reads no longer. */
  loseFirst(): void {
    this.#isFirstReading = false;
    this.#wakeTap?.();
  }

  /** Ends the answer; its readers are told why. @param status what the stream's end is called then. */
  halt(words: GatewayError, status: StreamStatus): void {
    this.#status ??= status;
    this.#told ??= words;
    this.#halt.resolve(words);
  }

  /** Says what the answer is called when it turns out to be a stream. */
  begin(headers: StreamRow['headers']): void {
    this.#row = { ...this.#row, headers };
  }

  /** Takes the next bytes. They stay the recording's own. */
  add(bytes: Uint8Array): void {
    this.state.feed(bytes);
    this.#unwritten.push(bytes);
    this.#length += bytes.length;
    this.#wake();
  }

  /** The stream has ended; where it did not say how, that is said behind it. */
  end(now: number): void {
    this.state.end();
    const { whole, failed, endsSilently } = this.state;
    const isWhole = !failed && (whole || endsSilently);
    const status = isWhole ? 'completed' : (this.#status ?? 'incomplete');
    const words = isWhole || failed ? '' : errorWords((this.#told ?? streamCut()).fields, this.state);
    this.#change({ status, ended: now, usage: this.state.usage ?? null, words });
  }

  /** The stream is recorded no longer. @param words what those who read it along are told. */
  drop(now: number, words: string): void {
    this.#unwritten = [];
    this.#length = this.#written;
    this.#change({ status: 'incomplete', ended: now, isTooLong: true, words });
  }

  /** Nothing more is done for it. */
  finish(): void {
    // A timer that waits holds all of this.
    this.#keep();
    this.#done.resolve();
  }

  #keep(): void {
    if (this.#abandonment !== undefined) clearTimeout(this.#abandonment);
  }

  #change(row: Partial<StreamRow>): void {
    this.#row = { ...this.#row, ...row };
    this.#isRowNew = true;
    this.#wake();
  }

  /** What waits to be written; undefined where nothing does. From now on it is read from disk. */
  takeBlock(): NewBlock | undefined {
    // No row before the first bytes.
    const hasRow = this.#isRowNew && (this.#row.ended !== null || this.#written > 0);
    if (this.#unwritten.length === 0 && !hasRow) return undefined;
    const bytes = concat(this.#unwritten);
    const block = { stream: this.#row, position: this.#written, bytes, isRowNew: this.#isRowNew };
    this.#unwritten = [];
    this.#isRowNew = false;
    this.#written += bytes.length;
    return block;
  }

  /** Bytes from a place that is not on disk yet. */
  unwrittenFrom(place: number): Uint8Array {
    return concat(this.#unwritten).subarray(place - this.#written);
  }

  /** Resolves when more was read, or the stream has ended. */
  more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wakers.add(resolve);
    this.#wakeTap?.();
    return promise;
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
    this.#wakers.clear();
  }

  /** Waits between two looks at the stream, unless somebody waits for what it says, or nobody else pumps it. */
  async rest(pauseMs: number): Promise<void> {
    if (this.#wakers.size > 0 || !this.#isFirstReading) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wakeTap = resolve;
    const timer = setTimeout(resolve, pauseMs);
    await promise;
    clearTimeout(timer);
    this.#wakeTap = undefined;
  }
}
