import { describe, expect, test } from 'vitest';
import {
  apiError,
  chatChunk,
  chatCompletion,
  chatStream,
  EVENT_STREAM,
  events,
  respond,
  respondGzip,
  stream,
  streamByByte,
  usageChunk,
} from '../support/answers.ts';
import { chatRequest, eventData, startCompletions } from '../support/completions.ts';
import { connect, statusOf } from '../support/http.ts';
import type { Exchange } from '../support/upstream.ts';

const CHAT = { COMPLETIONS_MODE: 'chat' };

/** Which prompt a call is about. */
function promptOf(exchange: Exchange): string {
  return chatRequest(exchange).messages[0]?.content ?? '';
}

test('a chat answer that is too large to be translated is a 502', async () => {
  await using setup = await startCompletions(CHAT);
  setup.upstream.reply(respond(chatCompletion({ content: 'x'.repeat(8 * 1024 * 1024) })));
  const answer = await setup.complete({ model: 'm', prompt: 'p' });
  expect(answer.status).toBe(502);
  expect(answer.text()).toContain('too large');
});

describe('a request that chat cannot serve', () => {
  test.each([
    ['{"model":"m","prompt":"p","suffix":"s"}', 'suffix', 'unsupported_parameter'],
    ['{"model":"m","prompt":"p","best_of":3}', 'best_of', 'unsupported_parameter'],
    ['{"model":"m","prompt":"p","echo":true,"logprobs":1}', 'echo', 'unsupported_parameter'],
    ['{"model":"m","prompt":[1,2]}', 'prompt', 'unsupported_value'],
    ['{"model":"m","prompt":[]}', 'prompt', 'empty_array'],
    ['{"model":"m","prompt":{}}', 'prompt', 'invalid_type'],
    ['{"model":"m","prompt":5}', 'prompt', 'invalid_type'],
    ['{"model":"m"}', 'prompt', 'missing_required_parameter'],
    ['{"model":"m","prompt":["a","b","c"]}', 'prompt', 'array_above_max_length'],
    ['{"model":"m","prompt":"p","max_tokens":0}', 'max_tokens', 'unsupported_value'],
    ['{"model":"m","prompt":"p","max_tokens":"7"}', 'max_tokens', 'invalid_type'],
    ['{"model":"m","prompt":"p","n":1.5}', 'n', 'invalid_type'],
    ['{"model":"m","prompt":"p","logprobs":true}', 'logprobs', 'invalid_type'],
    ['{"model":"m","prompt":"p","stream":"true"}', 'stream', 'invalid_type'],
    ['{"model":"m","prompt":"p","stream":1}', 'stream', 'invalid_type'],
    ['{"model":"m","prompt":"p","stream_options":{"include_usage":true}}', 'stream_options', 'invalid_value'],
    ['{"model":"m","prompt":"p","tools":[]}', 'tools', 'unknown_parameter'],
    ['{"model":"m","prompt":"p"', null, 'invalid_json'],
    ['[]', null, 'invalid_type'],
    ['', null, 'invalid_json'],
  ])('%s is a 400 before any call', async (body, param, code) => {
    await using setup = await startCompletions({ ...CHAT, COMPLETIONS_MAX_PROMPTS: '2' });
    const answer = await setup.complete(body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param, code, type: 'invalid_request_error' } });
    expect(setup.upstream.exchanges).toHaveLength(0);
  });

  test('says in words what was expected', async () => {
    await using setup = await startCompletions(CHAT);
    const answer = await setup.complete('{"model":"m","prompt":"p","max_tokens":1.5}');
    expect(answer.json()).toMatchObject({
      error: {
        message: "Invalid type for 'max_tokens': expected an integer, but got a decimal number instead.",
      },
    });
  });

  test('is a 400 for invalid UTF-8 and for bottomless nesting, never a 500', async () => {
    await using setup = await startCompletions(CHAT);
    const invalid = Buffer.concat([
      Buffer.from('{"model":"m","prompt":"'),
      Buffer.of(0xff),
      Buffer.from('"}'),
    ]);
    expect((await setup.complete(invalid)).status).toBe(400);
    const deep = `{"model":"m","prompt":"p","x":${'['.repeat(100_000)}1.0${']'.repeat(100_000)}}`;
    expect((await setup.complete(deep)).status).toBe(400);
  });

  test('a BOM before the JSON is no reason', async () => {
    await using setup = await startCompletions(CHAT);
    setup.upstream.reply(respond());
    expect((await setup.complete('\ufeff{"model":"m","prompt":"p"}')).status).toBe(200);
  });
});

