/** One turn over the wire: send once, read the events, and say how it ended. */

import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ANSWER_HEADERS } from '../../shared/contract.ts';
import type { Speaker } from '../chat/types.ts';
import { type Answer, NO_ANSWER, settled, withChunk } from './answer.ts';
import { type Failure, midStreamFailure, refusalFailure } from './failure.ts';
import { parse, record } from './json.ts';
import { ownFetch } from './own-fetch.ts';
import type { ChatRequest } from './request.ts';

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

/**
 * Runs the turn to its end. Never rejects, and never asks twice: a request that failed without an answer may have been
 * charged all the same, so another one is for the reader to make.
 */
export async function converse(
  request: ChatRequest,
  signal: AbortSignal,
  listener: Listener,
): Promise<Ending> {
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
    return { type: 'failed', failure };
  } catch {
    if (signal.aborted) return { type: 'stopped' };
    return { type: 'failed', failure: { kind: navigator.onLine ? 'network' : 'offline', message: '' } };
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
  /** Takes one event's data; a failure ends the turn. */
  const take = (data: string): Failure | null => {
    const chunk = parse(data);
    const error = record(chunk)['error'];
    if (error) return midStreamFailure(error, response.headers.get('x-request-id'), request.key);
    answer = withChunk(answer, chunk);
    listener.grown(answer);
    return null;
  };
  const end = (ending: Ending): Ending => {
    const final = settled(answer);
    if (final !== answer) listener.grown(final);
    return ending;
  };
  try {
    if (/\bjson\b/.test(response.headers.get('content-type') ?? '')) {
      // A server that does not stream answers in one piece.
      const failure = take(await response.text());
      if (failure) return { type: 'failed', failure };
    } else {
      const events = body
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream())
        .getReader();
      for (let next = await events.read(); !next.done; next = await events.read()) {
        const { data } = next.value;
        if (data.trim() === '[DONE]') {
          void events.cancel();
          return end({ type: 'whole' });
        }
        const failure = take(data);
        if (failure) {
          void events.cancel();
          return end({ type: 'failed', failure });
        }
      }
    }
  } catch {
    if (signal.aborted) return end({ type: 'stopped' });
  }
  return end({ type: answer.finish === null ? 'interrupted' : 'whole' });
}

function speaker(headers: Headers): Speaker | null {
  if (/section|none|courtesy/.test(headers.get(ANSWER_HEADERS.answer) ?? '')) return 'knowledge';
  const credentials = headers.get(ANSWER_HEADERS.credentials);
  return credentials === 'client' ? 'own' : credentials === 'server' ? 'server' : null;
}
