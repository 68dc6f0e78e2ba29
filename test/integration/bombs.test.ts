/** Bodies that are made to use up the server: none stops it, and meanwhile everybody else is served. */
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { chatChunk, EVENT_STREAM } from '../support/answers.ts';
import { call } from '../support/http.ts';
import { API_TOKEN, bearer, CLOSED, JSON_TYPE, OPEN, startSurface } from '../support/surface.ts';
import { startUpstream } from '../support/upstream.ts';

const AT_ONCE = 64;
/** Just under MAX_BODY_BYTES. */
const BOMB_BYTES = 19_800_000;

/** A body of that size: a head, as many repetitions as fit, a tail. */
function filled(head: string, repeated: string, tail: string): Buffer {
  const count = Math.floor((BOMB_BYTES - head.length - tail.length) / repeated.length);
  return Buffer.from(head + repeated.repeat(count) + tail);
}

const DEEP = Math.floor(BOMB_BYTES / 2) - 100;

/** @param model the model that the body names. @param member where its items stand. */
const BOMBS: Readonly<Record<string, (model: string, member: string) => Buffer>> = {
  wide: (model, member) => filled(`{"model":"${model}","${member}":[`, '{},', '{}]}'),
  deep: (model, member) =>
    Buffer.from(`{"model":"${model}","${member}":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`),
  'never closed': () => Buffer.alloc(BOMB_BYTES, '['),
  'long keys': (model, member) =>
    filled(`{"model":"${model}","${member}":[],"x":{`, `"${'k'.repeat(5000)}":1,`, '"z":1}}'),
  'long numbers': (model, member) => filled(`{"model":"${model}","${member}":[],"max_tokens":1`, '0', '}'),
  escapes: (model, member) => filled(`{"model":"${model}","${member}":["`, '\\n\\u0041', '"]}'),
  members: (model, member) => filled(`{"model":"${model}","${member}":[]`, ',"abcdefg":1', '}'),
};

/** Sends the same body over many connections at once; what each was answered, or that it was closed. */
function bombard(url: string, path: string, token: string | undefined, body: Buffer): Promise<string[]> {
  const { hostname, port } = new URL(url);
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    'content-type: application/json',
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    `content-length: ${body.length}`,
  ].join('\r\n');
  const one = () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      answer += text;
      if (/^HTTP\/1\.1 \d{3}/.test(answer)) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'closed'));
    socket.write(`${head}\r\n\r\n`);
    socket.write(body);
    return promise;
  };
  return Promise.all(Array.from({ length: AT_ONCE }, one));
}

describe.each([
  ['a closed server, made-up keys, chat', CLOSED, '/v1/chat/completions', 'm', 'sk-made-up', 'messages'],
  ['an open server, chat', OPEN, '/v1/chat/completions', 'm', undefined, 'messages'],
  ['an open server, completions', OPEN, '/v1/completions', 'm', undefined, 'prompt'],
  ['an open server, a relayed path that is routed', OPEN, '/v1/embeddings', 'two-m', undefined, 'input'],
  ['an open server, the assistant', OPEN, '/v1/chat/completions', 'nexcode', undefined, 'messages'],
] as const)('%s', (_, settings, path, model, token, member) => {
  test.each(Object.keys(BOMBS))(
    'sixty-four bodies at once that are %s stop nobody',
    async (name) => {
      await using two = await startUpstream();
      await using surface = await startSurface({
        ...settings,
        UPSTREAMS: { two: { base: two.base, models: ['two-*'], client_keys: true } },
      });
      two.always(async (exchange) => {
        await exchange.head(200, JSON_TYPE, 2);
        await exchange.body('{}');
        await exchange.end();
      });
      // Another client's stream is under way all the time.
      surface.upstream.reply(async (exchange) => {
        await exchange.head(200, EVENT_STREAM);
        while (!over) {
          await exchange.event(chatChunk({ content: 'tick' }));
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        await exchange.event(chatChunk({}, 'stop'));
        await exchange.event('[DONE]');
        await exchange.end();
      }, 'early');
      let over = false;
      const stream = call(surface.url, {
        path: '/v1/chat/completions',
        headers: { ...JSON_TYPE, ...bearer(API_TOKEN) },
        body: '{"model":"m","messages":[],"stream":true}',
      });
      await expect.poll(() => surface.upstream.exchanges.length).toBe(1);

      const answers = bombard(surface.url, path, token, BOMBS[name]?.(model, member) ?? Buffer.alloc(0));
      let served = 0;
      const ended = answers.then(() => {
        over = true;
      });
      while (!over) {
        const answer = await surface.chat(bearer(API_TOKEN));
        expect(answer.status).toBe(200);
        served += 1;
      }
      await ended;
      for (const answer of await answers) {
        expect(['200', '400', '413', '429', '502', '503', 'closed']).toContain(answer);
      }
      expect(served).toBeGreaterThan(0);
      expect((await stream).text()).toMatch(/tick[\s\S]*\[DONE\]/);
      expect((await surface.ask('/health')).status).toBe(200);
    },
    60_000,
  );
});
