/**
 * One turn over the wire: send once, read the events, and say how it ended. Where the server records the answer, a lost
 * connection is taken up again at the next byte.
 */

import { ANSWER_HEADERS } from '../../shared/contract.ts';
import type { Speaker } from '../chat/types.ts';
import type { Answer } from './answer.ts';
import { AnswerReader } from './answer-reader.ts';
import { type Failure, refusalFailure } from './failure.ts';
import { ownFetch } from './own-fetch.ts';
import { pauseBeforeRetry } from './pause.ts';
import type { ChatRequest } from './request.ts';
import { readStream, stopStream, streamName } from './stream.ts';

export type Ending =
  | { readonly type: 'whole' }
  | { readonly type: 'interrupted' }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly failure: Failure };

/** Told as the turn goes on. */
export interface Listener {
  /** The headers are here: who is answering, whether only to say that there is no answer, and where it is recorded. */
  begun(speaker: Speaker | null, declined: boolean, stream: string | null): void;
  /** The answer has grown. */
  grown(answer: Answer): void;
}

/**
 * Runs the turn to its end. Never rejects, and never asks twice: a request that failed without an answer may have been
 * charged all the same, so another one is for the reader to make.
 * @param signal the reader's stop. It stops a recorded answer for all who read it.
 * @param taken a recorded answer that is taken up from its beginning; nothing is asked then.
 */
export async function converse(
  request: ChatRequest,
  signal: AbortSignal,
  listener: Listener,
  taken: string | null = null,
): Promise<Ending> {
  const reader = new AnswerReader(request.key, listener.grown);
  let stream = taken;
  let lost = 0;
  signal.addEventListener('abort', () => {
    if (stream !== null) stopStream(stream, request);
  });
  for (let isFirst = true; ; isFirst = false) {
    const before = reader.bytes;
    try {
      const response = await (stream === null
        ? ownFetch('/v1/chat/completions', {
            method: 'POST',
            headers: request.headers,
            body: request.body,
            signal,
          })
        : readStream(stream, reader.bytes, request, signal));
      if (response.ok && response.body) {
        stream ??= streamName(response.headers);
        if (isFirst) listener.begun(speaker(response.headers), isDeclined(response.headers), stream);
        const ending = await reader.read(response);
        if (ending) return reader.end(ending);
        // A recorded answer that has no more to say, and no end, is all there will be.
        if (stream === null || (!isFirst && reader.bytes === before)) break;
      } else if (stream === null || response.status < 500) {
        return reader.end(await refused(response, request, stream !== null));
      }
    } catch {
      if (signal.aborted) return reader.end({ type: 'stopped' });
      if (!reader.isBegun && stream === null) return { type: 'failed', failure: unreachable() };
      if (stream === null) break;
    }
    lost = reader.bytes > before ? 0 : lost + 1;
    if (!(await pauseBeforeRetry(lost, signal))) {
      return reader.end({ type: signal.aborted ? 'stopped' : 'interrupted' });
    }
  }
  return reader.end({ type: reader.isFinished ? 'whole' : 'interrupted' });
}

/** @param wasRecorded the answer was there once: what is gone cannot be taken up. */
async function refused(response: Response, { key }: ChatRequest, wasRecorded: boolean): Promise<Ending> {
  const failure = refusalFailure({
    status: response.status,
    headers: response.headers,
    body: await response.text(),
    key,
    now: Date.now(),
  });
  return wasRecorded && response.status !== 401 ? { type: 'interrupted' } : { type: 'failed', failure };
}

function unreachable(): Failure {
  return { kind: navigator.onLine ? 'network' : 'offline', message: '' };
}

function isDeclined(headers: Headers): boolean {
  return headers.get(ANSWER_HEADERS.answer) === 'none';
}

function speaker(headers: Headers): Speaker | null {
  if (/section|none|courtesy/.test(headers.get(ANSWER_HEADERS.answer) ?? '')) return 'knowledge';
  const credentials = headers.get(ANSWER_HEADERS.credentials);
  return credentials === 'client' ? 'own' : credentials === 'server' ? 'server' : null;
}
