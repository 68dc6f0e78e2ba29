/** Answers in another form than the client asked for: it gets what it asked for, or a clear 502. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  apiError,
  chatChunk,
  chatCompletion,
  chatStream,
  EVENT_STREAM,
  events,
  redirect,
  respond,
  respondGzip,
  stream,
  tooShort,
  usageChunk,
} from '../support/answers.ts';
import { call } from '../support/http.ts';
import { type Relay, RUNTIMES, startRelay } from '../support/relay.ts';
import type { Script } from '../support/upstream.ts';

let relay: Relay;
beforeAll(async () => {
  relay = await startRelay();
});
afterAll(() => relay.close());

const UPSTREAM_ERROR = { error: { type: 'server_error', param: null, code: 'upstream_error' } };

describe('JSON for a client that asked for a stream', () => {
  test('becomes chunks that say the same', async () => {
    relay.upstream.reply(respond(chatCompletion({ content: '你好' })));
    const answer = await relay.ask({ stream: true });
    expect(answer.head.header('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(payloadsOf(answer.text())).toEqual([
      chunk({
        choices: [
          {
            index: 0,
            delta: { role: 'assistant', content: '你好', refusal: null },
            logprobs: null,
            finish_reason: null,
          },
        ],
      }),
      chunk({ choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }] }),
    ]);
  });

  test('has its usage in a chunk of its own where that was asked for', async () => {
    relay.upstream.reply(respondGzip(chatCompletion()));
    const answer = await relay.ask({ stream: true, stream_options: { include_usage: true } });
    const [first, second, last] = payloadsOf(answer.text());
    expect(first).toMatchObject({ usage: null });
    expect(second).toMatchObject({ usage: null });
    expect(last).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    });
  });

  test('keeps several choices, tool calls and log probabilities', async () => {
    const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
    const logprobs = { content: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }], refusal: null };
    relay.upstream.reply(
      respond(
        chatCompletion({
          choices: [
            {
              index: 0,
              message: { role: 'assistant', content: null, tool_calls: [call, call] },
              logprobs: null,
              finish_reason: 'tool_calls',
            },
            { index: 1, message: { role: 'assistant', content: 'b' }, logprobs, finish_reason: 'length' },
          ],
        }),
      ),
    );
    const chunks = payloadsOf((await relay.ask({ stream: true, n: 2 })).text());
    expect(chunks.flatMap(({ choices }) => choices)).toEqual([
      {
        index: 0,
        delta: {
          role: 'assistant',
          content: null,
          tool_calls: [
            { index: 0, ...call },
            { index: 1, ...call },
          ],
        },
        logprobs: null,
        finish_reason: null,
      },
      { index: 0, delta: {}, logprobs: null, finish_reason: 'tool_calls' },
      { index: 1, delta: { role: 'assistant', content: 'b' }, logprobs, finish_reason: null },
      { index: 1, delta: {}, logprobs: null, finish_reason: 'length' },
    ]);
  });

  test.each<[string, Script]>([
    ['a body that breaks off', tooShort()],
    ['an object of another kind', respond('{"hello":1}')],
    ['a list', respond('[]')],
    ['no JSON', respond('{"choices":')],
    ['nothing', respond('')],
  ])('is a 502 where it is %s', async (_name, script) => {
    relay.upstream.reply(script);
    const answer = await relay.ask({ stream: true });
    expect(answer.status).toBe(502);
    expect(answer.head.header('content-type')).toBe('application/json');
    expect(answer.json()).toMatchObject(UPSTREAM_ERROR);
  });

  test('is a 502 with the upstream’s own words where it reports an error', async () => {
    relay.upstream.reply(respond(apiError('No capacity.', 'overloaded_error', 'busy')));
    const answer = await relay.ask({ stream: true });
    expect(answer.status).toBe(502);
    expect(answer.json()).toEqual({
      error: { message: 'No capacity.', type: 'overloaded_error', param: null, code: 'busy' },
    });
  });
});

describe('an event stream for a client that asked for JSON', () => {
  test.each(['\n', '\r\n', '\r'])('becomes one completion (line end %j)', async (lineEnd) => {
    const payloads = [...chatStream(['你', '好']).slice(0, -1), usageChunk(), '[DONE]'];
    relay.upstream.reply(respond(events(payloads, lineEnd), 200, EVENT_STREAM));
    const answer = await relay.ask({ stream: false });
    expect(answer.head.header('content-type')).toBe('application/json');
    expect(answer.json()).toEqual({
      id: 'chatcmpl-test',
      object: 'chat.completion',
      created: 1_790_000_000,
      model: 'gpt-test',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: '你好', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    });
  });

  test('keeps interleaved choices, fragments of tool calls and log probabilities apart', async () => {
    const piece = (
      index: number,
      delta: Record<string, unknown>,
      finish: string | null = null,
      logprobs: unknown = null,
    ) => chatChunk({}, null, { choices: [{ index, delta, logprobs, finish_reason: finish }] });
    const fragment = (index: number, more: Record<string, unknown>) => ({ tool_calls: [{ index, ...more }] });
    const token = (name: string) => ({
      content: [{ token: name, logprob: -1, bytes: null, top_logprobs: [] }],
    });
    relay.upstream.reply(
      stream([
        piece(1, { role: 'assistant', content: '' }),
        piece(0, { role: 'assistant', content: null }),
        piece(0, fragment(0, { id: 'call_a', type: 'function', function: { name: 'f', arguments: '' } })),
        piece(1, { content: 'one' }, null, token('one')),
        piece(0, fragment(0, { function: { arguments: '{"a"' } })),
        piece(0, fragment(1, { id: 'call_b', type: 'function', function: { name: 'g', arguments: '{}' } })),
        piece(0, fragment(0, { function: { arguments: ':1}' } })),
        piece(1, { content: ' two' }, null, token(' two')),
        piece(0, {}, 'tool_calls'),
        piece(1, {}, 'length'),
        '[DONE]',
      ]),
    );
    expect((await relay.ask({ n: 2 })).json()).toMatchObject({
      choices: [
        {
          index: 0,
          message: {
            content: null,
            tool_calls: [
              { id: 'call_a', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
              { id: 'call_b', type: 'function', function: { name: 'g', arguments: '{}' } },
            ],
          },
          finish_reason: 'tool_calls',
        },
        {
          index: 1,
          message: { content: 'one two' },
          logprobs: { content: [{ token: 'one' }, { token: ' two' }] },
          finish_reason: 'length',
        },
      ],
    });
  });

  test.each<[string, Script]>([
    ['ends without a finish reason', stream([chatChunk({ content: 'Hel' })])],
    ['is cut behind some words', stream([chatChunk({ content: 'Hel' })], 'cut')],
    ['is reset behind some words', stream([chatChunk({ content: 'Hel' })], 'reset')],
    [
      'has a choice that did not finish',
      stream([
        chatChunk({ content: 'x' }, 'stop'),
        chatChunk({}, null, { choices: [{ index: 1, delta: { content: 'y' }, finish_reason: null }] }),
      ]),
    ],
    ['lacks a choice and its [DONE]', stream([chatChunk({ content: 'x' }, 'stop')])],
    ['has no event', stream([])],
  ])('that %s is a 502', async (_name, script) => {
    relay.upstream.reply(script);
    const answer = await relay.ask({ n: 2 });
    expect(answer.status).toBe(502);
    expect(answer.json()).toMatchObject(UPSTREAM_ERROR);
  });

  test('with a finish reason but no [DONE] is whole', async () => {
    relay.upstream.reply(stream([chatChunk({ content: 'x' }, 'stop')], 'cut'));
    const answer = await relay.ask({});
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ choices: [{ message: { content: 'x' }, finish_reason: 'stop' }] });
  });

  test.each([
    ['first', [apiError('No capacity.', 'overloaded_error', 'busy')]],
    [
      'in the middle',
      [chatChunk({ content: 'x' }), apiError('No capacity.', 'overloaded_error', 'busy'), '[DONE]'],
    ],
  ])('that reports an error, %s, is a 502 in its words', async (_name, payloads) => {
    relay.upstream.reply(stream(payloads));
    const answer = await relay.ask({});
    expect(answer.status).toBe(502);
    expect(answer.json()).toEqual({
      error: { message: 'No capacity.', type: 'overloaded_error', param: null, code: 'busy' },
    });
  });
});

describe('an error of a form that no client knows, under a success status,', () => {
  const LABELS = [EVENT_STREAM, { 'content-type': 'application/json' }];
  const SAID = '{"choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}';
  const TOLD = { error: { message: 'insufficient balance', code: '1008' } };

  test.each(LABELS)('is a 502 in its words, streamed or not (%j)', async (label) => {
    for (const wanted of [true, false]) {
      for (const text of [SAID, `[${SAID}]`, `: hello\n\ndata: ${SAID}\n\n`]) {
        relay.upstream.reply(respond(text, 200, label));
        const answer = await relay.ask({ stream: wanted });
        expect([text, wanted, answer.status]).toEqual([text, wanted, 502]);
        expect(answer.json()).toMatchObject(TOLD);
      }
    }
  });

  test.each([[[]], [[chatChunk({ content: 'Hel' })]]])(
    'ends a stream that has begun in its words (%j)',
    async (begun) => {
      const coming = relay.exchange();
      const opening = relay.open({ stream: true });
      const exchange = await coming;
      await exchange.head(200, EVENT_STREAM);
      for (const payload of begun) await exchange.event(payload);
      await using answer = await opening;
      expect(await answer.status()).toBe(200);
      await exchange.event(SAID);
      await exchange.end();
      await answer.rest();
      expect(
        JSON.parse(answer.text.trimEnd().split('\n').at(-1)?.slice('data: '.length) ?? ''),
      ).toMatchObject(TOLD);
    },
  );
});

describe('a converted answer', () => {
  const FRAGILE = '"seed":12345678901234567890,"usage":{"prompt_tokens":5,"completion_tokens":2,"cost":1.50}';

  test.each(['chat/completions', 'completions'])(
    'keeps every number as it was written, and says that it was converted (%s)',
    async (endpoint) => {
      const ask = async (stream: boolean, script: Script) => {
        relay.upstream.reply(script);
        const body = JSON.stringify({
          model: 'davinci-002',
          prompt: 'p',
          messages: [],
          stream,
          stream_options: { include_usage: true },
        });
        const headers = { 'content-type': 'application/json' };
        const answer = await call(relay.server.url, { path: `/v1/${endpoint}`, headers, body });
        expect(answer.status).toBe(200);
        return answer;
      };
      const said =
        endpoint === 'completions'
          ? '"text":"Hi"'
          : '"message":{"role":"assistant","content":"Hi","x":[1e400]}';
      const piece = said.replace('message', 'delta');
      const logprobs = '"logprobs":{"tokens":["Hi"],"content":[{"logprob":-0.50}]}';

      const json = `{"id":"c","choices":[{"index":0,${said},${logprobs},"finish_reason":"stop"}],${FRAGILE}}`;
      const stream = await ask(true, respond(json));
      expect(stream.head.header('x-nexcode-converted')).toBe('stream');

      const chunk = `{"id":"c","choices":[{"index":0,${piece},${logprobs},"finish_reason":null}]}`;
      const last = `{"id":"c","choices":[{"index":0,${piece},${logprobs},"finish_reason":"stop"}],${FRAGILE}}`;
      const whole = await ask(false, respond(events([chunk, last, '[DONE]']), 200, EVENT_STREAM));
      expect(whole.head.header('x-nexcode-converted')).toBe('json');
      expect(whole.text()).toContain('{"logprob":-0.50},{"logprob":-0.50}');

      for (const text of [stream.text(), whole.text()]) {
        expect(text).toContain('"seed":12345678901234567890');
        expect(text).toContain('"cost":1.50');
        expect(text).toContain('{"logprob":-0.50}');
        expect(text.includes('1e400')).toBe(endpoint === 'chat/completions');
      }
    },
  );

  test('is not said of what passes as it is', async () => {
    relay.upstream.reply(respond());
    expect((await relay.ask({})).head.header('x-nexcode-converted')).toBeUndefined();
  });
});

describe('an answer that is too large to be converted', () => {
  const LONG = 'x'.repeat(8 * 1024 * 1024);

  test.each<[string, boolean, Script]>([
    ['JSON', true, respond(chatCompletion({ content: LONG }))],
    [
      'an event stream',
      false,
      respond(events([...chatStream([LONG]).slice(0, -1), '[DONE]']), 200, EVENT_STREAM),
    ],
  ])('is a 502 that says how to get it, where it is %s', async (_name, wantsStream, script) => {
    relay.upstream.reply(script);
    const answer = await relay.ask({ stream: wantsStream });
    expect(answer.status).toBe(502);
    expect(answer.json()).toMatchObject(UPSTREAM_ERROR);
    expect(answer.text()).toContain('too large');
  });

  test('passes untouched where nothing has to be converted', async () => {
    const long = chatCompletion({ content: LONG });
    relay.upstream.reply(respond(long));
    expect((await relay.ask({})).text()).toBe(long);
  });
});

describe('an answer whose type says nothing', () => {
  const TYPES = [{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/octet-stream' }];

  test.each(TYPES)('is JSON if it begins like JSON (%j)', async (headers) => {
    const text = `\n  ${chatCompletion()}`;
    relay.upstream.reply(respond(text, 200, headers));
    const answer = await relay.ask({});
    expect(answer.head.header('content-type')).toBe('application/json');
    expect(answer.text()).toBe(text);
  });

  test.each(TYPES)('is an event stream if it begins like one, however it is cut (%j)', async (headers) => {
    for (const text of [
      events(chatStream()),
      `: ping\n\n${events(chatStream())}`,
      `\nevent: x\n${events(chatStream())}`,
    ]) {
      relay.upstream.reply(respond(text, 200, headers));
      relay.upstream.reply(async (exchange) => {
        await exchange.head(200, headers);
        await exchange.bodyByByte(text);
        await exchange.end();
      });
      for (let n = 0; n < 2; n += 1) {
        const answer = await relay.ask({ stream: true });
        expect(answer.head.header('content-type')).toBe('text/event-stream; charset=utf-8');
        expect(answer.text()).toBe(text);
      }
    }
  });

  test('is turned into what was asked for', async () => {
    relay.upstream.reply(respond(chatCompletion(), 200, {}));
    relay.upstream.reply(respond(events(chatStream()), 200, {}));
    expect(payloadsOf((await relay.ask({ stream: true })).text())).toHaveLength(2);
    expect((await relay.ask({})).json()).toMatchObject({ choices: [{ message: { content: 'Hello!' } }] });
  });

  test.each<[string, Script]>([
    ['a web page', respond('<!doctype html><title>Log in</title>', 200, { 'content-type': 'text/html' })],
    ['a web page of no type', respond('\n<html>', 200, {})],
    ['plain words', respond('OK', 200, { 'content-type': 'text/plain' })],
    ['words that begin like a field', respond('database is down', 200, {})],
    ['nothing', respond('', 200, {})],
    [
      'nothing under 204',
      (exchange) => exchange.raw('HTTP/1.1 204 No Content\r\n\r\n').then(() => exchange.cut()),
    ],
    ['a redirect', redirect('http://127.0.0.1:1/elsewhere')],
    ['a permanent redirect', redirect('http://127.0.0.1:1/elsewhere', 308)],
  ])('is a 502 if it is %s, streamed or not', async (_name, script) => {
    for (const wanted of [true, false]) {
      relay.upstream.reply(script);
      const answer = await relay.ask({ stream: wanted });
      expect(answer.status).toBe(502);
      expect(answer.head.header('location')).toBeUndefined();
      expect(answer.json()).toMatchObject(UPSTREAM_ERROR);
    }
  });
});

describe.each(RUNTIMES)('a JSON answer that breaks off, under %s,', (_, start) => {
  test('short of its content-length, is a 502', async () => {
    await using cut = await startRelay({}, start);
    cut.upstream.reply(tooShort());
    const answer = await cut.ask({});
    expect(answer.status).toBe(502);
    expect(answer.json()).toMatchObject(UPSTREAM_ERROR);
  });

  test('without its last chunk, is broken for the client too', async () => {
    await using cut = await startRelay({}, start);
    cut.upstream.reply(async (exchange) => {
      await exchange.head(200, { 'content-type': 'application/json' });
      await exchange.body(chatCompletion());
      exchange.cut();
    });
    const answer = await cut.ask({}).catch(() => undefined);
    expect(answer?.end).not.toBe('complete');
  });
});

const payload = z.looseObject({ choices: z.array(z.unknown()) });

/** The parsed payloads of a whole stream, of which the last must be `[DONE]`. */
function payloadsOf(text: string): z.output<typeof payload>[] {
  const list = text.split('\n\n').map((event) => event.replace(/^data: /, ''));
  expect(list.splice(-2)).toEqual(['[DONE]', '']);
  return list.map((data) => payload.parse(JSON.parse(data)));
}

function chunk(rest: Record<string, unknown>): Record<string, unknown> {
  return {
    id: 'chatcmpl-test',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'gpt-test',
    ...rest,
  };
}
