/** The upstream of the run: it answers 5 + 2 tokens, and counts whose calls it served. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { chatChunk, chatCompletion, EVENT_STREAM, events, usageChunk } from '../../test/support/answers.ts';
import { bodyOf, type LocalServer, startLocalServer } from '../local-server.ts';

/** A running one. */
export interface CountingUpstream extends LocalServer {
  /** Calls by the key that stands in their text. */
  readonly served: ReadonlyMap<string, number>;
}

/** What a call says: whose key pays, and whether the upstream is to break off. */
export function textOf(key: string, isCut: boolean): string {
  return `${key} ${isCut ? 'cut' : 'whole'}`;
}

/** Starts it on a free loopback port. */
export async function startCountingUpstream(): Promise<CountingUpstream> {
  const served = new Map<string, number>();
  const server = await startLocalServer((request, response) => answer(request, response, served));
  return { ...server, served };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  served: Map<string, number>,
): Promise<void> {
  const body = (await bodyOf(request)).toString();
  const [, key = '', how = ''] = /(sk-nx-\w+) (whole|cut)/.exec(body) ?? [];
  served.set(key, (served.get(key) ?? 0) + 1);
  if (!/"stream":\s*true/.test(body)) {
    response.setHeader('content-type', 'application/json');
    response.end(chatCompletion());
    return;
  }
  response.writeHead(200, EVENT_STREAM);
  response.write(events([chatChunk({ content: 'Hi' })]));
  // Cut behind what was written, so that the gateway has seen a beginning.
  if (how === 'cut') response.socket?.end();
  else response.end(events([chatChunk({}, 'stop'), usageChunk(), '[DONE]']));
}
