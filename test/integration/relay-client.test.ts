/** The official client against the gateway: answers, streams, tools, errors, retries and cancellation. */
import OpenAI, { APIError, type ClientOptions } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  apiError,
  chatChunk,
  chatCompletion,
  chatStream,
  EVENT_STREAM,
  events,
  respond,
  stream,
  streamByByte,
  usageChunk,
} from '../support/answers.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { sendUntilGone } from '../support/send-until-gone.ts';

let relay: Relay;
beforeAll(async () => {
  relay = await startRelay();
});
afterAll(() => relay.close());

const QUESTION = { model: 'gpt-test', messages: [{ role: 'user' as const, content: 'Hi' }] };

/** The client as its users make it: nothing but the base URL changed. */
function openai(options: ClientOptions = {}): OpenAI {
  return new OpenAI({ baseURL: relay.server.base, apiKey: 'dummy', maxRetries: 0, ...options });
}

/** How often the upstream is asked while something happens. */
async function hitsDuring(what: () => Promise<unknown>): Promise<number> {
  const before = relay.upstream.exchanges.length;
  await what();
  return relay.upstream.exchanges.length - before;
}

/** The error that a promise fails with. */
async function failure(promise: Promise<unknown>): Promise<APIError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof APIError) return error;
  throw new Error(`Expected an APIError, got ${String(error)}`);
}

describe('answers', () => {
  test('a completion arrives with its id, and the headers that came with it', async () => {
    const limits = { 'x-ratelimit-remaining-requests': '59', 'openai-processing-ms': '12' };
    relay.upstream.reply(
      respond(chatCompletion({ content: '你好' }), 200, {
        'content-type': 'application/json',
        'x-request-id': 'req_1',
        ...limits,
      }),
    );
    const { data, response, request_id } = await openai().chat.completions.create(QUESTION).withResponse();
    expect(data.choices[0]?.message.content).toBe('你好');
    expect(data).toHaveProperty('_request_id', 'req_1');
    expect(request_id).toBe('req_1');
    for (const [name, value] of Object.entries(limits)) expect(response.headers.get(name)).toBe(value);
    expect(response.headers.get('x-nexcode-credentials')).toBe('server');
  });

  test('a completion without a content type arrives as an object', async () => {
    relay.upstream.reply(respond(chatCompletion(), 200, {}));
    const { data, request_id } = await openai().chat.completions.create(QUESTION).withResponse();
    expect(data.choices[0]?.message.content).toBe('Hello!');
    expect(request_id).toMatch(/^req_/);
  });

  test('a stream arrives event by event, with usage where it was asked for', async () => {
    const payloads = [...chatStream(['你', '好']).slice(0, -1), usageChunk(), '[DONE]'];
    relay.upstream.reply(streamByByte(events(payloads, '\r\n')));
    const chunks = [];
    for await (const chunk of await openai().chat.completions.create({
      ...QUESTION,
      stream: true,
      stream_options: { include_usage: true },
    })) {
      chunks.push(chunk);
    }
    expect(chunks).toEqual(payloads.slice(0, -1).map((payload) => JSON.parse(payload)));
  });

  test('three interleaved choices give three texts', async () => {
    const piece = (index: number, delta: Record<string, unknown>, finish: string | null = null) =>
      chatChunk({}, null, { choices: [{ index, delta, logprobs: null, finish_reason: finish }] });
    const indexes = [0, 1, 2];
    relay.upstream.reply(
      stream([
        ...indexes.map((index) => piece(index, { role: 'assistant', content: '' })),
        ...['a', 'b'].flatMap((text) => indexes.map((index) => piece(index, { content: `${text}${index}` }))),
        ...indexes.map((index) => piece(index, {}, 'stop')),
        '[DONE]',
      ]),
    );
    const answer = await openai()
      .chat.completions.stream({ ...QUESTION, n: 3 })
      .finalChatCompletion();
    expect(answer.choices.map(({ message, finish_reason }) => [message.content, finish_reason])).toEqual(
      indexes.map((index) => [`a${index}b${index}`, 'stop']),
    );
  });

  test.each(['stream', 'JSON'])(
    'the stream helper puts tool calls together (upstream answers a %s)',
    async (form) => {
      const call = { id: 'call_1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } };
      const choice = {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null, tool_calls: [call] },
        logprobs: null,
        finish_reason: 'tool_calls',
      };
      const fragments = [
        { role: 'assistant', content: null },
        { tool_calls: [{ index: 0, ...call, function: { name: 'add', arguments: '' } }] },
        { tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] },
        { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] },
      ];
      relay.upstream.reply(
        form === 'JSON'
          ? respond(chatCompletion({ choices: [choice] }))
          : stream([...fragments.map((delta) => chatChunk(delta)), chatChunk({}, 'tool_calls'), '[DONE]']),
      );
      const answer = await openai()
        .chat.completions.stream({
          ...QUESTION,
          tools: [{ type: 'function', function: { name: 'add', parameters: {} } }],
        })
        .finalChatCompletion();
      expect(answer.choices[0]?.finish_reason).toBe('tool_calls');
      expect(answer.choices[0]?.message.tool_calls).toMatchObject([call]);
    },
  );

  test('a stream for a plain call arrives as one completion', async () => {
    relay.upstream.reply(stream());
    const answer = await openai().chat.completions.create(QUESTION);
    expect(answer.choices[0]?.message.content).toBe('Hello!');
  });
});

