/** Who may reach stateless endpoints alone leaves nothing behind in the account that all callers share. */
import { describe, expect, test } from 'vitest';
import { API_TOKEN, bearer, CLIENT_KEY, errorOf, JSON_TYPE, OPEN, startSurface } from '../support/surface.ts';
import { startUpstream } from '../support/upstream.ts';

const post = (body: string, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { ...JSON_TYPE, ...headers },
  body,
});

describe('the open door', () => {
  test.each([
    ['/v1/responses', '{"model":"m","input":"x","store":true}', 'store'],
    ['/v1/responses', '{"model":"m","input":"x","background":true}', 'background'],
    ['/v1/responses', '{"model":"m","input":"x","previous_response_id":"resp_1"}', 'previous_response_id'],
    ['/v1/responses', '{"model":"m","input":"x","conversation":"conv_1"}', 'conversation'],
    ['/v1/responses', '{"prompt":{"id":"pmpt_1"}}', 'prompt'],
    ['/v1/responses', '{"model":"m","input":"x","tools":[{"type":"file_search"}]}', 'tools'],
    ['/v1/chat/completions', '{"model":"m","messages":[],"store":true}', 'store'],
    ['/v1/completions', '{"model":"m","prompt":"x","store":true}', 'store'],
    ['/v1/images/edits', '{"model":"m","images":[{"file_id":"f"}],"prompt":"x"}', 'images'],
  ])(
    '%s %s is refused before any upstream is asked, and passes for the token and a key of the own',
    async (path, body, param) => {
      await using surface = await startSurface(OPEN);
      const refused = await surface.ask(path, post(body));
      expect(refused.status).toBe(400);
      const error = errorOf(refused);
      expect(error).toMatchObject({ code: 'stateless_only', param, type: 'invalid_request_error' });
      expect(error.message).toContain('API_TOKEN');
      expect(surface.upstream.exchanges).toHaveLength(0);
      for (const token of [API_TOKEN, CLIENT_KEY]) {
        expect((await surface.ask(path, post(body, bearer(token)))).status).toBe(200);
        expect(surface.asked.body.toString()).toBe(body);
      }
    },
  );

  test('an answer is not stored, and the rest of the body stays byte for byte', async () => {
    await using surface = await startSurface(OPEN);
    const body = ' {"model":"gpt-4.1", "input":"x","seed":9223372036854775807,"top_p":1.0} ';
    const answer = await surface.ask('/v1/responses', post(body));
    expect(answer.status).toBe(200);
    expect(answer.head.header('x-nexcode-filled')).toBe('store');
    expect(surface.asked.body.toString()).toBe(body.replace('{', '{"store":false,'));
  });

  test('a reasoning model gives its reasoning along, encrypted', async () => {
    await using surface = await startSurface(OPEN);
    const answer = await surface.ask('/v1/responses', post('{"model":"gpt-5.1","input":"x","store":null}'));
    expect(answer.head.header('x-nexcode-filled')).toBe('store, include');
    expect(surface.asked.body.toString()).toBe(
      '{"include":["reasoning.encrypted_content"],"model":"gpt-5.1","input":"x","store":false}',
    );
  });

  test('what says itself that nothing is stored passes untouched', async () => {
    await using surface = await startSurface(OPEN);
    const body = '{"model":"gpt-5.1","input":"x","store":false}';
    const answer = await surface.ask('/v1/responses', post(body));
    expect(answer.head.header('x-nexcode-filled')).toBeUndefined();
    expect(surface.asked.body.toString()).toBe(body);
  });

  test.each([
    ['text/plain', '{"model":"m","input":"x","store":true}', 'unsupported_content_type'],
    ['application/json', '{"store":true', 'invalid_json'],
    ['application/json', '', 'invalid_json'],
    ['application/json', '[{"store":true}]', 'invalid_type'],
    ['application/json', 'null', 'invalid_type'],
  ])('what cannot be read is refused: %s %s', async (type, body, code) => {
    await using surface = await startSurface(OPEN);
    const answer = await surface.ask('/v1/responses', {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    expect([answer.status, errorOf(answer).code]).toEqual([400, code]);
    expect(surface.upstream.exchanges).toHaveLength(0);
  });

  test('a routed model is held to it too, by the name that it has at its upstream', async () => {
    await using two = await startUpstream();
    two.always(async (exchange) => {
      await exchange.head(200, JSON_TYPE, 2);
      await exchange.body('{}');
      await exchange.end();
    });
    await using surface = await startSurface({
      ...OPEN,
      UPSTREAMS: { two: { base: two.base, models: ['o3-*'] } },
      MODELS: { fast: 'two/o3-mini' },
    });
    const answer = await surface.ask('/v1/responses', post('{"model":"fast","input":"x"}'));
    expect(answer.status).toBe(200);
    expect(answer.head.header('x-nexcode-filled')).toBe('model, store, include');
    expect(JSON.parse(two.exchanges.at(-1)?.request.body.toString() ?? '')).toEqual({
      model: 'o3-mini',
      input: 'x',
      store: false,
      include: ['reasoning.encrypted_content'],
    });
    const refused = await surface.ask('/v1/responses', post('{"model":"fast","input":"x","store":true}'));
    expect(errorOf(refused).param).toBe('store');
  });

  test("the token's own request passes as it came, stored or not", async () => {
    await using surface = await startSurface(OPEN);
    const body = '{"model":"gpt-5.1","input":"x"}';
    const answer = await surface.ask('/v1/responses', post(body, bearer(API_TOKEN)));
    expect(answer.head.header('x-nexcode-filled')).toBeUndefined();
    expect(surface.asked.body.toString()).toBe(body);
  });
});
