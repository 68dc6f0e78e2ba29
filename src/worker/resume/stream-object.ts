/** The Durable Object that serves calls, records their answers, and lets their owner take them up again. */
import { DurableObject } from 'cloudflare:workers';
import { ANSWER_HEADERS } from '../../shared/contract.ts';
import { parseSettings } from '../config/settings.ts';
import { errorResponse } from '../http/errors.ts';
import { mediaType } from '../http/media-type.ts';
import { canonicalPath } from '../http/path.ts';
import { errorWords } from '../stream/watch.ts';
import { within } from '../stream/within.ts';
import { ENDPOINT_HEADER, FULL_HEADER, type HandedOver, readHandedOver, takenOver } from './handover.ts';
import { readAlong } from './read-along.ts';
import { Recording } from './recording.ts';
import { offsetBeyondEnd, streamStopped, streamTooLong, unknownStream } from './refusals.ts';
import { type ReplaySource, replay } from './replay.ts';
import { makeStreamId } from './stream-id.ts';
import { lostRow, newRow, repeatedHeaders } from './stream-row.ts';
import { requestedRead, type StreamService, type StreamView } from './stream-service.ts';
import { type StreamRow, StreamStore } from './stream-store.ts';

/** Bindings as the runtime hands them over. */
type Bindings = Readonly<Record<string, unknown>>;

/** What holds for every object. */
export interface RecordingBounds {
  /** The bytes of ended streams that an object keeps; beyond them the oldest go first. */
  readonly mostKept: number;
  /**
   * How often an object that records is woken: a runtime may evict one without a client after 15 minutes, though it still
   * reads from an upstream.
   */
  readonly heartbeatMs: number;
}

const BOUNDS: RecordingBounds = { mostKept: 128 * 1024 * 1024, heartbeatMs: 10 * 60_000 };

/**
 * Bytes wait so long to be written: at its object's death a stream loses what came meanwhile, and in the pause before it
 * was looked at. A write takes all streams of the object at once.
 */
const WRITE_DELAY_MS = 100;

/** How long a stop waits for the answer's end. */
const STOP_MS = 5000;

/** Records the answers of one owner's calls in one slot. The app that serves the calls is given from above. */
export abstract class RecordingObject extends DurableObject<Bindings> implements StreamService {
  protected readonly bounds: RecordingBounds = BOUNDS;
  readonly #keepMs: number;
  readonly #orphanMs: number;
  #store: StreamStore;
  /** Those under way. */
  readonly #recordings = new Map<string, Recording>();
  /** Those under way that grew too long to be recorded further. */
  readonly #dropped = new Map<string, Recording>();
  #writeTimer: ReturnType<typeof setTimeout> | undefined;
  #alarmAt: number | undefined;
  #keptBytes = 0;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    const parsed = parseSettings(env);
    if (!parsed.ok) throw new Error('The settings are invalid.');
    this.#keepMs = parsed.settings.streamKeepSeconds * 1000;
    this.#orphanMs = parsed.settings.streamOrphanSeconds * 1000;
    this.#store = new StreamStore(ctx.storage);
    for (const stream of this.#store.unfinished()) this.#lose(stream);
    this.#keptBytes = this.#store.bytes();
  }

  /** What the app takes for its invocation: the object itself, which stays while work is under way. */
  readonly props = {};
  waitUntil(promise: Promise<unknown>): void {
    this.ctx.waitUntil(promise);
  }
  passThroughOnException(): void {}

  /** Serves a call as the gateway would. */
  protected abstract serve(request: Request): Promise<Response>;

  override async fetch(request: Request): Promise<Response> {
    if (request.method === 'POST') return this.#begin(request);
    const { id, from, withIds } = requestedRead(request);
    try {
      return this.#read(id, from, withIds);
    } catch (error) {
      return errorResponse(error);
    }
  }

  async look(id: string): Promise<StreamView | undefined> {
    const recording = this.#recordings.get(id);
    const row = recording?.row ?? this.#kept(id);
    if (row === undefined) return undefined;
    const { status, endpoint, usage, begun, ended } = row;
    return {
      status,
      endpoint,
      usage,
      begun,
      ended,
      bytes: recording?.written ?? this.#store.length(id),
      forgotten: ended === null ? null : ended + this.#keepMs,
    };
  }

  async stop(id: string): Promise<StreamView | undefined> {
    const recording = this.#recordings.get(id) ?? this.#dropped.get(id);
    recording?.halt(streamStopped(), 'cancelled');
    if (this.#recordings.has(id) && recording !== undefined) await within(recording.done, STOP_MS, undefined);
    return this.look(id);
  }

  async left(id: string): Promise<void> {
    const recording = this.#recordings.get(id);
    if (recording === undefined || !recording.isFirstReading) return;
    recording.loseFirst();
    recording.leave(this.#orphanMs);
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = undefined;
    this.#forget();
    if (this.#recordings.size === 0 && this.#store.firstEnd() === undefined) {
      // Deleted rows may still lie in the file.
      const emptied = this.ctx.storage.deleteAll();
      this.#store = new StreamStore(this.ctx.storage);
      await emptied;
      return;
    }
    await this.#wake();
  }

  async #begin(request: Request): Promise<Response> {
    const given = readHandedOver(request);
    if (this.#recordings.size >= given.most) {
      return new Response(null, { status: 503, headers: { [FULL_HEADER]: 'true' } });
    }
    const id = makeStreamId(given.slot);
    const recording = new Recording(newRow(id, canonicalPath(request.url), Date.now()));
    this.#recordings.set(id, recording);
    const answer = await this.#serve(request, given, recording).catch((error: unknown) => {
      this.#release(recording);
      throw error;
    });
    if (answer.body === null || mediaType(answer.headers.get('content-type')) !== 'text/event-stream') {
      this.#release(recording);
      return answer;
    }
    recording.begin(repeatedHeaders(answer.headers));
    const [toClient, tapped] = answer.body.tee();
    this.ctx.waitUntil(this.#record(recording, tapped));
    const begun = new Response(toClient, answer);
    begun.headers.set(ANSWER_HEADERS.stream, id);
    begun.headers.set('location', `/v1/streams/${id}`);
    return begun;
  }

