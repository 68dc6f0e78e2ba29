/** The upstream of the run: streams that are always the same, sent in pieces that end anywhere. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { bodyOf, type LocalServer, startLocalServer } from '../local-server.ts';
import { randomOf } from '../random.ts';
import { contentOf } from '../stream-content.ts';

/** A running one. */
export interface ResumeUpstream extends LocalServer {
  /** How often each stream was asked for. */
  readonly asked: ReadonlyMap<number, number>;
}

/** Sends each stream in pieces that end anywhere, over a second or two. */
export async function startUpstream(): Promise<ResumeUpstream> {
  const asked = new Map<number, number>();
  const server = await startLocalServer((request, response) => answer(request, response, asked));
  return { ...server, asked };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  asked: Map<number, number>,
): Promise<void> {
  const body = (await bodyOf(request)).toString();
  const number = Number(/"model":\s*"gpt-(\d+)"/.exec(body)?.[1]);
  asked.set(number, (asked.get(number) ?? 0) + 1);
  const random = randomOf(number + 2_000_000);
  const bytes = Buffer.from(contentOf(number).text);
  response.setHeader('content-type', 'text/event-stream');
  for (let at = 0; at < bytes.length; ) {
    const next = at + 1 + Math.floor(random() * 600);
    response.write(bytes.subarray(at, next));
    at = next;
    await setTimeout(Math.floor(random() * 60));
    if (response.destroyed) return;
  }
  response.end();
}
