/** The cases by which Open Responses (https://www.openresponses.org/compliance) calls a server compliant, and more of the same. */
import { describe, expect, test } from 'vitest';
import { apiError, chatChunk, respond, stream } from '../support/answers.ts';
import { refuses, type ToolCall } from '../support/chat-model.ts';
import { PICTURE_URL } from '../support/client-calls.ts';
import {
  type ResponseResource,
  responseResource,
  type StreamEvent,
  streamEvent,
} from '../support/open-responses.ts';
import {
  bodyOf,
  callChunk,
  type ResponsesSetup,
  responseEvents,
  startResponses,
} from '../support/responses.ts';
import { strictChat, type Turn } from '../support/strict-chat.ts';
import type { Script } from '../support/upstream.ts';

type Json = Readonly<Record<string, unknown>>;

const message = (role: string, content: unknown) => ({ type: 'message', role, content });
const WEATHER = {
  type: 'function',
  name: 'get_weather',
  description: 'Tells the weather of a place.',
  parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
};
const CALL: ToolCall = { id: 'call_1', name: 'get_weather', arguments: '{"place":"Oslo"}' };

interface Case {
  readonly title: string;
  readonly asked: Json;
  readonly turn: Turn;
  /** The items of the answer, by type. */
  readonly output: readonly string[];
  /** What chat is asked: the messages. */
  readonly messages: readonly Json[];
}

const CASES: readonly Case[] = [
  {
    title: 'a text',
    asked: { input: [message('user', 'Say hello.')] },
    turn: { text: 'Hello there.' },
    output: ['message'],
    messages: [{ role: 'user', content: 'Say hello.' }],
  },
  {
    title: 'a text for a mere string',
    asked: { input: 'Say hello.' },
    turn: { text: 'Hello there.' },
    output: ['message'],
    messages: [{ role: 'user', content: 'Say hello.' }],
  },
  {
    title: 'a system message in the input',
    asked: { input: [message('system', 'Be a pirate.'), message('user', 'Say hello.')] },
    turn: { text: 'Arr.' },
    output: ['message'],
    messages: [{ role: 'system', content: 'Be a pirate.' }, { role: 'user' }],
  },
  {
    title: 'instructions and a developer message',
    asked: {
      instructions: 'Be brief.',
      input: [message('developer', 'Be a pirate.'), message('user', 'Hi.')],
    },
    turn: { text: 'Arr.' },
    output: ['message'],
    messages: [{ role: 'system', content: 'Be brief.\n\nBe a pirate.' }, { role: 'user' }],
  },
  {
    title: 'a call of a function',
    asked: { input: [message('user', 'How is the weather?')], tools: [WEATHER] },
    turn: { calls: [CALL] },
    output: ['function_call'],
    messages: [{ role: 'user' }],
  },
  {
    title: 'a thought, a text and two calls',
    asked: { input: [message('user', 'How is the weather?')], tools: [WEATHER], parallel_tool_calls: true },
    turn: { thought: 'I look.', text: 'Let me look.', calls: [CALL, { ...CALL, id: 'call_2' }] },
    output: ['reasoning', 'message', 'function_call', 'function_call'],
    messages: [{ role: 'user' }],
  },
  {
    title: 'the output of a function',
    asked: {
      input: [
        message('user', 'How is the weather?'),
        { type: 'reasoning', id: 'rs_nx1', summary: [{ type: 'summary_text', text: 'I look.' }] },
        { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{}', id: 'fc_1' },
        { type: 'function_call_output', call_id: 'call_1', output: 'Rain.' },
      ],
      tools: [WEATHER],
    },
    turn: { text: 'It rains.' },
    output: ['message'],
    messages: [
      { role: 'user' },
      { role: 'assistant', reasoning_content: 'I look.' },
      { role: 'tool', content: 'Rain.' },
    ],
  },
  {
    title: 'a picture',
    asked: {
      input: [
        message('user', [
          { type: 'input_text', text: 'What is this?' },
          { type: 'input_image', image_url: PICTURE_URL },
        ]),
      ],
    },
    turn: { text: 'A pixel.' },
    output: ['message'],
    messages: [
      {
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: PICTURE_URL } },
        ],
      },
    ],
  },
  {
    title: 'a conversation of several turns',
    asked: {
      input: [
        message('user', 'I am Alice.'),
        message('assistant', [{ type: 'output_text', text: 'Hello Alice.', annotations: [] }]),
        message('user', 'Who am I?'),
      ],
    },
    turn: { text: 'Alice.' },
    output: ['message'],
    messages: [{ role: 'user' }, { role: 'assistant', content: 'Hello Alice.' }, { role: 'user' }],
  },
  {
    title: 'every setting of a request',
    asked: {
      input: 'x',
      temperature: 0.5,
      top_p: 0.9,
      presence_penalty: null,
      max_output_tokens: 100,
      truncation: 'auto',
      store: false,
      service_tier: 'default',
      metadata: { a: 'b' },
      safety_identifier: 'somebody',
      prompt_cache_key: 'key',
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } },
      tools: [WEATHER],
      tool_choice: {
        type: 'allowed_tools',
        mode: 'auto',
        tools: [{ type: 'function', name: 'get_weather' }],
      },
    },
    turn: { text: '{}' },
    output: ['message'],
    messages: [{ role: 'user' }],
  },
];

