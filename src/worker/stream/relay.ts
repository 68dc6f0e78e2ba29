/**
 * The relay of a streamed answer: a native pipe with a slow tap.
 *
 * One branch of the body goes to the client by a pipe that the runtime pumps outside JavaScript. The other is read now
 * and then, in bulk, only to know how the answer ended. The Worker keeps the client's end open behind the pipe, so
 * that it can still say that an answer was cut.
 */

import { CLIENT_CLOSED, type GatewayError } from '../http/errors.ts';
import { fellSilent, reportedError, streamCut } from '../http/upstream-failure.ts';
import { conclude, isClosed } from './client-end.ts';
import { lateEvents, type NextPiece, type StreamStart } from './stream-start.ts';
import { type SampledEnd, SampledReader } from './tap.ts';
import { errorWords, type StreamEnd, type StreamState } from './watch.ts';
import { within } from './within.ts';

/** What the relay needs beside the body. */
export interface StreamOptions extends StreamStart {
  /** Follows the events; whole or cut is its verdict. */
  readonly state: StreamState;
  /** Aborts when the client leaves, as far as the platform tells. */
  readonly clientGone: AbortSignal;
  /** Aborts when the answer is to end for a reason of ours. */
  readonly stopped?: AbortSignal | undefined;
  /** Silence in milliseconds after which the upstream counts as dead; 0 for never. */
  readonly idleMs: number;
  /** Resolves when the answer gets no more time, with what its reader is told. */
  readonly outOfTime?: Promise<GatewayError> | undefined;
}

/** Why the gateway itself ends a stream. */
export type Halt = 'idle' | 'stopped';

/** The client's side of a relayed stream, and how it ended once it has. */
export interface RelayedStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly ended: Promise<StreamEnd>;
}

/**
 * Relays an event stream byte for byte, each event at once. An answer that is cut gets one error event of its own,
 * `\n\n` first so that half a line cannot swallow it, and no `[DONE]`. A client that leaves stops the upstream.
 */
export function relayEventStream(body: ReadableStream<Uint8Array>, options: StreamOptions): RelayedStream {
  const { readable, writable } = new IdentityTransformStream();
  const { next } = options;
  const ended =
    next === undefined ? follow(body, writable, options) : followLate(body, next, writable, options);
  return { readable: withoutPumpBuffer(readable), ended };
}

/**
 * The same stream as one branch of a tee. The runtime gives each other stream that it pumps to a client a buffer of
 * 64 KiB for as long as it lasts, and a branch none (workerd's `pumpTo` in src/workerd/api/streams/internal.c++).
 */
function withoutPumpBuffer(readable: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const [branch, unread] = readable.tee();
  void unread.cancel();
  return branch;
}

/** The head has gone out before the body began: what comes first still tells whether it is an event stream. */
async function followLate(
  body: ReadableStream<Uint8Array>,
  next: NextPiece,
  writable: WritableStream<Uint8Array>,
  options: StreamOptions,
): Promise<StreamEnd> {
  const { state, readAhead, clientGone, stopped, idleMs, convert, outOfTime } = options;
  const over = Promise.withResolvers<'left' | 'cut' | 'stopped'>();
  let told: GatewayError | undefined;
  clientGone.addEventListener('abort', () => over.resolve('left'));
  stopped?.addEventListener('abort', () => over.resolve('cut'));
  void outOfTime?.then((words) => {
    told = words;
    over.resolve('stopped');
  });
  const piece = next.piece.catch(() => undefined);
  const first = await Promise.race([
    idleMs === 0 ? piece : within(piece, idleMs, 'idle' as const),
    over.promise,
  ]);
  if (typeof first === 'string') {
    await next.cancel();
    const last = first === 'left' ? '' : finalBytes(first, state, told);
    return (await conclude(writable, last)) && first !== 'left' ? endFor(first, told) : 'client_left';
  }
  const pieces = first === undefined ? readAhead : [...readAhead, first];
  const events = convert === undefined ? undefined : await lateEvents(body, pieces, convert);
  if (events === undefined) return follow(body, writable, { ...options, readAhead: pieces });
  state.feed(new TextEncoder().encode(events));
  state.end();
  const end = state.failed ? 'failed' : state.whole ? 'whole' : 'cut';
  const last = end === 'cut' ? finalBytes(end, state) : events;
  return (await conclude(writable, last)) ? end : 'client_left';
}