describe('the chat request', () => {
  test('keeps every digit', async () => {
    await using setup = await startCompletions(CHAT);
    setup.upstream.reply(respond());
    await setup.complete('{"model":"m","prompt":"p","seed":9223372036854775807,"temperature":1.0}');
    expect(setup.upstream.exchanges[0]?.request.body.toString()).toBe(
      '{"messages":[{"role":"user","content":"p"}],"model":"m","seed":9223372036854775807,"temperature":1.0}',
    );
  });

  test('has no length limit of its own making: the old default of 16 tokens is not sent', async () => {
    await using setup = await startCompletions(CHAT);
    setup.upstream.reply(respond());
    await setup.complete({ model: 'm', prompt: 'p' });
    expect(Object.keys(chatRequest(setup.upstream.exchanges[0]))).toEqual(['messages', 'model']);
  });

  test('has the operator defaults, and the answer names them', async () => {
    await using setup = await startCompletions({
      ...CHAT,
      OPENAI_MODEL: 'own-model',
      MAX_TOKENS: '99',
      TEMPERATURE: '0.70',
    });
    setup.upstream.reply(respond());
    const answer = await setup.complete({ prompt: 'p' });
    expect(chatRequest(setup.upstream.exchanges[0])).toMatchObject({ model: 'own-model', max_tokens: 99 });
    expect(setup.upstream.exchanges[0]?.request.body.toString()).toContain('"temperature":0.70');
    expect(answer.head.header('x-nexcode-filled')).toBe('model, max_tokens, temperature');
  });

  test('has the form that a reasoning model takes, and the answer names what was dropped', async () => {
    await using setup = await startCompletions({ ...CHAT, TEMPERATURE: '0.7' });
    setup.upstream.reply(respond());
    const answer = await setup.complete({
      model: 'gpt-5.6-terra',
      prompt: 'p',
      max_tokens: 7,
      temperature: 0.7,
    });
    expect(chatRequest(setup.upstream.exchanges[0])).toEqual({
      messages: [{ role: 'user', content: 'p' }],
      model: 'gpt-5.6-terra',
      max_completion_tokens: 7,
    });
    expect(answer.head.header('x-nexcode-dropped')).toBe('temperature');
  });

  test('keeps the query and goes without the account headers that do not match the server key', async () => {
    await using setup = await startCompletions({ ...CHAT, OPENAI_API_KEY: 'sk-server' });
    setup.upstream.reply(respond());
    const parts = setup.request({ model: 'm', prompt: 'p' }, { 'openai-organization': 'org' });
    await using connection = await connect(setup.gateway.url);
    await connection.request({ ...parts, path: '/v1/completions?a=1&a=2' });
    expect((await connection.answer()).status).toBe(200);
    const { request } = setup.upstream.exchanges[0] ?? {};
    expect(request?.path).toBe('/v1/chat/completions?a=1&a=2');
    expect(request?.head.header('authorization')).toBe('Bearer sk-server');
    expect(request?.head.header('openai-organization')).toBeUndefined();
    expect(request?.head.header('content-type')).toBe('application/json');
  });
});

describe('the headers of the answer', () => {
  test('are those of the upstream that belong to the API', async () => {
    await using setup = await startCompletions(CHAT);
    const headers = {
      'content-type': 'application/json',
      'x-request-id': 'req_up',
      'x-ratelimit-remaining-requests': '7',
      'openai-processing-ms': '12',
      'set-cookie': 'a=b',
    };
    setup.upstream.reply(respond(chatCompletion(), 200, headers));
    const { head } = await setup.complete({ model: 'm', prompt: 'p' });
    expect(head.header('x-request-id')).toBe('req_up');
    expect(head.header('x-ratelimit-remaining-requests')).toBe('7');
    expect(head.header('openai-processing-ms')).toBe('12');
    expect(head.header('x-nexcode-credentials')).toBe('server');
    expect(head.header('set-cookie')).toBeUndefined();
  });
});

