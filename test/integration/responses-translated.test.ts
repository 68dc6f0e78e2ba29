import { describe, expect, test } from 'vitest';
import {
  apiError,
  chatChunk,
  chatCompletion,
  chatStream,
  EVENT_STREAM,
  events,
  respond,
  stream,
  usageChunk,
} from '../support/answers.ts';
import { type Answer, call } from '../support/http.ts';
import { openCall } from '../support/relay.ts';
import {
  bodyOf,
  callChunk,
  type ResponsesSetup,
  responseEvents,
  startResponses,
  withoutResponses,
} from '../support/responses.ts';
import { API_TOKEN, bearer, JSON_TYPE } from '../support/surface.ts';

const ASKED = { model: 'm', input: 'hi' };
const STREAMED = { ...ASKED, stream: true };

/** Asks for a stream that is read as it comes. */
const openStream = ({ gateway }: ResponsesSetup) =>
  openCall(gateway.url, { path: '/v1/responses', headers: JSON_TYPE, body: JSON.stringify(STREAMED) });

const typesOf = (answer: Answer) => responseEvents(answer.text()).map(({ type }) => type);
const lastOf = (answer: Answer) => responseEvents(answer.text()).at(-1);

describe('a response of a chat upstream', () => {
  test('is one object, its ids marked, and the headers say what was done', async () => {
    await using setup = await startResponses();
    setup.upstream.reply(respond());
    const answer = await setup.respond({
      ...ASKED,
      tools: [{ type: 'web_search' }],
      text: { verbosity: 'low' },
    });
    expect(answer.status).toBe(200);
    expect(answer.head.header('content-type')).toBe('application/json');
    expect(answer.head.header('x-nexcode-translated')).toBe('chat');
    expect(answer.head.header('x-nexcode-dropped')).toBe('text.verbosity, tools.web_search');
    expect(answer.json()).toMatchObject({
      id: expect.stringMatching(/^resp_nx[0-9a-f]{32}$/),
      object: 'response',
      status: 'completed',
      model: 'm',
      store: false,
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hello!' }] }],
      usage: { input_tokens: 5, output_tokens: 2, total_tokens: 7 },
    });
    const [exchange] = setup.upstream.exchanges;
    expect(exchange?.request.path).toBe('/v1/chat/completions');
    expect(bodyOf(exchange)).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
  });

  test('is a stream of named events', async () => {
    await using setup = await startResponses();
    setup.upstream.reply(stream([...chatStream().slice(0, -1), usageChunk(), '[DONE]']));
    const answer = await setup.respond(STREAMED);
    expect(answer.head.header('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.end).toBe('complete');
    expect(typesOf(answer)).toEqual(
      [
        'created',
        'in_progress',
        'output_item.added',
        'content_part.added',
        'output_text.delta',
        'output_text.delta',
        'output_text.delta',
        'output_text.done',
        'content_part.done',
        'output_item.done',
        'completed',
      ].map((type) => `response.${type}`),
    );
    expect(lastOf(answer)).toMatchObject({ response: { usage: { total_tokens: 7 } } });
    expect(bodyOf(setup.upstream.exchanges[0])).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test('begins with the head of the chat answer, and is kept alive until that says something', async () => {
    await using setup = await startResponses();
    const said = Promise.withResolvers<void>();
    setup.upstream.reply(async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      await said.promise;
      for (const payload of chatStream()) await exchange.event(payload);
      await exchange.end();
    });
    await using open = await openStream(setup);
    expect((await open.head()).header('x-nexcode-translated')).toBe('chat');
    await open.until('response.in_progress');
    said.resolve();
    await open.rest();
    expect(responseEvents(open.text).at(-1)).toMatchObject({ type: 'response.completed' });
  });

  test.each<[string, string, object]>([
    ['a whole answer', chatCompletion(), { type: 'response.completed' }],
    [
      'an error',
      apiError('No.', 'x', 'rate_limit_exceeded'),
      { response: { error: { code: 'rate_limit_exceeded' } } },
    ],
  ])('%s that comes late under the label of a stream is understood', async (_, late, last) => {
    await using setup = await startResponses();
    const opened = Promise.withResolvers<void>();
    setup.upstream.reply(async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      await opened.promise;
      await exchange.body(late);
      await exchange.end();
    });
    await using open = await openStream(setup);
    await open.head();
    opened.resolve();
    await open.rest();
    expect(responseEvents(open.text).at(-1)).toMatchObject(last);
  });

  test('is made of the other form where the upstream answers in it', async () => {
    await using setup = await startResponses();
    setup.upstream.reply(respond());
    expect(lastOf(await setup.respond(STREAMED))).toMatchObject({ type: 'response.completed' });
    setup.upstream.reply(stream());
    expect((await setup.respond(ASKED)).json()).toMatchObject({
      output: [{ content: [{ text: 'Hello!' }] }],
    });
  });

  test('gets the operator’s limit where the request names none', async () => {
    await using setup = await startResponses({ MAX_TOKENS: '50', OPENAI_API_KEY: 'sk-of-the-server' });
    setup.upstream.reply(respond());
    const answer = await setup.respond(ASKED);
    expect(answer.head.header('x-nexcode-filled')).toBe('max_tokens');
    setup.upstream.reply(respond());
    await setup.respond({ ...ASKED, max_output_tokens: 7 });
    expect(setup.upstream.exchanges.map((exchange) => bodyOf(exchange)['max_tokens'])).toEqual([50, 7]);
  });

  test('keeps number literals', async () => {
    await using setup = await startResponses();
    setup.upstream.reply(respond());
    const answer = await setup.respond(
      '{"model":"m","input":"hi","temperature":0.70,"max_output_tokens":100}',
    );
    expect(setup.upstream.exchanges[0]?.request.body.toString()).toContain('"temperature":0.70');
    expect(answer.text()).toContain('"temperature":0.70');
  });
});

describe('which way', () => {
  test('is found out, and remembered for the upstream and the model', async () => {
    await using setup = await startResponses({ RESPONSES_MODE: 'auto' });
    setup.upstream.always(withoutResponses(respond()));
    for (const model of ['m', 'm', 'n'])
      expect((await setup.respond({ model, input: 'hi' })).status).toBe(200);
    expect(setup.upstream.exchanges.map(({ request }) => request.path)).toEqual([
      '/v1/responses',
      '/v1/chat/completions',
      '/v1/chat/completions',
      '/v1/responses',
      '/v1/chat/completions',
    ]);
  });

  test('is the native one where the upstream has it, its bytes untouched', async () => {
    await using setup = await startResponses({ RESPONSES_MODE: 'auto' });
    const body = '{ "model":"m", "input":"hi",  "new_member": 1.0, "store":false }';
    const said = '{"id":"resp_1","object":"response",  "output":[]}';
    setup.upstream.reply(respond(said));
    const answer = await setup.respond(body);
    expect(answer.text()).toBe(said);
    expect(answer.head.header('x-nexcode-translated')).toBeUndefined();
    expect(setup.upstream.exchanges[0]?.request.body.toString()).toBe(body);
  });

  test('a refusal about what the request names is the answer', async () => {
    await using setup = await startResponses({ RESPONSES_MODE: 'auto' });
    const unknown = apiError('The model `m` does not exist', 'invalid_request_error', 'model_not_found');
    setup.upstream.reply(respond(unknown, 404));
    const answer = await setup.respond(ASKED);
    expect([answer.status, answer.text()]).toEqual([404, unknown]);
  });

  test('where nothing is translated, a bare 404 names the cause', async () => {
    await using setup = await startResponses({ RESPONSES_MODE: 'native', API_TOKEN });
    setup.upstream.reply(respond('', 404));
    const answer = await setup.respond(ASKED);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({
      error: { code: 'endpoint_not_found', message: expect.stringContaining('RESPONSES_MODE') },
    });
    const missing = apiError("Response with id 'resp_1' not found.");
    setup.upstream.reply(respond(missing, 404));
    const continued = { ...ASKED, previous_response_id: 'resp_1' };
    expect((await setup.respond(continued, bearer(API_TOKEN))).text()).toBe(missing);
  });

  test('state: an upstream that has answered natively answers for itself, one that has not is not asked', async () => {
    await using setup = await startResponses({ RESPONSES_MODE: 'auto', API_TOKEN });
    const token = bearer(API_TOKEN);
    const continued = { ...ASKED, previous_response_id: 'resp_1' };
    setup.upstream.reply(respond('', 404));
    expect((await setup.respond(continued, token)).json()).toMatchObject({
      error: {
        code: 'previous_response_not_found',
        param: 'previous_response_id',
        message: expect.stringContaining('whole conversation'),
      },
    });
    setup.upstream.reply(respond('{"object":"response"}'));
    await setup.respond(ASKED, token);
    setup.upstream.reply(respond('', 404));
    expect((await setup.respond(continued, token)).json()).not.toMatchObject({
      error: { code: 'previous_response_not_found' },
    });
  });

  test('is said per upstream, and goes through aliases and lists', async () => {
    await using setup = await startResponses({
      RESPONSES_MODE: 'native',
      UPSTREAMS: { home: { base: `${'http://127.0.0.1:1'}/v1`, responses: 'chat' } },
      MODELS: { mine: ['home/a', 'b'] },
    });
    setup.upstream.reply(respond('{"object":"response"}'));
    const answer = await setup.respond({ model: 'mine', input: 'hi' });
    expect(answer.head.header('x-nexcode-upstream')).toBe('default/b');
    expect(bodyOf(setup.upstream.exchanges[0])).toEqual({ model: 'b', input: 'hi' });
  });

  test('a translated target that fails before its first word makes room for the next', async () => {
    await using setup = await startResponses({ MODELS: { mine: ['a', 'b'] } });
    setup.upstream.reply(stream([chatChunk({ role: 'assistant', content: '' })], 'cut'));
    setup.upstream.reply(stream());
    const answer = await setup.respond({ ...STREAMED, model: 'mine' });
    expect(answer.head.header('x-nexcode-upstream')).toBe('default/b');
    expect(lastOf(answer)).toMatchObject({ type: 'response.completed', response: { model: 'b' } });
  });

  test('reasoning that was sealed here does not go to a native upstream', async () => {
    await using setup = await startResponses({ RESPONSES_MODE: 'chat' });
    setup.upstream.reply(
      stream([
        chatChunk({ reasoning_content: 'hm' }),
        chatChunk({ content: 'Hi' }),
        chatChunk({}, 'stop'),
        '[DONE]',
      ]),
    );
    const include = ['reasoning.encrypted_content'];
    const { output } = (await setup.respond({ ...ASKED, include })).json() as { output: object[] };
    const input = [{ role: 'user', content: 'x' }, ...output, { role: 'user', content: 'y' }];
    await using native = await startResponses({ RESPONSES_MODE: 'native' });
    native.upstream.reply(respond('{"object":"response"}'));
    const answer = await native.respond({ model: 'm', input });
    expect(answer.head.header('x-nexcode-dropped')).toBe('input.reasoning');
    expect(bodyOf(native.upstream.exchanges[0])['input']).toEqual([input[0], output[1], input[3]]);
    setup.upstream.reply(respond());
    await setup.respond({ model: 'm', input });
    expect(bodyOf(setup.upstream.exchanges.at(-1))['messages']).toMatchObject([
      {},
      { content: 'Hi', reasoning_content: 'hm' },
      {},
    ]);
  });
});

describe('what goes wrong', () => {
  test.each([401, 429, 500])('a refusal of the upstream (%i) keeps its status and words', async (status) => {
    await using setup = await startResponses();
    const refusal = apiError('No.', 'some_type', 'some_code');
    for (const asked of [ASKED, STREAMED]) {
      setup.upstream.reply(respond(refusal, status));
      const answer = await setup.respond(asked);
      expect([answer.status, answer.text()]).toEqual([status, refusal]);
    }
  });

  test.each(['cut', 'reset'] as const)(
    'a stream that breaks off (%s) fails, and is never complete',
    async (end) => {
      await using setup = await startResponses();
      setup.upstream.reply(stream([chatChunk({ content: 'a' })], end));
      const answer = await setup.respond(STREAMED);
      expect(answer.end).toBe('complete');
      expect(responseEvents(answer.text()).slice(-2)).toMatchObject([
        { type: 'error', code: 'upstream_stream_cut', error: { type: 'server_error' } },
        {
          type: 'response.failed',
          response: { status: 'failed', error: { code: 'server_error' }, output: [] },
        },
      ]);
    },
  );

  test('an error in the stream fails it in its words', async () => {
    await using setup = await startResponses();
    setup.upstream.reply(
      stream([
        chatChunk({ content: 'a' }),
        apiError('too long', 'invalid_request_error', 'context_length_exceeded'),
      ]),
    );
    expect(lastOf(await setup.respond(STREAMED))).toMatchObject({
      type: 'response.failed',
      response: { error: { code: 'context_length_exceeded', message: 'too long' } },
    });
  });

  test('a stream that falls silent fails too', async () => {
    await using setup = await startResponses({ UPSTREAM_IDLE_MS: '100' });
    setup.upstream.reply(stream([chatChunk({ content: 'a' })], 'stall'));
    expect(responseEvents((await setup.respond(STREAMED)).text()).at(-2)).toMatchObject({
      type: 'error',
      code: 'upstream_timeout',
    });
  });

  test('a whole answer that is none is a 502', async () => {
    await using setup = await startResponses();
    setup.upstream.reply(respond('{"choices":[]}'));
    expect((await setup.respond(ASKED)).status).toBe(502);
    setup.upstream.reply(respond('{"error":{"message":"no"}}'));
    expect((await setup.respond(ASKED)).status).toBe(502);
  });

  test('a request that chat cannot serve is refused before any call', async () => {
    await using setup = await startResponses();
    for (const [members, param] of [
      [{ tools: [{ type: 'mcp' }] }, 'tools[0].type'],
      [{ conversation: 'conv_1' }, 'conversation'],
      [{ input: undefined }, 'input'],
      [{ stream: 'yes' }, 'stream'],
      [{ instructions: 7 }, 'instructions'],
    ] as const) {
      const answer = await setup.respond({ ...ASKED, ...members });
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({ error: { param } });
    }
    expect(setup.upstream.exchanges).toEqual([]);
  });
});

describe('what was answered is stored nowhere', () => {
  test.each([
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/cancel'],
    ['GET', '/input_items'],
  ])('%s of its id%s says so', async (method, part) => {
    await using setup = await startResponses();
    setup.upstream.reply(respond());
    const { id } = (await setup.respond(ASKED)).json() as { id: string };
    const answer = await call(setup.gateway.url, { method, path: `/v1/responses/${id}${part}` });
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({
      error: { message: expect.stringMatching(/^Response with id '.*' not found\. .*stores/) },
    });
  });

  test('a WebSocket is refused with 426 where responses are translated', async () => {
    await using setup = await startResponses();
    const headers = {
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const answer = await call(setup.gateway.url, { path: '/v1/responses', headers });
    expect(answer.status).toBe(426);
    expect(answer.json()).toMatchObject({
      error: { message: expect.stringContaining('POST /v1/responses') },
    });
  });
});

test('a call that the model did not finish is not done', async () => {
  await using setup = await startResponses();
  setup.upstream.reply(
    stream([
      callChunk(0, { id: 'a', name: 'rm', arguments: '{"path":"/"}' }),
      chatChunk({}, 'length'),
      '[DONE]',
    ]),
  );
  const answer = await setup.respond({ ...STREAMED, tools: [{ type: 'function', name: 'rm' }] });
  expect(typesOf(answer)).not.toContain('response.output_item.done');
  expect(lastOf(answer)).toMatchObject({ type: 'response.incomplete', response: { output: [] } });
});

test('the assistant answers here too, whole and streamed', async () => {
  await using setup = await startResponses({ OPENAI_MODEL: 'nexcode' });
  const asked = { model: 'nexcode', input: 'How do I require a token?' };
  const whole = (await setup.respond(asked)).json();
  expect(whole).toMatchObject({
    model: 'nexcode',
    status: 'completed',
    output: [{ content: [{ text: expect.stringContaining('API_TOKEN') }] }],
  });
  const answer = await setup.respond({ ...asked, stream: true });
  expect(lastOf(answer)).toMatchObject({
    type: 'response.completed',
    response: { output: [{ type: 'message' }] },
  });
  expect(setup.upstream.exchanges).toEqual([]);
});

test('bytes that are cut anywhere make the same events', async () => {
  await using setup = await startResponses();
  const whole = [
    chatChunk({ reasoning_content: '想' }),
    chatChunk({ content: '日本 🗾' }),
    callChunk(0, { id: 'a', name: 'f', arguments: '{"x":"é"}' }),
    chatChunk({}, 'tool_calls'),
    '[DONE]',
  ]
    .map((data) => `data: ${data}\r\n\r\n`)
    .join('');
  const bytes = Buffer.from(whole);
  const shape = (answer: Answer) =>
    answer
      .text()
      .replace(/(resp|msg|rs|fc)_nx[0-9a-f]{32}/g, '$1')
      .replace(/"(?:created|completed)_at":\d+/g, '');
  setup.upstream.reply(async (exchange) => {
    await exchange.head(200, { 'content-type': 'text/event-stream' });
    await exchange.body(bytes);
    await exchange.end();
  });
  const expected = shape(await setup.respond(STREAMED));
  setup.upstream.reply(async (exchange) => {
    await exchange.head(200, { 'content-type': 'text/event-stream' });
    await exchange.bodyByByte(bytes);
    await exchange.end();
  });
  expect(shape(await setup.respond(STREAMED))).toBe(expected);
});

test.each(['chunked', 'close'] as const)(
  'a stream that is cut at any byte (%s) is never complete, and finishes no call',
  async (framing) => {
    await using setup = await startResponses();
    const before = [
      chatChunk({ content: 'so' }),
      callChunk(0, { id: 'a', name: 'f', arguments: '{"x":1}' }),
      chatChunk({}, 'tool_calls'),
    ];
    // Without the last brace and what follows: that chunk has the finish reason.
    const finished = Buffer.byteLength(events(before)) - '}\n\n'.length;
    const bytes = Buffer.from(events([...before, '[DONE]']));
    setup.upstream.always(async (exchange) => {
      await exchange.head(200, EVENT_STREAM, framing);
      const { model } = bodyOf(exchange);
      await exchange.body(bytes.subarray(0, Number(model)));
      exchange.cut();
    });
    const lengths = Array.from({ length: finished }, (_, at) => at + 1);
    const cutAt = async (length: number) => {
      const all = responseEvents((await setup.respond({ ...STREAMED, model: String(length) })).text());
      expect([length, all.slice(-2).map(({ type }) => type)]).toEqual([length, ['error', 'response.failed']]);
      expect(all.filter(({ type }) => /arguments\.done/.test(type))).toEqual([]);
    };
    for (let at = 0; at < lengths.length; at += 16) await Promise.all(lengths.slice(at, at + 16).map(cutAt));
    const all = responseEvents((await setup.respond({ ...STREAMED, model: String(bytes.length) })).text());
    expect(all.at(-1)?.type).toBe('response.completed');
  },
  60_000,
);

test('a body of another type is refused as everywhere', async () => {
  await using setup = await startResponses();
  const answer = await call(setup.gateway.url, {
    path: '/v1/responses',
    headers: { ...JSON_TYPE, 'content-type': 'text/plain' },
    body: '{}',
  });
  expect(answer.status).toBe(400);
});
