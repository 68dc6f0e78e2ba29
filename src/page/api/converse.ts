/** One turn over the wire: send, repeat where that is safe, read the events, and say how it ended. */

import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ANSWER_HEADERS } from '../../shared/contract.ts';
import type { Speaker } from '../chat/types.ts';
import { type Answer, NO_ANSWER, withChunk } from './answer.ts';
import { type Failure, midStreamFailure, refusalFailure } from './failure.ts';
import { parse, record } from './json.ts';
import { ownFetch } from './own-fetch.ts';
import type { ChatRequest } from './request.ts';

/** Waits before the automatic second and third attempt; only ever while no byte of an answer has come. */
const RETRY_WAITS_MS = [600, 1800];

export type Ending =
  | { readonly type: 'whole' }
  | { readonly type: 'interrupted' }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly failure: Failure };

/** Told as the turn goes on. */
export interface Listener {
  /** The headers are here: who is answering, and whether only to say that there is no answer. */
  begun(speaker: Speaker | null, declined: boolean): void;
  /** The answer has grown. */
  grown(answer: Answer): void;
}

/** Runs the turn to its end. Never rejects. */
export async function converse(
  request: ChatRequest,
  signal: AbortSignal,
  listener: Listener,
): Promise<Ending> {
  for (let attempt = 0; ; attempt++) {
    const wait = RETRY_WAITS_MS[attempt];
    try {
      const response = await ownFetch('/v1/chat/completions', {
        method: 'POST',
        headers: request.headers,
        body: request.body,
        signal,
      });
      if (response.ok && response.body) return await read(response, response.body, request, signal, listener);
      const failure = refusalFailure({
        status: response.status,
        headers: response.headers,
        body: await response.text(),
        key: request.key,
        now: Date.now(),
      });
      const again = response.headers.get('x-should-retry') !== 'false' && failure.kind === 'server';
      if (!again || wait === undefined) return { type: 'failed', failure };
    } catch {
      if (signal.aborted) return { type: 'stopped' };
      const failure: Failure = { kind: navigator.onLine ? 'network' : 'offline', message: '' };
      if (!navigator.onLine || wait === undefined) return { type: 'failed', failure };
    }
    await pause(wait, signal);
    if (signal.aborted) return { type: 'stopped' };
  }
}

async function read(
  response: Response,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  request: ChatRequest,
  signal: AbortSignal,
  listener: Listener,
): Promise<Ending> {
  listener.begun(speaker(response.headers), response.headers.get(ANSWER_HEADERS.answer) === 'none');
  let answer = NO_ANSWER;
  try {
    const events = body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    for (let next = await events.read(); !next.done; next = await events.read()) {
      const { data } = next.value;
      if (data.trim() === '[DONE]') {
        void events.cancel();
        return { type: 'whole' };
      }
      const chunk = parse(data);
      const error = record(chunk)['error'];
      if (error) {
        void events.cancel();
        const failure = midStreamFailure(error, response.headers.get('x-request-id'), request.key);
        return { type: 'failed', failure };
      }
      answer = withChunk(answer, chunk);
      listener.grown(answer);
    }
  } catch {
    if (signal.aborted) return { type: 'stopped' };
  }
  return { type: answer.finish === null ? 'interrupted' : 'whole' };
}

function speaker(headers: Headers): Speaker | null {
  if (/section|none|courtesy/.test(headers.get(ANSWER_HEADERS.answer) ?? '')) return 'knowledge';
  const credentials = headers.get(ANSWER_HEADERS.credentials);
  return credentials === 'client' ? 'own' : credentials === 'server' ? 'server' : null;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