async function follow(
  body: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
  { state, readAhead, clientGone, stopped, idleMs, outOfTime }: StreamOptions,
): Promise<StreamEnd> {
  const [toClient, tapped] = body.tee();
  if (!(await writeAll(writable, readAhead, state))) {
    await Promise.all([toClient.cancel(), tapped.cancel()]);
    return 'client_left';
  }
  const stop = new AbortController();
  clientGone.addEventListener('abort', () => stop.abort());
  stopped?.addEventListener('abort', () => stop.abort());
  const pipe = toClient
    .pipeTo(writable, { preventClose: true, preventAbort: true, signal: stop.signal })
    .then(
      () => 'ended' as const,
      () => 'broken' as const,
    );
  let halted: Halt | undefined;
  let told: GatewayError | undefined;
  const halt = (why: Halt) => {
    halted ??= why;
    stop.abort();
  };
  outOfTime?.then((words) => {
    told = words;
    halt('stopped');
  });
  const tap = new SampledReader(tapped, {
    onBytes: (bytes) => state.feed(bytes),
    otherBranch: pipe,
    silenceMs: idleMs,
    onSilence: () => halt('idle'),
  });

  const piped = await pipe;
  const isStopped = stopped?.aborted === true;
  const isOurs = halted !== undefined || isStopped;
  if (piped === 'broken' && !isOurs && (clientGone.aborted || (await isClosed(writable)))) {
    await tap.catchUpAndCancel(() => state.awaitsUsage);
    // Clients leave as soon as they have read `[DONE]`: they have had everything.
    return state.whole ? 'whole' : 'client_left';
  }
  // What the client has got already may have been the end.
  if (halted === 'stopped') await tap.catchUpAndCancel(() => false);
  else if (isOurs) await tap.cancel();
  const tapEnd = await tap.ended;
  // A tap that gave up stands anywhere in the stream: there is no end to look at.
  if (tapEnd !== 'gave_up') state.end();
  const end = verdict(piped, tapEnd, halted, state);
  const delivered = await conclude(writable, finalBytes(end, state, told));
  return delivered ? endFor(end, told) : 'client_left';
}

/** Writes what was read ahead; false when the client has left. */
async function writeAll(
  writable: WritableStream<Uint8Array>,
  pieces: readonly Uint8Array[],
  state: StreamState,
): Promise<boolean> {
  if (pieces.length === 0) return true;
  const writer = writable.getWriter();
  try {
    for (const piece of pieces) {
      state.feed(piece);
      await writer.write(piece);
    }
    return true;
  } catch {
    return false;
  } finally {
    writer.releaseLock();
  }
}

/** How a stream ended, from how its bytes did, what was seen of it, and what its events say. */
export function verdict(
  piped: 'ended' | 'broken',
  tap: SampledEnd,
  halted: Halt | undefined,
  state: StreamState,
): StreamEnd {
  if (state.failed) return 'failed';
  if (state.whole) return 'whole';
  if (halted !== undefined) return halted;
  if (piped === 'ended' && state.endsSilently) return 'whole';
  if (tap === 'gave_up' && piped === 'ended') return 'unseen';
  return 'cut';
}

/**
 * What the client still gets behind the upstream's bytes.
 * @param told what is said of an answer that got no more time.
 */
export function finalBytes(end: StreamEnd, state: StreamState, told?: GatewayError): string {
  if (end === 'cut') {
    const error = state.foreignError;
    return errorWords((error === undefined ? CUT : reportedError(error, [])).fields, state);
  }
  if (end === 'idle') return errorWords(SILENT.fields, state);
  if (end === 'stopped' && told !== undefined) return errorWords(told.fields, state);
  return state.missing;
}

const CUT = streamCut();
const SILENT = fellSilent();

/** An answer that its own caller stopped ends as one that the caller has left. */
export function endFor(end: StreamEnd, told: GatewayError | undefined): StreamEnd {
  return end === 'stopped' && told?.status === CLIENT_CLOSED ? 'client_left' : end;
}
