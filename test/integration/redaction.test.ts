/** A key that an upstream repeats goes no further, in whatever spelling, wherever the gateway has its hands on the words. */
import { describe, expect, test } from 'vitest';
import { chatChunk, chatCompletion, respond, stream } from '../support/answers.ts';
import { bearer, JSON_TYPE, OPEN, startSurface } from '../support/surface.ts';
import type { Script } from '../support/upstream.ts';

const KEY = 'sk-server/Zq7+of=the-operator';
const SETTINGS = { ...OPEN, OPENAI_API_KEY: KEY };
/** A piece of the key in each of its spellings. */
const TRACE = /Zq7|\\u005a|%5a|&#90;/i;

const escaped = [...KEY]
  .map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  .join('');
const SPELLINGS = [
  ['as it is', KEY],
  ['with an escaped slash', KEY.replace('/', '\\/')],
  ['in escapes', escaped],
  ['percent-encoded', encodeURIComponent(KEY)],
] as const;

const json = (body: string, status = 200, headers = {}) =>
  respond(body, status, { ...JSON_TYPE, ...headers });

/** The same body in pieces, without a length. */
const inPieces =
  (body: string): Script =>
  async (exchange) => {
    await exchange.head(200, JSON_TYPE);
    for (const piece of [body.slice(0, 40), body.slice(40)]) await exchange.body(piece);
    await exchange.end();
  };

const error = (key: string) =>
  `{"error":{"message":"Incorrect API key provided: ${key}.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`;

async function answerTo(script: Script, path: string, body?: string) {
  await using surface = await startSurface(SETTINGS);
  surface.upstream.always(script);
  const answer = await surface.ask(path, body === undefined ? {} : { headers: JSON_TYPE, body });
  return { status: answer.status, text: answer.text(), head: answer.head };
}

const CHAT = '{"model":"m","messages":[]}';

describe.each(SPELLINGS)('a key %s', (_, key) => {
  test.each([
    ["an error of OpenAI's form", json(error(key), 401), '/v1/chat/completions', CHAT, 401],
    ['an error of another form', json(`{"detail":"bad key ${key}"}`, 403), '/v1/chat/completions', CHAT, 403],
    ['an error of another endpoint', json(error(key), 401), '/v1/embeddings', '{"input":"x"}', 401],
    ['an error under a success', json(error(key)), '/v1/chat/completions', CHAT, 200],
    ['one of another endpoint', json(error(key)), '/v1/embeddings', '{"input":"x"}', 200],
    ['one without a length', inPieces(error(key)), '/v1/chat/completions', CHAT, 200],
    [
      "one of Cloudflare's form",
      json(`{"success":false,"errors":[{"message":"${key}"}]}`),
      '/v1/embeddings',
      '{"input":"x"}',
      200,
    ],
    [
      'an answer that is collected from a stream',
      stream([chatChunk({ content: 'KEY' }).replace('KEY', key), chatChunk({}, 'stop'), '[DONE]']),
      '/v1/chat/completions',
      CHAT,
      200,
    ],
    [
      'an answer that is made a stream',
      json(chatCompletion({ content: 'KEY' }).replace('KEY', key)),
      '/v1/chat/completions',
      '{"model":"m","messages":[],"stream":true}',
      200,
    ],
    [
      'a list of models',
      json(`{"object":"list","data":[{"id":"m","owned_by":"${key}"}]}`),
      '/v1/models',
      undefined,
      200,
    ],
  ] as const)('in %s', async (_what, script, path, body, status) => {
    const answer = await answerTo(script, path, body);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(TRACE);
    expect(answer.text).toContain('[redacted]');
  });

  test('in a completion that is translated from chat, whole and streamed', async () => {
    await using surface = await startSurface({ ...SETTINGS, COMPLETIONS_MODE: 'chat' });
    for (const isStream of [false, true]) {
      surface.upstream.always(
        isStream
          ? stream([chatChunk({ content: 'KEY' }).replace('KEY', key), chatChunk({}, 'stop'), '[DONE]'])
          : json(chatCompletion({ content: 'KEY' }).replace('KEY', key)),
      );
      const answer = await surface.ask('/v1/completions', {
        headers: JSON_TYPE,
        body: JSON.stringify({ model: 'm', prompt: 'x', stream: isStream }),
      });
      expect([answer.status, answer.text()]).toEqual([200, expect.stringContaining('[redacted]')]);
      expect(answer.text()).not.toMatch(TRACE);
    }
  });
});

describe('an answer that is no error passes byte for byte, whatever it says', () => {
  const told = chatCompletion({ content: 'KEY' }).replace('KEY', KEY);
  test.each([
    ['with a length', json(told), told],
    ['without one', inPieces(told), told],
    [
      'with a word of errors in it',
      json(`{"choices":[],"error":null,"x":"${KEY}"}`),
      `{"choices":[],"error":null,"x":"${KEY}"}`,
    ],
    [
      'likewise without a length',
      inPieces(`{"error":null,"choices":[],"x":"${KEY}"}`),
      `{"error":null,"choices":[],"x":"${KEY}"}`,
    ],
  ])('%s', async (_, script, text) => {
    const answer = await answerTo(script, '/v1/chat/completions', CHAT);
    expect([answer.status, answer.text]).toEqual([200, text]);
  });
});

test("a refusal's headers tell no key either", async () => {
  const answer = await answerTo(
    json(error('x'), 401, { 'openai-organization': KEY }),
    '/v1/chat/completions',
    CHAT,
  );
  expect(answer.head.header('openai-organization')).toBe('[redacted]');
});

test("a caller's own key is taken out for the caller too", async () => {
  await using surface = await startSurface(SETTINGS);
  surface.upstream.always(json(error('sk-of-the-caller-himself'), 401));
  const answer = await surface.chat(bearer('sk-of-the-caller-himself'));
  expect(answer.text()).toContain('provided: [redacted].');
});
