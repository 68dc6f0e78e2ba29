/** LangChain: text, batches, streams, tools, structured output, pictures, usage and embeddings. */
import { type AIMessageChunk, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { OpenAIEmbeddings } from '@langchain/openai';
import { describe, expect } from 'vitest';
import * as z from 'zod';
import {
  ADDITION,
  type Addends,
  bodiesOf,
  PICTURE_URL,
  recordingFetch,
  SUM,
} from '../support/client-calls.ts';
import { test } from '../support/client-test.ts';
import { embeddingOf, embeds } from '../support/embedding-model.ts';
import { LANGCHAIN_WAYS } from '../support/langchain.ts';
import { CLIENT_KEY } from '../support/surface.ts';

const USAGE = {
  input_tokens: 11,
  output_tokens: 7,
  total_tokens: 18,
  input_token_details: { cache_read: 3 },
  output_token_details: { reasoning: 2 },
};

const City = z.object({ name: z.string(), population: z.number() });
const CITY = { name: '東京', population: 14_000_000 };

const adder = () =>
  tool(({ a, b }: Addends) => String(a + b), {
    name: ADDITION.name,
    description: 'Adds two numbers.',
    schema: z.object({ a: z.number(), b: z.number() }),
  });

/** A stream, put together as LangChain's users do. */
async function gathered(stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let all: AIMessageChunk | undefined;
  for await (const chunk of stream) all = all?.concat(chunk) ?? chunk;
  if (all === undefined) throw new Error('The stream was empty.');
  return all;
}

describe.each(LANGCHAIN_WAYS)('LangChain ($name)', (way) => {
  test('answers a conversation, with what it cost', async ({ surface }) => {
    surface.upstream.reply(way.says('Hello, 世界!'));
    const answer = await way
      .model(surface)
      .invoke([new SystemMessage('Be kind.'), new HumanMessage('Hi'), ['ai', 'Yes?'], ['human', 'Well?']]);
    expect(answer.text).toBe('Hello, 世界!');
    expect(answer.usage_metadata).toMatchObject(USAGE);
    expect(surface.asked.path).toBe(way.path);
    expect(surface.asked.head.header('authorization')).toBe(`Bearer ${CLIENT_KEY}`);
    const [body] = bodiesOf(surface);
    expect(body?.[way.path === '/v1/responses' ? 'input' : 'messages']).toMatchObject([
      { role: 'system' },
      { role: 'user' },
      { role: 'assistant' },
      { role: 'user' },
    ]);
  });

  test('streams piece by piece, with what it cost', async ({ surface }) => {
    surface.upstream.reply(way.says('Hello, 世界!'));
    const pieces: string[] = [];
    let all: AIMessageChunk | undefined;
    for await (const chunk of await way.model(surface).stream('Hi')) {
      if (chunk.text !== '') pieces.push(chunk.text);
      all = all?.concat(chunk) ?? chunk;
    }
    expect(pieces).toEqual(['Hell', 'o, 世', '界!']);
    expect(all?.usage_metadata).toMatchObject(USAGE);
    expect(bodiesOf(surface)).toMatchObject([{ stream: true }]);
  });

  test('answers a batch in order', async ({ surface }) => {
    const questions = ['question 1', 'question 2', 'question 3'];
    for (const _ of questions)
      surface.upstream.reply((exchange) => {
        const asked = /question \d/.exec(exchange.request.body.toString());
        return way.says(`To ${asked?.[0]}.`)(exchange);
      });
    const answers = await way.model(surface).batch(questions);
    expect(answers.map(({ text }) => text)).toEqual(questions.map((question) => `To ${question}.`));
  });

  test('tells a stream as events', async ({ surface }) => {
    surface.upstream.reply(way.says('Hello, 世界!'));
    const seen: string[] = [];
    let text = '';
    for await (const { event, data } of way.model(surface).streamEvents('Hi', { version: 'v2' })) {
      seen.push(event);
      if (event === 'on_chat_model_stream') text += data.chunk.text;
    }
    expect([seen[0], seen.at(-1)]).toEqual(['on_chat_model_start', 'on_chat_model_end']);
    expect(text).toBe('Hello, 世界!');
  });

  test.for(['whole', 'streamed'])(
    'calls a tool and goes on with what it said (%s)',
    async (form, { surface }) => {
      surface.upstream.reply(way.calls(ADDITION));
      surface.upstream.reply(way.says(`It is ${SUM}.`));
      const add = adder();
      const model = way.model(surface).bindTools([add]);
      const ask = async (messages: Parameters<typeof model.invoke>[0]) =>
        form === 'whole' ? model.invoke(messages) : gathered(await model.stream(messages));
      const question = new HumanMessage('Sum?');
      const answer = await ask([question]);
      const [call] = answer.tool_calls ?? [];
      expect(answer.tool_calls).toHaveLength(1);
      expect(call).toMatchObject({ id: 'call_1', name: 'add', args: JSON.parse(ADDITION.arguments) });
      const content = String(await add.invoke(JSON.parse(ADDITION.arguments)));
      const said = await ask([question, answer, new ToolMessage({ content, tool_call_id: 'call_1' })]);
      expect(said.text).toBe(`It is ${SUM}.`);
      const [first, second] = surface.upstream.exchanges.map(({ request }) => request.body.toString());
      expect(first).toContain('"name":"add"');
      expect(second).toContain('"call_1"');
      expect(second).toContain(`"${SUM}"`);
    },
  );

  test('gets an object by its schema', async ({ surface }) => {
    surface.upstream.reply(way.says(JSON.stringify(CITY)));
    const model = way.model(surface).withStructuredOutput(City, { name: 'city', method: 'jsonSchema' });
    expect(await model.invoke('Which?')).toEqual(CITY);
    const [body] = bodiesOf(surface);
    const format = way.path === '/v1/responses' ? body?.['text'] : body?.['response_format'];
    expect(JSON.stringify(format)).toContain('"json_schema"');
  });

  test('gets an object by a call of a tool', async ({ surface }) => {
    surface.upstream.reply(way.calls({ id: 'call_1', name: 'city', arguments: JSON.stringify(CITY) }));
    const model = way.model(surface).withStructuredOutput(City, { name: 'city', method: 'functionCalling' });
    expect(await model.invoke('Which?')).toEqual(CITY);
    expect(JSON.stringify(bodiesOf(surface)[0]?.['tool_choice'])).toContain('city');
  });

  test('shows a picture byte for byte', async ({ surface }) => {
    surface.upstream.reply(way.says('A pixel.'));
    const { fetch, bodies } = recordingFetch();
    const picture = { type: 'image_url', image_url: { url: PICTURE_URL } };
    const message = new HumanMessage({ content: [{ type: 'text', text: '这是什么？' }, picture] });
    expect((await way.model(surface, { fetch }).invoke([message])).text).toBe('A pixel.');
    expect(bodies).toEqual([surface.asked.body.toString()]);
    expect(bodies[0]).toContain(PICTURE_URL);
  });
});

test('LangChain embeds a question and many documents', async ({ surface }) => {
  for (const answer of [embeds, embeds, embeds]) surface.upstream.reply(answer);
  const configuration = { baseURL: surface.base };
  const embeddings = new OpenAIEmbeddings({ model: 'e', apiKey: CLIENT_KEY, batchSize: 2, configuration });
  expect(await embeddings.embedQuery('你好')).toEqual(embeddingOf(0));
  expect(await embeddings.embedDocuments(['a', 'b', 'c'])).toEqual([0, 1, 0].map(embeddingOf));
  const inputs = bodiesOf(surface).map((body) => body['input']);
  expect(inputs).toHaveLength(3);
  expect(inputs).toEqual(expect.arrayContaining(['你好', ['a', 'b'], ['c']]));
});
