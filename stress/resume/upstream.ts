/** The upstream of the run: streams that are always the same, sent in pieces that end anywhere. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS = ['alpha', '你好', '🙂 ', 'data: x\\n', 'æøå', 'x'.repeat(300)];

/** What the upstream says for a stream: always the same. */
export function contentOf(number: number): { readonly text: string; readonly tokens: number } {
  const random = randomOf(number + 1_000_000);
  const count = 20 + Math.floor(random() * 60);
  let text = '';
  for (let event = 0; event < count; event += 1) {
    const content = `${number}.${event} ${WORDS[Math.floor(random() * WORDS.length)]}`;
    text += `data: ${JSON.stringify({ id: `c${number}`, object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
  }
  const usage = { prompt_tokens: 5, completion_tokens: count, total_tokens: 5 + count };
  text += `data: ${JSON.stringify({ id: `c${number}`, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`;
  text += `data: ${JSON.stringify({ id: `c${number}`, choices: [], usage })}\n\ndata: [DONE]\n\n`;
  return { text, tokens: count };
}

/** A running one. */
export interface ResumeUpstream extends AsyncDisposable {
  readonly base: string;
  /** How often each stream was asked for. */
  readonly asked: ReadonlyMap<number, number>;
}

/** Sends each stream in pieces that end anywhere, over a second or two. */
export async function startUpstream(): Promise<ResumeUpstream> {
  const asked = new Map<number, number>();
  const server = createServer({ noDelay: true }, (request, response) => {
    answer(request, response, asked).catch(() => response.destroy());
  });
  // A connection that is kept is never closed by this side: the gateway could just have chosen it for its next call.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}/v1`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  asked: Map<number, number>,
): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
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
