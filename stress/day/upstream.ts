/**
 * The upstream of the run: what it answers follows from the mark that stands in a request, so whoever asked knows every
 * byte of it. It keeps a record of what it was asked and what it sent.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { bodyOf, type LocalServer, startLocalServer } from '../local-server.ts';
import { randomOf } from '../random.ts';
import { answerFor, type Fault, type Planned } from './answers.ts';

/** What the upstream knows of one mark. */
export interface Exchange {
  /** How often it was asked. */
  asked: number;
  /** The request's body, as it came. */
  body: Buffer;
  /** How much of its answer's body it has sent. */
  sent: number;
  /** `left`: the gateway hung up before the end. */
  readonly ended: Promise<'finished' | 'left'>;
}

/** A running one. */
export interface DayUpstream extends LocalServer {
  /** How often issued keys were served, by what stands for them in their calls' marks. */
  readonly served: ReadonlyMap<string, number>;
  /** What is known of a mark; undefined where it never came. */
  exchange(mark: string): Exchange | undefined;
  forget(mark: string): void;
}

/** The mark of a call: its number, the fault that the upstream is to have, and whose key pays. */
const MARK = /day-(\d+)-(\w+)-(\w+)/;

/** The mark of a call. @param payer a word of its own for each issued key. */
export function markOf(number: number, fault: Fault, payer: string): string {
  return `day-${number}-${fault}-${payer}`;
}

/** Starts it on a free loopback port. */
export async function startDayUpstream(): Promise<DayUpstream> {
  const exchanges = new Map<string, Exchange & { readonly end: (how: 'finished' | 'left') => void }>();
  const served = new Map<string, number>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const [mark = '', number = '0', fault = 'none', payer = ''] =
      MARK.exec(`${request.url} ${body.toString('latin1')}`) ?? [];
    const { promise: ended, resolve: end } = Promise.withResolvers<'finished' | 'left'>();
    const exchange = exchanges.get(mark) ?? { asked: 0, body, sent: 0, ended, end };
    exchange.asked += 1;
    exchanges.set(mark, exchange);
    served.set(payer, (served.get(payer) ?? 0) + 1);
    response.on('close', () => exchange.end(response.writableFinished ? 'finished' : 'left'));
    const path = new URL(request.url ?? '/', 'http://upstream').pathname;
    const planned = answerFor(path, body, Number(number), fault as Fault);
    await send(planned, Number(number), response, exchange);
  };
  return {
    ...(await startLocalServer(answer)),
    served,
    exchange: (mark) => exchanges.get(mark),
    forget: (mark) => void exchanges.delete(mark),
  };
}

async function send(
  { status, headers, bytes, fault }: Planned,
  number: number,
  response: ServerResponse,
  exchange: Exchange,
): Promise<void> {
  const random = randomOf(number + 3_000_000);
  if (fault === 'reset') return void response.socket?.resetAndDestroy();
  if (fault === 'late') await setTimeout(200 + Math.floor(random() * 300));
  response.writeHead(status, headers);
  const isCut = fault === 'cut';
  const most = isCut ? Math.floor(bytes.length / 2) : bytes.length;
  const isStream = headers['content-type'] === 'text/event-stream';
  for (let at = 0; at < most; ) {
    const next = Math.min(most, isStream ? at + 1 + Math.floor(random() * 600) : most);
    await new Promise<void>((resolve) => response.write(bytes.subarray(at, next), () => resolve()));
    if (response.destroyed) return;
    exchange.sent = next;
    at = next;
    if (isStream) await setTimeout(Math.floor(random() * (fault === 'slow' ? 120 : 12)));
  }
  if (isCut) response.socket?.end();
  else response.end();
}