  /** Until there is an answer nobody could take it up: a client that leaves ends the call. */
  async #serve(request: Request, given: HandedOver, recording: Recording): Promise<Response> {
    const leaves = new AbortController();
    const leave = () => leaves.abort();
    request.signal.addEventListener('abort', leave);
    const { halted, done: recorded } = recording;
    try {
      return await this.serve(takenOver(request, { ...given, halted, recorded }, leaves.signal));
    } finally {
      request.signal.removeEventListener('abort', leave);
    }
  }

  async #record(recording: Recording, tapped: ReadableStream<Uint8Array>): Promise<void> {
    if ((await readAlong(recording, tapped, () => this.#writeSoon())) === 'too_long') {
      await this.#drop(recording, tapped);
      return;
    }
    recording.end(Date.now());
    this.#write();
    await this.ctx.storage.sync();
    this.#release(recording);
  }

  async #drop(recording: Recording, tapped: ReadableStream<Uint8Array>): Promise<void> {
    const { id } = recording.row;
    recording.drop(Date.now(), errorWords(streamTooLong().fields, recording.state));
    this.#dropped.set(id, recording);
    this.#write();
    this.#store.dropBytes(id);
    await tapped.cancel().catch(() => undefined);
    this.#release(recording);
  }

  /** The recording is over. */
  #release(recording: Recording): void {
    recording.finish();
    this.#recordings.delete(recording.row.id);
    if (this.#keptBytes > this.bounds.mostKept) this.#forget();
  }

  #writeSoon(): void {
    this.#writeTimer ??= setTimeout(() => this.#write(), WRITE_DELAY_MS);
  }

  #write(): void {
    if (this.#writeTimer !== undefined) clearTimeout(this.#writeTimer);
    this.#writeTimer = undefined;
    const blocks = [...this.#recordings.values()].flatMap((recording) => recording.takeBlock() ?? []);
    if (blocks.length === 0) return;
    this.#store.write(blocks);
    for (const { bytes } of blocks) this.#keptBytes += bytes.length;
    // A row says that a stream has begun, or ended; what lies between changes no alarm.
    if (blocks.some(({ isRowNew }) => isRowNew)) this.ctx.waitUntil(this.#wake());
  }

  #read(id: string, from: number, withIds: boolean): Response {
    const recording = this.#recordings.get(id);
    const row = recording?.row ?? this.#kept(id);
    if (row === undefined) throw unknownStream();
    if (row.isTooLong) throw streamTooLong();
    // Of a lost stream more may have arrived than was kept.
    if (recording === undefined && row.words === '') {
      const length = this.#store.length(id);
      if (from > length) throw offsetBeyondEnd(length);
    }
    const body = replay(this.#source(row, recording), from, withIds);
    return new Response(body, {
      headers: { ...row.headers, [ANSWER_HEADERS.stream]: id, [ENDPOINT_HEADER]: row.endpoint },
    });
  }

  #source({ id, words }: StreamRow, recording: Recording | undefined): ReplaySource {
    const kept = (place: number) => this.#store.read(id, place);
    if (recording === undefined) {
      return { read: kept, ending: () => words, more: () => Promise.resolve(), left: () => undefined };
    }
    recording.join();
    let isLeft = false;
    return {
      read: (place) => {
        if (place >= recording.length) return undefined;
        return place < recording.written ? kept(place) : recording.unwrittenFrom(place);
      },
      ending: () => (recording.row.ended === null ? undefined : recording.row.words),
      more: () => recording.more(),
      left: () => {
        if (isLeft) return;
        isLeft = true;
        recording.leave(this.#orphanMs);
      },
    };
  }

  /** A stream that has not been forgotten, though the alarm may be late. */
  #kept(id: string): StreamRow | undefined {
    const row = this.#store.stream(id);
    return row?.ended != null && row.ended + this.#keepMs <= Date.now() ? undefined : row;
  }

  /** The recording was under way when the object died, and its upstream's connection with it. */
  #lose(row: StreamRow): void {
    const bytes = (place: number) => this.#store.read(row.id, place);
    this.#store.save(lostRow(row, bytes, Date.now()));
    this.ctx.waitUntil(this.#wake());
  }

  #forget(): void {
    const now = Date.now();
    this.#store.forget(now - this.#keepMs, this.bounds.mostKept);
    this.#keptBytes = this.#store.bytes();
    for (const [id, { row }] of this.#dropped) {
      if ((row.ended ?? now) + this.#keepMs <= now) this.#dropped.delete(id);
    }
  }

  /** Sets the alarm for what comes first: the end of a stream's term, or the heartbeat of those under way. */
  async #wake(): Promise<void> {
    const now = Date.now();
    const firstEnd = this.#store.firstEnd();
    const dues = [
      ...(firstEnd === undefined ? [] : [Math.max(now, firstEnd + this.#keepMs)]),
      ...(this.#recordings.size === 0 ? [] : [now + this.bounds.heartbeatMs]),
    ];
    const due = Math.min(...dues);
    if (dues.length === 0 || (this.#alarmAt !== undefined && this.#alarmAt <= due)) return;
    this.#alarmAt = due;
    await this.ctx.storage.setAlarm(due);
  }
}