describe('several prompts', () => {
  test('make one answer, with at most five calls under way at a time', async () => {
    await using setup = await startCompletions(CHAT);
    const prompts = Array.from({ length: 12 }, (_, index) => `p${index}`);
    let underWay = 0;
    let most = 0;
    const five = Promise.withResolvers<void>();
    setup.upstream.always(async (exchange) => {
      underWay += 1;
      most = Math.max(most, underWay);
      if (underWay === 5) five.resolve();
      await five.promise;
      underWay -= 1;
      await respond(chatCompletion({ content: `to ${promptOf(exchange)}` }))(exchange);
    });
    const answer = await setup.complete({ model: 'm', prompt: prompts });
    expect(answer.json()).toMatchObject({
      choices: prompts.map((prompt, index) => ({ index, text: `to ${prompt}` })),
      usage: { prompt_tokens: 60, completion_tokens: 24, total_tokens: 84 },
    });
    expect(most).toBe(5);
  });

  test('are refused as a whole by the first refusal, and the other calls stop', async () => {
    await using setup = await startCompletions(CHAT);
    const body = apiError('Slow down', 'requests', 'rate_limit_exceeded');
    const others = Promise.withResolvers<void>();
    const waiting: Exchange[] = [];
    setup.upstream.always(async (exchange) => {
      if (promptOf(exchange) === 'b') {
        await others.promise;
        await respond(body, 429, { 'content-type': 'application/json', 'retry-after': '3' })(exchange);
      } else if (waiting.push(exchange) === 2) others.resolve();
    });
    const answer = await setup.complete({ model: 'm', prompt: ['a', 'b', 'c'] });
    expect([answer.status, answer.text()]).toEqual([429, body]);
    expect(answer.head.header('retry-after')).toBe('3');
    expect(await Promise.all(waiting.map(({ gone }) => gone))).toHaveLength(2);
    expect(setup.upstream.exchanges).toHaveLength(3);
  });
});

