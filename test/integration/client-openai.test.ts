/** The official client's helpers over chat: structured outputs, tools that it runs itself, pictures and usage. */
import OpenAI from 'openai';
import { LengthFinishReasonError } from 'openai/error';
import { zodResponseFormat } from 'openai/helpers/zod';
import { expect } from 'vitest';
import * as z from 'zod';
import { chatCompletion, respond } from '../support/answers.ts';
import { callsTools, refuses, says, USAGE } from '../support/chat-model.ts';
import {
  ADDITION,
  type Addends,
  bodiesOf,
  PICTURE_URL,
  recordingFetch,
  SUM,
} from '../support/client-calls.ts';
import { type ClientSurface, test } from '../support/client-test.ts';
import { CLIENT_KEY } from '../support/surface.ts';

const clientOf = (surface: ClientSurface) =>
  new OpenAI({ baseURL: surface.base, apiKey: CLIENT_KEY, maxRetries: 0 });

const QUESTION = { model: 'm', messages: [{ role: 'user' as const, content: 'Where is 東京?' }] };

const City = z.object({ name: z.string(), population: z.number() });
const CITY = { name: '東京', population: 14_000_000 };
const ASKED_FOR_CITY = { ...QUESTION, response_format: zodResponseFormat(City, 'city') };
const SCHEMA_SENT = {
  type: 'json_schema',
  json_schema: {
    name: 'city',
    strict: true,
    schema: expect.objectContaining({ required: ['name', 'population'], additionalProperties: false }),
  },
};

const adder = () => {
  const added: Addends[] = [];
  const tool = {
    type: 'function' as const,
    function: {
      name: ADDITION.name,
      description: 'Adds two numbers.',
      parameters: { type: 'object' as const, properties: { a: { type: 'number' }, b: { type: 'number' } } },
      parse: (text: string) => z.object({ a: z.number(), b: z.number() }).parse(JSON.parse(text)),
      function: (numbers: Addends) => {
        added.push(numbers);
        return String(numbers.a + numbers.b);
      },
    },
  };
  return { tool, added };
};

test('openai: parse gives the object of the schema, which reaches the upstream', async ({ surface }) => {
  surface.upstream.reply(says(JSON.stringify(CITY)));
  const { choices, usage } = await clientOf(surface).chat.completions.parse(ASKED_FOR_CITY);
  expect(choices[0]?.message.parsed).toEqual(CITY);
  expect(usage).toEqual(USAGE);
  expect(bodiesOf(surface)).toMatchObject([{ response_format: SCHEMA_SENT }]);
});

test('openai: parse shows a refusal, and raises an answer that was cut short', async ({ surface }) => {
  surface.upstream.reply(refuses('I would rather not.'));
  const { choices } = await clientOf(surface).chat.completions.parse(ASKED_FOR_CITY);
  expect(choices[0]?.message).toMatchObject({ refusal: 'I would rather not.', parsed: null });
  surface.upstream.reply(respond(chatCompletion({ content: '{"name":', finish: 'length' })));
  await expect(clientOf(surface).chat.completions.parse(ASKED_FOR_CITY)).rejects.toThrow(
    LengthFinishReasonError,
  );
});

test('openai: the stream helper parses the object while it grows', async ({ surface }) => {
  surface.upstream.reply(says(JSON.stringify(CITY)));
  const helper = clientOf(surface).chat.completions.stream({
    ...ASKED_FOR_CITY,
    stream_options: { include_usage: true },
  });
  const grown: unknown[] = [];
  helper.on('content.delta', ({ parsed }) => grown.push(parsed));
  const { choices, usage } = await helper.finalChatCompletion();
  expect(choices[0]?.message.parsed).toEqual(CITY);
  expect(grown.length).toBeGreaterThan(3);
  expect(grown.at(-1)).toEqual(CITY);
  expect(usage).toEqual(USAGE);
  expect(bodiesOf(surface)).toMatchObject([
    { stream: true, stream_options: { include_usage: true }, response_format: SCHEMA_SENT },
  ]);
});

test('openai: the stream helper gathers a refusal', async ({ surface }) => {
  surface.upstream.reply(refuses('I would rather not.'));
  const helper = clientOf(surface).chat.completions.stream(ASKED_FOR_CITY);
  let refusal = '';
  helper.on('refusal.delta', ({ delta }) => {
    refusal += delta;
  });
  await helper.done();
  expect(refusal).toBe('I would rather not.');
});

test.for([false, true])(
  'openai: runTools runs the tool and asks again (streamed: %s)',
  async (stream, { surface }) => {
    surface.upstream.reply(callsTools(ADDITION));
    surface.upstream.reply(says(`It is ${SUM}.`));
    const { tool, added } = adder();
    const chat = clientOf(surface).chat.completions;
    const runner = stream
      ? chat.runTools({ ...QUESTION, stream: true, tools: [tool] })
      : chat.runTools({ ...QUESTION, tools: [tool] });
    expect(await runner.finalContent()).toBe(`It is ${SUM}.`);
    expect(added).toEqual([JSON.parse(ADDITION.arguments)]);
    const [first, second] = bodiesOf(surface);
    expect(first).toMatchObject({ tools: [{ type: 'function', function: { name: 'add' } }] });
    expect(second?.['messages']).toMatchObject([
      ...QUESTION.messages,
      {
        role: 'assistant',
        tool_calls: [{ id: 'call_1', function: { name: 'add', arguments: ADDITION.arguments } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: String(SUM) },
    ]);
  },
);

test('openai: several calls of tools in one answer stay apart', async ({ surface }) => {
  const other = { id: 'call_2', name: 'add', arguments: '{"a":1,"b":2}' };
  for (const stream of [false, true]) {
    surface.upstream.reply(callsTools(ADDITION, other));
    const { tool } = adder();
    const { type, function: described } = tool;
    const tools = [{ type, function: { name: described.name, parameters: described.parameters } }];
    const chat = clientOf(surface).chat.completions;
    const { choices } = stream
      ? await chat.stream({ ...QUESTION, tools }).finalChatCompletion()
      : await chat.create({ ...QUESTION, tools });
    expect(
      choices[0]?.message.tool_calls?.map((call) => call.type === 'function' && call.function.arguments),
    ).toEqual([ADDITION.arguments, other.arguments]);
  }
});

test.for([false, true])(
  'openai: a picture in a message arrives byte for byte (streamed: %s)',
  async (stream, { surface }) => {
    surface.upstream.reply(says('A pixel.'));
    const { fetch, bodies } = recordingFetch();
    const client = new OpenAI({ baseURL: surface.base, apiKey: CLIENT_KEY, maxRetries: 0, fetch });
    const answer = await client.chat.completions.create({
      model: 'm',
      stream,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this? 这是什么？' },
            { type: 'image_url', image_url: { url: PICTURE_URL, detail: 'low' } },
          ],
        },
      ],
    });
    if (!('choices' in answer)) for await (const _ of answer);
    expect(bodies).toEqual([surface.asked.body.toString()]);
    expect(bodies[0]).toContain(PICTURE_URL);
  },
);
