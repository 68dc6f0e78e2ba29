/** What a fault of a client is, and what such faults are made from. */
import { chatChunk, EVENT_STREAM } from '../../test/support/answers.ts';
import type { Answer, Connection } from '../../test/support/http.ts';
import type { Exchange } from '../../test/support/upstream.ts';
import { inTime } from '../in-time.ts';
import { type Ask, outcomeOf } from './asks.ts';
import { good, JSON_TYPE } from './fault.ts';
import { HANG_MS, type Place } from './meet.ts';

/** One fault: does its work at the gateway, and throws what is wrong with what came of it. */
export interface ClientFault {
  readonly name: string;
  readonly run: (ask: Ask, place: Place) => Promise<void>;
  /** The ways of asking that it makes sense for; all unless told otherwise. */
  readonly suits?: (ask: Ask) => boolean;
}

/** How a client leaves: politely, with both halves of the connection closed, or not. */
export type Leaving = 'FIN' | 'RST';

/** Leaves. One that only says that it has sent everything (`finish`) still waits for the answer. */
export async function leave(client: Connection, how: Leaving): Promise<void> {
  if (how === 'RST') client.reset();
  else await client[Symbol.asyncDispose]();
}

/** The upstream's side of the next request, once that is whole or `early`; the fault itself answers it. */
export function nextExchange({ upstream }: Place, when?: 'early'): Promise<Exchange> {
  const { promise, resolve } = Promise.withResolvers<Exchange>();
  upstream.reply(resolve, when);
  return inTime(promise, HANG_MS, 'The upstream was never asked.');
}

/** Begins an answer in the form that was asked for, of `pieces` pieces. */
export async function begin(exchange: Exchange, streamed: boolean, pieces: number): Promise<void> {
  await exchange.head(200, streamed ? EVENT_STREAM : JSON_TYPE);
  for (let piece = 0; piece < pieces; piece += 1) {
    if (streamed) await exchange.event(chatChunk({ content: 'x' }));
    else await exchange.body(' ');
  }
}

/** Lets the upstream give the right answer to the next request. */
export function answerWell(ask: Ask, { upstream }: Place): void {
  upstream.reply(good(ask.streamed));
}

/** Throws unless the client gets the right answer whole. */
export async function expectWhole(ask: Ask, coming: Promise<Answer>): Promise<void> {
  const outcome = outcomeOf(ask, await inTime(coming, HANG_MS, 'The request was never answered.'));
  if (outcome !== 'whole') throw new Error(`The answer: ${outcome}.`);
}
