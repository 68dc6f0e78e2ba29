/** An upstream that answers every request with the request's own mark, and keeps account of each mark. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { chatChunk, chatCompletion, EVENT_STREAM, events } from '../../test/support/answers.ts';

/** How the answer to a request ended: sent to its end, or broken off because the gateway closed the connection. */
export type Ending = 'finished' | 'left';

/** A running upstream. */
export interface MarkingUpstream extends AsyncDisposable {
  readonly base: string;
  /** How often each mark was asked for. */
  readonly asked: ReadonlyMap<string, number>;
  /** How the answer to the request with this mark ended, as soon as it has. */
  ending(mark: string): Promise<Ending>;
  /** Forgets a mark that is settled. */
  forget(mark: string): void;
}

/** The pieces of an ordinary streamed answer. */
export const STREAM_PIECES = 20;

/** What each piece of an answer says. */
export function piece(mark: string, index: number): string {
  return `${mark}/${index} `;
}

/** Anywhere in a request's body: `mark-NUMBER`, with `-endless` behind it if the answer shall never end by itself. */
const MARK = /mark-\d+(?:-endless)?/;

/** Starts it on a free loopback port. */
export async function startMarkingUpstream(): Promise<MarkingUpstream> {
  const asked = new Map<string, number>();
  const endings = new Map<string, PromiseWithResolvers<Ending>>();
  const endingOf = (mark: string) => {
    const ending = endings.get(mark) ?? Promise.withResolvers<Ending>();
    endings.set(mark, ending);
    return ending;
  };
  const server = createServer({ noDelay: true }, async (request, response) => {
    const body = await textOf(request);
    const mark = MARK.exec(body)?.[0] ?? 'none';
    asked.set(mark, (asked.get(mark) ?? 0) + 1);
    response.on('close', () => endingOf(mark).resolve(response.writableFinished ? 'finished' : 'left'));
    if (/"stream"\s*:\s*true/.test(body)) await stream(mark, response);
    else plain(mark, response);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}/v1`,
    asked,
    ending: (mark) => endingOf(mark).promise,
    forget: (mark) => {
      asked.delete(mark);
      endings.delete(mark);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const bytes of request) pieces.push(bytes);
  return Buffer.concat(pieces).toString();
}

function plain(mark: string, response: ServerResponse): void {
  const text = chatCompletion({ content: piece(mark, 0) });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

async function stream(mark: string, response: ServerResponse): Promise<void> {
  response.writeHead(200, EVENT_STREAM);
  response.write(events([chatChunk({ role: 'assistant', content: '' })]));
  const endless = mark.endsWith('-endless');
  for (let index = 0; endless || index < STREAM_PIECES; index += 1) {
    if (response.destroyed) return;
    const taken = response.write(events([chatChunk({ content: piece(mark, index) })]));
    if (taken) await setImmediate();
    else await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
  }
  response.end(events([chatChunk({}, 'stop'), '[DONE]']));
}
