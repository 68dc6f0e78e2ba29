import { describe, expect, test } from 'vitest';
import { apiError, chatCompletion, respond, stream } from '../support/answers.ts';
import { chatOnly, chatRequest, eventData, startCompletions } from '../support/completions.ts';

/** The document's own request: a chat model, asked by the legacy endpoint. */
const DECORATORS = {
  model: 'gpt-3.5-turbo',
  prompt: '请解释 Python 的装饰器',
  max_tokens: 500,
  temperature: 0.7,
};

const CHAT_MODEL_REFUSAL = respond(
  JSON.stringify({
    error: {
      message:
        'This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?',
      type: 'invalid_request_error',
      param: 'model',
      code: null,
    },
  }),
  404,
);

function textCompletion(text = 'Hi'): string {
  return `{"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":[{"text":${JSON.stringify(text)},"index":0,"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`;
}

describe('an upstream with chat alone', () => {
  test('answers a legacy request for a chat model', async () => {
    await using setup = await startCompletions();
    setup.upstream.always(chatOnly(respond(chatCompletion({ content: '装饰器是函数。' }))));
    const answer = await setup.complete(DECORATORS);
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      id: 'cmpl-test',
      object: 'text_completion',
      created: 1_790_000_000,
      model: 'gpt-test',
      choices: [{ text: '装饰器是函数。', index: 0, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    });
    expect(answer.head.header('x-nexcode-translated')).toBe('chat');
    expect(answer.head.header('content-type')).toBe('application/json');
    const [native, chat] = setup.upstream.exchanges;
    expect(native?.request.path).toBe('/v1/completions');
    expect(chat?.request.path).toBe('/v1/chat/completions');
    expect(chatRequest(chat)).toEqual({
      messages: [{ role: 'user', content: '请解释 Python 的装饰器' }],
      model: 'gpt-3.5-turbo',
      max_tokens: 500,
      temperature: 0.7,
    });
  });

  test('is asked by chat at once the next time, for that model alone', async () => {
    await using setup = await startCompletions();
    setup.upstream.always(chatOnly(respond()));
    await setup.complete({ model: 'a', prompt: 'p' });
    await setup.complete({ model: 'a', prompt: 'p' });
    await setup.complete({ model: 'b', prompt: 'p' });
    expect(setup.upstream.exchanges.map(({ request }) => request.path.replace('/v1/', ''))).toEqual([
      ...['completions', 'chat/completions'],
      'chat/completions',
      ...['completions', 'chat/completions'],
    ]);
  });

  test('keeps its refusal where the request cannot be translated', async () => {
    await using setup = await startCompletions();
    setup.upstream.always(chatOnly(respond()));
    const answer = await setup.complete({ model: 'm', prompt: [1, 2] });
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ error: { message: 'Invalid URL (POST /v1/completions)' } });
    expect(setup.upstream.exchanges).toHaveLength(1);
  });
});

describe('a chat model of an upstream that has both endpoints', () => {
  test('is translated, and the request is refused by name where it cannot be', async () => {
    await using setup = await startCompletions();
    setup.upstream.reply(CHAT_MODEL_REFUSAL);
    setup.upstream.reply(respond());
    expect((await setup.complete({ model: 'm', prompt: 'p' })).json()).toMatchObject({
      object: 'text_completion',
    });
    const refused = await setup.complete({ model: 'm', prompt: 'p', suffix: 's' });
    expect(refused.status).toBe(400);
    expect(refused.json()).toMatchObject({ error: { param: 'suffix', code: 'unsupported_parameter' } });
    expect(setup.upstream.exchanges).toHaveLength(2);
  });
});

describe('a model that nobody has', () => {
  test('is not remembered as one for chat', async () => {
    await using setup = await startCompletions();
    setup.upstream.always(respond(apiError('The model `m` does not exist.', 'NotFoundError'), 404));
    const answer = await setup.complete({ model: 'm', prompt: 'p' });
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ error: { message: 'The model `m` does not exist.' } });
    await setup.complete({ model: 'm', prompt: 'p' });
    expect(setup.upstream.exchanges.map(({ request }) => request.path)).toEqual([
      ...['/v1/completions', '/v1/chat/completions'],
      ...['/v1/completions', '/v1/chat/completions'],
    ]);
  });
});

