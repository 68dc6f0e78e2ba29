/** Long bodies: decided by their outline, sent by their bytes, and refused in words where a text in them is broken. */
import { describe, expect, test } from 'vitest';
import { errorOf, JSON_TYPE, OPEN, startSurface } from '../support/surface.ts';

const LONG = 'A'.repeat(100_000);
/** JSON has no raw line feed in its texts. */
const BROKEN = `A\n${LONG}`;

const chat = (text: string, more = '') =>
  `{${more}"model":"gpt-test","messages":[{"role":"user","content":"${text}"}]}`;

describe('a long body', () => {
  test.each([
    ['a picture', chat('x', `"picture":"${LONG}",`)],
    ['a number of nineteen digits and a key twice', chat(LONG, '"seed":9223372036854775807,"seed":1.0,')],
  ])('with %s reaches the upstream byte for byte', async (_, body) => {
    await using surface = await startSurface(OPEN);
    const answer = await surface.ask('/v1/chat/completions', { headers: JSON_TYPE, body });
    expect(answer.status).toBe(200);
    expect(surface.asked.body.toString()).toBe(body);
  });

  test.each([257, 5000, 100_000])('that names a model of %d characters is refused', async (length) => {
    await using surface = await startSurface(OPEN);
    const body = JSON.stringify({ model: 'm'.repeat(length), messages: [], prompt: 'x' });
    for (const path of ['/v1/chat/completions', '/v1/completions']) {
      const answer = await surface.ask(path, { headers: JSON_TYPE, body });
      expect([answer.status, errorOf(answer).param]).toEqual([400, 'model']);
    }
    expect(surface.upstream.exchanges).toEqual([]);
  });

  test('keeps its long texts where a default is filled in', async () => {
    await using surface = await startSurface({ ...OPEN, MAX_TOKENS: '7' });
    const body = chat(LONG);
    await surface.ask('/v1/chat/completions', { headers: JSON_TYPE, body });
    expect(surface.asked.body.toString()).toBe(`{"max_tokens":7,${body.slice(1)}`);
  });

  test('keeps its long texts where it is translated', async () => {
    await using surface = await startSurface({ ...OPEN, COMPLETIONS_MODE: 'chat' });
    const body = `{"model":"gpt-test","prompt":"${LONG}"}`;
    const answer = await surface.ask('/v1/completions', { headers: JSON_TYPE, body });
    expect(answer.status).toBe(200);
    expect(JSON.parse(surface.asked.body.toString())).toMatchObject({
      messages: [{ content: LONG }],
    });
  });

  test('is refused for what is wrong outside its long texts', async () => {
    await using surface = await startSurface(OPEN);
    const body = `{"messages":"none","picture":"${LONG}"}`;
    const answer = await surface.ask('/v1/chat/completions', { headers: JSON_TYPE, body });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ param: 'messages', code: 'invalid_type' });
    expect(surface.upstream.exchanges).toEqual([]);
  });
});

describe('a long text that is no JSON', () => {
  test('is for the upstream to judge where the body passes as it is', async () => {
    await using surface = await startSurface(OPEN);
    const body = chat(BROKEN);
    await surface.ask('/v1/chat/completions', { headers: JSON_TYPE, body });
    expect(surface.asked.body.toString()).toBe(body);
  });

  test.each([
    ['translated', '/v1/completions', `{"model":"gpt-test","prompt":"${BROKEN}"}`],
    ['put to the assistant', '/v1/chat/completions', chat(BROKEN).replace('gpt-test', 'nexcode')],
  ])('is refused where it is %s', async (_, path, body) => {
    await using surface = await startSurface({ ...OPEN, COMPLETIONS_MODE: 'chat' });
    const answer = await surface.ask(path, { headers: JSON_TYPE, body });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code: 'invalid_json' });
    expect(surface.upstream.exchanges).toEqual([]);
  });

  test('hides no member that the operator settles, also as a name', async () => {
    await using surface = await startSurface({ ...OPEN, MAX_TOKENS: '7' });
    const body = chat('x', `"${BROKEN}":1,`);
    const answer = await surface.ask('/v1/chat/completions', { headers: JSON_TYPE, body });
    expect(answer.status).toBe(200);
    expect(surface.asked.body.toString()).toBe(`{"max_tokens":7,${body.slice(1)}`);
  });
});
