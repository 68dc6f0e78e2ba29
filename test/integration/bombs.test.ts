/** Bodies that are made to use up the server: none stops it, and meanwhile everybody else is served. */
import { describe, expect, test } from 'vitest';
import { chatChunk, EVENT_STREAM } from '../support/answers.ts';
import { bombard, JSON_BOMBS } from '../support/bombs.ts';
import { call } from '../support/http.ts';
import { API_TOKEN, bearer, CLOSED, JSON_TYPE, OPEN, startSurface } from '../support/surface.ts';
import { startUpstream } from '../support/upstream.ts';

const AT_ONCE = 64;
describe.each([
  ['a closed server, made-up keys, chat', CLOSED, '/v1/chat/completions', 'm', 'sk-made-up', 'messages'],
  ['an open server, chat', OPEN, '/v1/chat/completions', 'm', undefined, 'messages'],
  ['an open server, completions', OPEN, '/v1/completions', 'm', undefined, 'prompt'],
  ['an open server, a relayed path that is routed', OPEN, '/v1/embeddings', 'two-m', undefined, 'input'],
  ['an open server, the assistant', OPEN, '/v1/chat/completions', 'nexcode', undefined, 'messages'],
] as const)('%s', (_, settings, path, model, token, member) => {
  test.each(Object.keys(JSON_BOMBS))(
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

      const answers = bombard(surface.url, {
        path,
        token,
        body: JSON_BOMBS[name]?.(model, member) ?? Buffer.alloc(0),
        count: AT_ONCE,
      });
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