describe('an upstream with the legacy endpoint', () => {
  test.each([
    '{"model":"m","prompt":[1,2,3],"seed":9223372036854775807}',
    '{ "model": "m", "prompt": [[1],[2]], "suffix": "s", "best_of": 3, "temperature": 1.0, "n": 1, "n": 2 }',
    '{"prompt":"p","model":"m","echo":true,"logprobs":5,"max_tokens":0,"top_k":4e1}',
  ])('gets the bytes of %s and its answer is not touched', async (body) => {
    await using setup = await startCompletions();
    const bytes = `${textCompletion()}\n`;
    setup.upstream.reply(respond(bytes));
    const answer = await setup.complete(body);
    expect(setup.upstream.exchanges[0]?.request.body.toString()).toBe(body);
    expect(answer.text()).toBe(bytes);
    expect(answer.head.header('x-nexcode-translated')).toBeUndefined();
  });

  test('streams its own events, byte for byte', async () => {
    await using setup = await startCompletions();
    const events = [textCompletion('a').replace('"stop"', 'null'), textCompletion(''), '[DONE]'];
    setup.upstream.reply(stream(events));
    const answer = await setup.complete({ model: 'm', prompt: 'p', stream: true });
    expect(answer.text()).toBe(events.map((event) => `data: ${event}\n\n`).join(''));
  });

  test('has a stream that is cut finished by an error event', async () => {
    await using setup = await startCompletions();
    setup.upstream.reply(stream([textCompletion('a').replace('"stop"', 'null')], 'cut'));
    const answer = await setup.complete({ model: 'm', prompt: 'p', stream: true });
    expect(eventData(answer.text())).toMatchObject([
      { choices: [{ text: 'a' }] },
      { error: { code: 'upstream_stream_cut' } },
    ]);
  });

  test.each([
    ['[1,2,3]', false],
    ['"p"', false],
    ['["a"]', false],
    ['["a","b"]', true],
    ['[[1],[2]]', true],
  ])('that ends one choice and no more has answered the prompt %s short: %s', async (prompt, isShort) => {
    await using setup = await startCompletions();
    setup.upstream.reply(stream([textCompletion('a')]));
    const answer = await setup.complete(`{"model":"m","prompt":${prompt},"stream":true}`);
    expect(answer.text().includes('upstream_stream_cut')).toBe(isShort);
  });

  test('answers JSON to a streamed request: the client gets events', async () => {
    await using setup = await startCompletions();
    setup.upstream.reply(respond(textCompletion()));
    const answer = await setup.complete({
      model: 'm',
      prompt: 'p',
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(answer.head.header('content-type')).toContain('text/event-stream');
    expect(eventData(answer.text())).toMatchObject([
      { id: 'cmpl-1', choices: [{ text: 'Hi', index: 0, finish_reason: 'stop' }], usage: null },
      { choices: [], usage: { total_tokens: 2 } },
      '[DONE]',
    ]);
  });

  test('answers with events to an unstreamed request: the client gets one object', async () => {
    await using setup = await startCompletions();
    const piece = (text: string, offset: number, finish: string | null, index: number) =>
      JSON.stringify({
        ...JSON.parse(textCompletion()),
        usage: null,
        choices: [
          {
            text,
            index,
            logprobs: { tokens: [text], token_logprobs: [-1], text_offset: [offset] },
            finish_reason: finish,
          },
        ],
      });
    setup.upstream.reply(
      stream([piece('b', 0, 'length', 1), piece('a', 0, null, 0), piece('c', 1, 'stop', 0), '[DONE]']),
    );
    const answer = await setup.complete({ model: 'm', prompt: 'p', n: 2 });
    expect(answer.head.header('content-type')).toBe('application/json');
    expect(answer.json()).toMatchObject({
      object: 'text_completion',
      choices: [
        {
          text: 'ac',
          index: 0,
          logprobs: { tokens: ['a', 'c'], text_offset: [0, 1] },
          finish_reason: 'stop',
        },
        { text: 'b', index: 1, finish_reason: 'length' },
      ],
    });
  });

  test('keeps its own refusals', async () => {
    await using setup = await startCompletions();
    const body = apiError("Invalid value for 'n'");
    setup.upstream.reply(respond(body, 400));
    const answer = await setup.complete({ model: 'm', prompt: 'p', n: 999 });
    expect([answer.status, answer.text()]).toEqual([400, body]);
    expect(setup.upstream.exchanges).toHaveLength(1);
  });

  test('gets the operator defaults in the legacy form, and the answer names them', async () => {
    await using setup = await startCompletions({
      MAX_TOKENS: '99',
      TEMPERATURE: '0.70',
      OPENAI_MODEL: 'gpt-5',
    });
    setup.upstream.reply(respond(textCompletion()));
    const answer = await setup.complete('{"prompt":"p"}');
    expect(setup.upstream.exchanges[0]?.request.body.toString()).toBe(
      '{"model":"gpt-5","max_tokens":99,"temperature":0.70,"prompt":"p"}',
    );
    expect(answer.head.header('x-nexcode-filled')).toBe('model, max_tokens, temperature');
  });
});

describe('a set mode', () => {
  test('native never translates', async () => {
    await using setup = await startCompletions({ COMPLETIONS_MODE: 'native' });
    setup.upstream.always(CHAT_MODEL_REFUSAL);
    const answer = await setup.complete(DECORATORS);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ error: { param: 'model' } });
    expect(setup.upstream.exchanges).toHaveLength(1);
  });

  test('chat always translates', async () => {
    await using setup = await startCompletions({ COMPLETIONS_MODE: 'chat' });
    setup.upstream.always(respond());
    await setup.complete({ model: 'davinci-002', prompt: 'p' });
    expect(setup.upstream.exchanges.map(({ request }) => request.path)).toEqual(['/v1/chat/completions']);
  });
});

describe('who may ask', () => {
  test('is decided as for chat, before the upstream is called', async () => {
    await using setup = await startCompletions({
      API_TOKEN: 'a-long-token-of-the-server',
      REQUIRE_AUTH: 'true',
    });
    const answer = await setup.complete(DECORATORS);
    expect(answer.status).toBe(401);
    expect(setup.upstream.exchanges).toHaveLength(0);
  });

  test('with a key of their own pays with it in every call, and the server settings stay out', async () => {
    await using setup = await startCompletions({ OPENAI_API_KEY: 'sk-server', MAX_TOKENS: '9' });
    setup.upstream.always(chatOnly(respond()));
    const answer = await setup.complete(
      { model: 'm', prompt: ['a', 'b'] },
      { authorization: 'Bearer sk-client', 'idempotency-key': 'k' },
    );
    expect(answer.head.header('x-nexcode-credentials')).toBe('client');
    const [native, ...chats] = setup.upstream.exchanges;
    expect(native?.request.head.header('idempotency-key')).toBe('k');
    expect(chats).toHaveLength(2);
    for (const chat of chats) {
      expect(chat.request.head.header('authorization')).toBe('Bearer sk-client');
      expect(chat.request.head.header('idempotency-key')).toBeUndefined();
      expect(chatRequest(chat)).not.toHaveProperty('max_tokens');
    }
  });
});
