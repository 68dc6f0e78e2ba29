/** The upstream behind the fuzz: it answers whatever reaches it well, so that every failure is the gateway's. */
import { createHash } from 'node:crypto';
import { apiError, chatCompletion, respond, stream } from '../../test/support/answers.ts';
import type { Exchange, Script } from '../../test/support/upstream.ts';

/** An upstream that knows chat alone, streamed or not, and answers any other path with a small success. */
export const answerAnything: Script = (exchange) => {
  const { path, body, head } = exchange.request;
  const key = head.header('sec-websocket-key');
  if (key !== undefined) return acceptWebSocket(exchange, key);
  if (path.startsWith('/v1/completions') && body.includes('gpt-chat')) {
    return respond(apiError('This is a chat model.'), 404)(exchange);
  }
  if (path.startsWith('/v1/models')) return respond('{"object":"list","data":[]}')(exchange);
  if (/"stream"\s*:\s*true/.test(body.toString())) return stream()(exchange);
  return respond(completionOf(choicesIn(body)))(exchange);
};

/** Agrees to a WebSocket (RFC 6455, section 4.2.2), on which nobody says anything. */
async function acceptWebSocket(exchange: Exchange, key: string): Promise<void> {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  await exchange.raw(
    `HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}

/** How many choices a request asks for. */
function choicesIn(body: Buffer): number {
  const asked = /"n"\s*:\s*(\d{1,2})\s*[,}]/.exec(body.toString())?.[1];
  return Math.max(1, Number(asked ?? 1));
}

/** A completion with so many choices, all the same. */
function completionOf(choices: number): string {
  const one = chatCompletion();
  if (choices === 1) return one;
  const completion: { choices: readonly object[] } = JSON.parse(one);
  const all = Array.from({ length: choices }, (_, index) => ({ ...completion.choices[0], index }));
  return JSON.stringify({ ...completion, choices: all });
}
