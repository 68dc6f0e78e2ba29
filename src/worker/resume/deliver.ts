/** A stream from its object to a reader: a native pipe, whose end here can still say that the object has died. */
import { streamCut } from '../http/upstream-failure.ts';
import { conclude, isClosed } from '../stream/client-end.ts';
import { errorWords } from '../stream/watch.ts';
import { streamState } from './stream-state.ts';

/** What a delivery needs beside the answer. */
export interface DeliveryOptions {
  /** The path of the endpoint whose stream it is. */
  readonly endpoint: string;
  readonly waitUntil: (promise: Promise<unknown>) => void;
  /** Aborts when the reader leaves, as far as the platform tells. */
  readonly readerGone: AbortSignal;
  /** Called when the reader leaves before the end. */
  readonly onLeft?: () => Promise<unknown>;
}

/** The object's answer as the reader gets it, byte for byte; behind one that breaks off an error event. */
export function delivered(answer: Response, options: DeliveryOptions): Response {
  const { body, status, headers } = answer;
  if (body === null) return answer;
  const { readable, writable } = new IdentityTransformStream();
  options.waitUntil(follow(body, writable, options));
  return new Response(readable, { status, headers });
}

async function follow(
  body: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
  { endpoint, readerGone, onLeft }: DeliveryOptions,
): Promise<void> {
  const leaves = new AbortController();
  readerGone.addEventListener('abort', () => leaves.abort());
  const options = { preventClose: true, preventAbort: true, signal: leaves.signal };
  const isWhole = await body.pipeTo(writable, options).then(
    () => true,
    () => false,
  );
  if (isWhole) {
    await conclude(writable, '');
  } else if (readerGone.aborted || (await isClosed(writable))) {
    await onLeft?.().catch(() => undefined);
  } else {
    await conclude(writable, errorWords(streamCut().fields, streamState(endpoint)));
  }
}