/** The events of a stream, each as the specification has it, and the response at its end. */
async function streamed(
  setup: ResponsesSetup,
  asked: Json,
  script: Script,
): Promise<{ events: StreamEvent[]; response: ResponseResource }> {
  setup.upstream.reply(script);
  const answer = await setup.respond({ model: 'm', ...asked, stream: true });
  expect([answer.status, answer.head.header('content-type')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ]);
  // The names of the events are compared with their types there.
  const events = responseEvents(answer.text()).map((event) => streamEvent.parse(event));
  expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, at) => at));
  const last = events.at(-1);
  if (last === undefined || !('response' in last)) throw new Error('The stream has no end.');
  return { events, response: last.response };
}

/** What the specification says of the life of items: each is added before anything of it comes, and done behind all of it. */
function expectLives(events: readonly StreamEvent[], { output }: ResponseResource): void {
  expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress']);
  for (const [index, item] of output.entries()) {
    const own = events.filter((event) => 'output_index' in event && event.output_index === index);
    expect(own.at(0)?.type).toBe('response.output_item.added');
    expect(own.at(-1)).toMatchObject({ type: 'response.output_item.done', item });
    for (const event of own) if ('item_id' in event) expect(event.item_id).toBe(item.id);
  }
}

describe.each(CASES)('$title', ({ asked, turn, output, messages }) => {
  test('whole', async () => {
    await using setup = await startResponses();
    setup.upstream.reply(strictChat(() => turn));
    const answer = await setup.respond({ model: 'm', ...asked });
    expect([answer.status, answer.head.header('content-type')]).toEqual([200, 'application/json']);
    const response = responseResource.parse(answer.json());
    expect(response.status).toBe('completed');
    expect(response.output.map(({ type }) => type)).toEqual(output);
    expect(bodyOf(setup.upstream.exchanges[0])['messages']).toMatchObject(messages);
  });

  test('streamed', async () => {
    await using setup = await startResponses();
    const { events, response } = await streamed(
      setup,
      asked,
      strictChat(() => turn),
    );
    expect(response.status).toBe('completed');
    expect(response.output.map(({ type }) => type)).toEqual(output);
    expectLives(events, response);
    const types = events.map(({ type }) => type);
    if (output.includes('function_call')) {
      expect(types).toContain('response.function_call_arguments.delta');
      expect(types).toContain('response.function_call_arguments.done');
    }
    expect(bodyOf(setup.upstream.exchanges[0])['messages']).toMatchObject(messages);
  });
});

describe('other ends', () => {
  test('a refusal is a part of its own', async () => {
    await using setup = await startResponses();
    const { events, response } = await streamed(setup, { input: 'x' }, refuses('I will not.'));
    expectLives(events, response);
    expect(response.output).toMatchObject([{ content: [{ type: 'refusal', refusal: 'I will not.' }] }]);
  });

  test.each([
    ['length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ])('%s makes it incomplete, and the last item with it', async (finish, reason) => {
    await using setup = await startResponses();
    const cut = stream([chatChunk({ content: 'Hal' }), chatChunk({}, finish), '[DONE]']);
    const { events, response } = await streamed(setup, { input: 'x' }, cut);
    expectLives(events, response);
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason },
      output: [{ status: 'incomplete' }],
    });
  });

  test('an item that is incomplete is the last one', async () => {
    await using setup = await startResponses();
    const cut = stream([
      callChunk(0, { id: 'a', name: 'get_weather', arguments: '{}' }),
      chatChunk({ content: 'Hal' }),
      chatChunk({}, 'length'),
      '[DONE]',
    ]);
    const { response } = await streamed(setup, { input: 'x', tools: [WEATHER] }, cut);
    const states = response.output.map((item) => ('status' in item ? item.status : undefined));
    expect(states).toEqual(['completed', 'incomplete']);
  });

  test.each<[string, Script]>([
    [
      'an error among the events',
      stream([chatChunk({ content: 'a' }), apiError('Too much.', 'requests', 'x')]),
    ],
    ['a cut', stream([chatChunk({ content: 'a' })], 'cut')],
  ])('%s is an error event, then a failed response', async (_, script) => {
    await using setup = await startResponses();
    const { events, response } = await streamed(setup, { input: 'x' }, script);
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['error', 'response.failed']);
    expect(response).toMatchObject({ status: 'failed', error: { code: expect.any(String) }, output: [] });
  });

  test('an error before the stream has a status and an error object', async () => {
    await using setup = await startResponses();
    setup.upstream.reply(respond(apiError('No.', 'invalid_request_error', 'x'), 400));
    const answer = await setup.respond({ model: 'm', input: 'x', stream: true });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { type: 'invalid_request_error', message: 'No.' } });
  });
});