describe('a stream', () => {
  test('hands on each event before the upstream sends the next', async () => {
    await using setup = await startCompletions(CHAT);
    setup.upstream.always(() => {});
    await using connection = await connect(setup.gateway.url);
    await connection.request(setup.request({ model: 'm', prompt: 'p', stream: true }));
    const exchange = await setup.upstream.next();
    await exchange.whole;
    await exchange.head(200, EVENT_STREAM);
    await exchange.event(chatChunk({ role: 'assistant', content: '' }));
    const body = connection.body(await connection.head());
    let seen = '';
    for (const word of ['one', 'two', 'three']) {
      await exchange.event(chatChunk({ content: word }));
      while (!seen.includes(`"text":"${word}"`)) {
        const { value, done } = await body.next();
        if (done === true) throw new Error('ended early');
        seen += value.bytes.toString();
      }
    }
    await exchange.event(chatChunk({}, 'stop'));
    await exchange.event('[DONE]');
    await exchange.end();
    for await (const { bytes } of body) seen += bytes.toString();
    expect(eventData(seen)).toMatchObject([
      ...['one', 'two', 'three'].map((text) => ({ choices: [{ text, finish_reason: null }] })),
      { choices: [{ text: '', finish_reason: 'stop' }] },
      '[DONE]',
    ]);
  });

  test('is the same in whatever pieces the upstream writes it', async () => {
    await using setup = await startCompletions(CHAT);
    const payloads = chatStream(['你', '好😀', '\r\n']);
    const body = { model: 'm', prompt: 'p', stream: true };
    setup.upstream.reply(stream(payloads));
    const whole = (await setup.complete(body)).text();
    setup.upstream.reply(streamByByte(events(payloads, '\r\n')));
    expect((await setup.complete(body)).text()).toBe(whole);
    setup.upstream.reply(respondGzip(events(payloads), 'text/event-stream'));
    expect((await setup.complete(body)).text()).toBe(whole);
    expect(eventData(whole)).toHaveLength(5);
  });

  test('has usage at its end where it was asked for, and none where the upstream sends it unasked', async () => {
    await using setup = await startCompletions(CHAT);
    const payloads = [...chatStream(['a']).slice(0, -1), usageChunk(), '[DONE]'];
    setup.upstream.always(stream(payloads));
    const asked = { model: 'm', prompt: 'p', stream: true, stream_options: { include_usage: true } };
    expect(eventData((await setup.complete(asked)).text())).toMatchObject([
      { usage: null },
      { usage: null },
      { choices: [], usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } },
      '[DONE]',
    ]);
    const unasked = await setup.complete({ model: 'm', prompt: 'p', stream: true });
    expect(unasked.text()).not.toContain('usage');
  });

  test('comes out of JSON too', async () => {
    await using setup = await startCompletions(CHAT);
    setup.upstream.reply(respond());
    const answer = await setup.complete({ model: 'm', prompt: 'p', stream: true });
    expect(eventData(answer.text())).toMatchObject([
      { choices: [{ text: 'Hello!', finish_reason: null }] },
      { choices: [{ text: '', finish_reason: 'stop' }] },
      '[DONE]',
    ]);
  });

  test('becomes one object for a client that asked for none', async () => {
    await using setup = await startCompletions(CHAT);
    setup.upstream.reply(stream());
    const answer = await setup.complete({ model: 'm', prompt: 'p' });
    expect(answer.json()).toMatchObject({ choices: [{ text: 'Hello!', finish_reason: 'stop' }] });
  });

  test.each(['cut', 'reset'] as const)(
    'that the upstream breaks off (%s) ends in an error event',
    async (end) => {
      await using setup = await startCompletions(CHAT);
      setup.upstream.reply(stream(chatStream(['a', 'b']).slice(0, 3), end));
      const answer = await setup.complete({ model: 'm', prompt: 'p', stream: true });
      expect(answer.end).toBe('complete');
      expect(eventData(answer.text())).toMatchObject([
        { choices: [{ text: 'a' }] },
        { choices: [{ text: 'b' }] },
        { error: { code: 'upstream_stream_cut', message: expect.any(String) } },
      ]);
    },
  );

  test('that fails in its first event has a status of its own', async () => {
    await using setup = await startCompletions(CHAT);
    setup.upstream.reply(stream([apiError('overloaded', 'server_error', 'overloaded')]));
    const answer = await setup.complete({ model: 'm', prompt: 'p', stream: true });
    expect(answer.status).toBe(502);
    expect(answer.json()).toMatchObject({ error: { message: 'overloaded', code: 'overloaded' } });
  });

  test('of several prompts ends in an error event when one call is refused late; the others stop', async () => {
    await using setup = await startCompletions(CHAT);
    const begun = Promise.withResolvers<void>();
    setup.upstream.always(async (exchange) => {
      if (promptOf(exchange) === 'a') {
        await exchange.head(200, EVENT_STREAM);
        await exchange.event(chatChunk({ content: 'first' }));
      } else {
        await begun.promise;
        await respond(apiError('Slow down', 'requests', 'rate_limit_exceeded'), 429)(exchange);
      }
    });
    await using connection = await connect(setup.gateway.url);
    await connection.request(setup.request({ model: 'm', prompt: ['a', 'b'], stream: true }));
    const head = await connection.head();
    expect(statusOf(head)).toBe(200);
    begun.resolve();
    let text = '';
    for await (const { bytes } of connection.body(head)) text += bytes.toString();
    expect(eventData(text)).toMatchObject([
      { choices: [{ text: 'first', index: 0 }] },
      { error: { message: 'Slow down', code: 'rate_limit_exceeded' } },
    ]);
    await setup.upstream.exchanges.find((exchange) => promptOf(exchange) === 'a')?.gone;
  });
});

describe('a client that leaves', () => {
  test('in the middle of a stream stops every call', async () => {
    await using setup = await startCompletions(CHAT);
    setup.upstream.always(async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      // A client that closes politely is noticed with the next byte for it, so the model keeps on talking.
      for (;;) {
        await exchange.event(chatChunk({ content: promptOf(exchange) }));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    const connection = await connect(setup.gateway.url);
    await connection.request(setup.request({ model: 'm', prompt: ['a', 'b', 'c'], stream: true }));
    const body = connection.body(await connection.head());
    await body.next();
    await expect.poll(() => setup.upstream.exchanges.length).toBe(3);
    connection.finish();
    await connection[Symbol.asyncDispose]();
    const ends = await Promise.all(setup.upstream.exchanges.map(({ gone }) => gone));
    expect(ends).toHaveLength(3);
  });

  test('before any answer stops every call', async () => {
    await using setup = await startCompletions(CHAT);
    setup.upstream.always(() => {});
    const connection = await connect(setup.gateway.url);
    await connection.request(setup.request({ model: 'm', prompt: ['a', 'b', 'c'] }));
    const calls = [await setup.upstream.next(), await setup.upstream.next(), await setup.upstream.next()];
    connection.reset();
    expect(await Promise.all(calls.map(({ gone }) => gone))).toHaveLength(3);
    expect(setup.gateway.log.filter((line) => /exception/i.test(line))).toEqual([]);
  });
});
