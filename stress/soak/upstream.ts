/** An upstream that answers every request with the request's own mark, and keeps account of each mark. */
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { chatChunk, chatCompletion, EVENT_STREAM, events } from '../../test/support/answers.ts';
import { bodyOf, type LocalServer, startLocalServer } from '../local-server.ts';

/** How the answer to a request ended: sent to its end, or broken off because the gateway closed the connection. */
export type Ending = 'finished' | 'left';

/** A running upstream. */
export interface MarkingUpstream extends LocalServer {
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
  const server = await startLocalServer(async (request, response) => {
    const body = (await bodyOf(request)).toString();
    const mark = MARK.exec(body)?.[0] ?? 'none';
    asked.set(mark, (asked.get(mark) ?? 0) + 1);
    response.on('close', () => endingOf(mark).resolve(response.writableFinished ? 'finished' : 'left'));
    if (/"stream"\s*:\s*true/.test(body)) await stream(mark, response);
    else plain(mark, response);
  });
  return {
    ...server,
    asked,
    ending: (mark) => endingOf(mark).promise,
    forget: (mark) => {
      asked.delete(mark);
      endings.delete(mark);
    },
  };
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