describe('errors', () => {
  test.each([
    [400, OpenAI.BadRequestError],
    [401, OpenAI.AuthenticationError],
    [403, OpenAI.PermissionDeniedError],
    [404, OpenAI.NotFoundError],
    [409, OpenAI.ConflictError],
    [422, OpenAI.UnprocessableEntityError],
    [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError],
    [503, OpenAI.InternalServerError],
  ])('a %i is its class, streamed or not, before anything is iterated', async (status, Class) => {
    for (const streamed of [false, true]) {
      relay.upstream.reply(
        respond(
          JSON.stringify({ error: { message: 'No.', type: 'some_type', param: 'model', code: 'some_code' } }),
          status,
          {
            'content-type': 'application/json',
            'x-request-id': 'req_err',
          },
        ),
      );
      const error = await failure(openai().chat.completions.create({ ...QUESTION, stream: streamed }));
      expect(error).toBeInstanceOf(Class);
      expect(error).toMatchObject({
        status,
        message: `${status} No.`,
        type: 'some_type',
        param: 'model',
        code: 'some_code',
        requestID: 'req_err',
      });
    }
  });

  test.each(['cut', 'reset'] as const)(
    'a stream that is %s raises behind the part that had come',
    async (end) => {
      const coming = relay.exchange();
      const answer = openai().chat.completions.create({ ...QUESTION, stream: true });
      const exchange = await coming;
      await exchange.head(200, EVENT_STREAM);
      let text = '';
      const reading = (async () => {
        await exchange.event(chatChunk({ role: 'assistant', content: 'Hel' }));
        for await (const chunk of await answer) {
          text += chunk.choices[0]?.delta.content ?? '';
          if (text === 'Hel') await exchange.event(chatChunk({ content: 'lo' }));
          if (text === 'Hello') exchange[end]();
        }
      })();
      const error = await failure(reading);
      expect(error).toMatchObject({ code: 'upstream_stream_cut', type: 'server_error' });
      expect(text).toBe('Hello');
    },
  );

  test('a stream that ends cleanly without a finish reason raises, with the helper too', async () => {
    const payloads = [chatChunk({ role: 'assistant', content: 'Hel' })];
    relay.upstream.reply(stream(payloads));
    const error = await failure(collected(openai().chat.completions.create({ ...QUESTION, stream: true })));
    expect(error.code).toBe('upstream_stream_cut');

    relay.upstream.reply(stream(payloads));
    const helper = openai().chat.completions.stream(QUESTION).finalChatCompletion();
    expect((await failure(helper)).code).toBe('upstream_stream_cut');
  });

  test('an error event of the upstream raises with its words', async () => {
    relay.upstream.reply(
      stream([...chatStream().slice(0, 2), apiError('No capacity.', 'server_error', 'overloaded'), '[DONE]']),
    );
    const error = await failure(collected(openai().chat.completions.create({ ...QUESTION, stream: true })));
    expect(error).toMatchObject({ message: 'No capacity.', type: 'server_error', code: 'overloaded' });
  });

  test('a web page under 200 is an InternalServerError with words', async () => {
    relay.upstream.reply(respond('<html>Log in</html>', 200, { 'content-type': 'text/html' }));
    const error = await failure(openai().chat.completions.create(QUESTION));
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error.message).toContain('a web page');
  });
});

describe('retries are the client’s alone', () => {
  test('a 429 with retry-after-ms is tried exactly twice more, and the upstream sees the count', async () => {
    const before = relay.upstream.exchanges.length;
    const limited = respond(apiError('Slow down.', 'requests', 'rate_limit_exceeded'), 429, {
      'content-type': 'application/json',
      'retry-after-ms': '20',
    });
    for (let n = 0; n < 3; n += 1) relay.upstream.reply(limited);
    const error = await failure(openai({ maxRetries: 2 }).chat.completions.create(QUESTION));
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    const counts = relay.upstream.exchanges
      .slice(before)
      .map(({ request }) => request.head.header('x-stainless-retry-count'));
    expect(counts).toEqual(['0', '1', '2']);
  });

  test('x-should-retry: false makes a 500 one hit', async () => {
    relay.upstream.reply(
      respond(apiError('No.'), 500, { 'content-type': 'application/json', 'x-should-retry': 'false' }),
    );
    const hits = await hitsDuring(() => failure(openai({ maxRetries: 2 }).chat.completions.create(QUESTION)));
    expect(hits).toBe(1);
  });

  test('an upstream that breaks off instead of answering is asked again by the client, as on a direct line', async () => {
    relay.upstream.reply((exchange) => exchange.reset());
    relay.upstream.reply(respond());
    const hits = await hitsDuring(() => openai({ maxRetries: 2 }).chat.completions.create(QUESTION));
    expect(hits).toBe(2);
  });
});

describe('cancellation', () => {
  test.each(['break', 'abort'])('%s in a stream closes the upstream’s connection', async (way) => {
    const coming = relay.exchange();
    const answer = openai().chat.completions.create({ ...QUESTION, stream: true });
    const exchange = await coming;
    await exchange.head(200, EVENT_STREAM);
    const sending = sendUntilGone(exchange);
    const chunks = await answer;
    for await (const _ of chunks) {
      if (way === 'break') break;
      chunks.controller.abort();
    }
    await sending;
  });

  test('an abort before the headers closes the upstream’s connection once it answers', async () => {
    const coming = relay.exchange();
    const controller = new AbortController();
    const answer = failure(
      openai().chat.completions.create({ ...QUESTION, stream: true }, { signal: controller.signal }),
    );
    const exchange = await coming;
    controller.abort();
    expect(await answer).toBeInstanceOf(OpenAI.APIUserAbortError);
    await exchange.head(200, EVENT_STREAM).catch(() => undefined);
    await sendUntilGone(exchange);
  });

  test('an abort of a stream’s helper closes the upstream’s connection', async () => {
    const coming = relay.exchange();
    const helper = openai().chat.completions.stream(QUESTION);
    helper.once('content', () => helper.abort());
    const done = helper.done().catch((error: unknown) => error);
    const exchange = await coming;
    await exchange.head(200, EVENT_STREAM);
    await exchange.event(chatChunk({ role: 'assistant', content: 'first' }));
    await sendUntilGone(exchange);
    expect(await done).toBeInstanceOf(OpenAI.APIUserAbortError);
  });
});

async function collected(answer: PromiseLike<AsyncIterable<unknown>>): Promise<void> {
  for await (const _ of await answer);
}
