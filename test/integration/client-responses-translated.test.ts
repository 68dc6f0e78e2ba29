/** Clients of the Responses API before an upstream that has chat alone and is as strict as DeepSeek's. */

import { createOpenAI } from '@ai-sdk/openai';
import { HumanMessage } from '@langchain/core/messages';
import { tool as langchainTool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { APICallError, generateText, stepCountIs, streamText, tool } from 'ai';
import OpenAI, { APIUserAbortError } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { describe, expect } from 'vitest';
import * as z from 'zod';
import { runAdder } from '../support/agents-sdk.ts';
import { chatChunk, EVENT_STREAM, stall, stream } from '../support/answers.ts';
import { says } from '../support/chat-model.ts';
import { ADDITION, type Addends, PICTURE_URL, SUM } from '../support/client-calls.ts';
import { type ClientSurface, test as clientTest } from '../support/client-test.ts';
import { bodyOf, callChunk } from '../support/responses.ts';
import { sendUntilGone } from '../support/send-until-gone.ts';
import { strictChat } from '../support/strict-chat.ts';
import { API_TOKEN, CLOSED } from '../support/surface.ts';

const test = clientTest.extend('settings', { scope: 'file' }, { ...CLOSED, RESPONSES_MODE: 'chat' });

const City = z.object({ name: z.string(), population: z.number() });
const CITY = { name: '東京', population: 14_000_000 };

/** Adds twice, two calls at once, and says what came of it. */
const adder = () =>
  strictChat((_, outputs) => {
    if (outputs.length > 0) return { thought: 'I have them.', text: `They are ${outputs.join(' and ')}.` };
    const second = { ...ADDITION, id: 'call_2', arguments: '{"a":1,"b":2}' };
    return { thought: 'I add both.', text: 'Let me add.', calls: [ADDITION, second] };
  });
const SAID = `They are ${SUM} and 3.`;

const PARAMETERS = {
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
  additionalProperties: false,
};

const openaiOf = (surface: ClientSurface) =>
  new OpenAI({ baseURL: surface.base, apiKey: API_TOKEN, maxRetries: 0 });

const add = (text: string) => {
  const { a, b }: Addends = JSON.parse(text);
  return String(a + b);
};

describe('the official client', () => {
  test.for([false, true])(
    'a loop of tools, its reasoning given back (streamed: %s)',
    async (streamed, { surface }) => {
      const { responses } = openaiOf(surface);
      const tools = [
        { type: 'function' as const, name: ADDITION.name, parameters: PARAMETERS, strict: true },
      ];
      const asked = { model: 'm', tools, store: false, include: ['reasoning.encrypted_content' as const] };
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'Add.' }];
      surface.upstream.reply(adder());
      const ask = () =>
        streamed
          ? responses.stream({ ...asked, input }).finalResponse()
          : responses.create({ ...asked, input });
      const first = await ask();
      expect(first.output.map(({ type }) => type)).toEqual([
        'reasoning',
        'message',
        'function_call',
        'function_call',
      ]);
      // What a client has got it gives back as it is.
      input.push(...(first.output as OpenAI.Responses.ResponseInput));
      for (const item of first.output) {
        if (item.type !== 'function_call') continue;
        input.push({ type: 'function_call_output', call_id: item.call_id, output: add(item.arguments) });
      }
      surface.upstream.reply(adder());
      const second = await ask();
      expect(second.output_text).toBe(SAID);
      expect(bodyOf(surface.upstream.exchanges.at(-1))['messages']).toMatchObject([
        {},
        { role: 'assistant', content: 'Let me add.', reasoning_content: 'I add both.', tool_calls: [{}, {}] },
        { role: 'tool' },
        { role: 'tool' },
      ]);
    },
  );

  test('parse gives the object of the schema, whole and streamed', async ({ surface }) => {
    const { responses } = openaiOf(surface);
    const asked = { model: 'm', input: 'x', text: { format: zodTextFormat(City, 'city') } };
    surface.upstream.reply(says(JSON.stringify(CITY)));
    expect((await responses.parse(asked)).output_parsed).toEqual(CITY);
    surface.upstream.reply(says(JSON.stringify(CITY)));
    expect((await responses.stream(asked).finalResponse()).output_parsed).toEqual(CITY);
    expect(bodyOf(surface.upstream.exchanges.at(-1))).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { name: 'city', strict: true } },
    });
  });

  test('a refusal, a picture, and an answer that was stopped', async ({ surface }) => {
    const { responses } = openaiOf(surface);
    surface.upstream.reply(stream([chatChunk({ refusal: 'No.' }), chatChunk({}, 'stop'), '[DONE]']));
    const refused = await responses.stream({ model: 'm', input: 'x' }).finalResponse();
    expect(refused.output).toMatchObject([{ content: [{ type: 'refusal', refusal: 'No.' }] }]);
    surface.upstream.reply(
      stream([callChunk(0, { id: 'a', name: 'f', arguments: '{"x":1}' }), chatChunk({}, 'length'), '[DONE]']),
    );
    const content = [{ type: 'input_image' as const, image_url: PICTURE_URL, detail: 'auto' as const }];
    const stopped = await responses
      .stream({ model: 'm', input: [{ role: 'user', content }] })
      .finalResponse();
    expect(stopped).toMatchObject({ status: 'incomplete', output: [] });
    expect(bodyOf(surface.upstream.exchanges.at(-1))['messages']).toMatchObject([
      { content: [{ type: 'image_url', image_url: { url: PICTURE_URL } }] },
    ]);
  });

  test('an abort closes the upstream’s connection', async ({ surface }) => {
    surface.upstream.reply(stall);
    const helper = openaiOf(surface).responses.stream({ model: 'm', input: 'x' });
    helper.once('response.output_text.delta', () => helper.abort());
    const done = helper.done().catch((error: unknown) => error);
    const exchange = await surface.upstream.next();
    await exchange.head(200, EVENT_STREAM);
    await exchange.event(chatChunk({ content: 'first' }));
    await sendUntilGone(exchange);
    expect(await done).toBeInstanceOf(APIUserAbortError);
  });

  test('a stream that is cut raises', async ({ surface }) => {
    surface.upstream.reply(stream([chatChunk({ content: 'a' })], 'cut'));
    const read = async () => {
      for await (const _ of await openaiOf(surface).responses.create({
        model: 'm',
        input: 'x',
        stream: true,
      }));
    };
    await expect(read()).rejects.toMatchObject({ code: 'upstream_stream_cut' });
  });
});

describe('the AI SDK', () => {
  const tools = {
    add: tool({
      description: 'Adds two numbers.',
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      execute: ({ a, b }) => String(a + b),
    }),
  };
  const modelOf = (surface: ClientSurface) => createOpenAI({ baseURL: surface.base, apiKey: API_TOKEN })('m');

  test('without a store: a loop of two steps, whole and streamed', async ({ surface }) => {
    const options = {
      model: modelOf(surface),
      prompt: 'Add.',
      tools,
      stopWhen: stepCountIs(3),
      providerOptions: { openai: { store: false } },
    };
    for (let count = 0; count < 4; count += 1) surface.upstream.reply(adder());
    const whole = await generateText(options);
    expect(whole.text).toBe(SAID);
    expect(whole.steps[0]?.reasoningText).toBe('I add both.');
    expect(await streamText(options).text).toBe(SAID);
  });

  test('by its default it refers to what was stored, and is told what to do', async ({ surface }) => {
    surface.upstream.reply(adder());
    const asking = generateText({
      model: modelOf(surface),
      prompt: 'Add.',
      tools,
      stopWhen: stepCountIs(3),
      maxRetries: 0,
    });
    const error = await asking.catch((failure: unknown) => failure);
    expect(APICallError.isInstance(error) && error.statusCode).toBe(400);
    expect(String(error)).toContain('store: false');
  });
});

describe('LangChain', () => {
  test.for([false, true])('a loop of tools (streamed: %s)', async (streaming, { surface }) => {
    const addTool = langchainTool(({ a, b }: Addends) => String(a + b), {
      name: ADDITION.name,
      description: 'Adds two numbers.',
      schema: z.object({ a: z.number(), b: z.number() }),
    });
    const model = new ChatOpenAI({
      model: 'm',
      apiKey: API_TOKEN,
      useResponsesApi: true,
      streaming,
      zdrEnabled: true,
      maxRetries: 0,
      configuration: { baseURL: surface.base },
    }).bindTools([addTool]);
    surface.upstream.reply(adder());
    surface.upstream.reply(adder());
    const asked = new HumanMessage('Add.');
    const first = await model.invoke([asked]);
    expect(first.tool_calls).toHaveLength(2);
    const outputs = await Promise.all(
      (first.tool_calls ?? []).map((call) => addTool.invoke({ ...call, type: 'tool_call' })),
    );
    const second = await model.invoke([asked, first, ...outputs]);
    expect(second.text).toBe(SAID);
  });
});

describe('the Agents SDK', () => {
  test.for([false, true])(
    'a loop of two calls at once, its reasoning given back (streamed: %s)',
    async (streamed, { surface }) => {
      surface.upstream.reply(adder());
      surface.upstream.reply(adder());
      const { said, added } = await runAdder(surface.base, streamed);
      expect(said).toBe(SAID);
      expect(added).toEqual([JSON.parse(ADDITION.arguments), { a: 1, b: 2 }]);
      expect(bodyOf(surface.upstream.exchanges.at(-1))['messages']).toMatchObject([
        { role: 'system', content: 'Add by the tool.' },
        { role: 'user' },
        { role: 'assistant', content: 'Let me add.', reasoning_content: 'I add both.', tool_calls: [{}, {}] },
        { role: 'tool' },
        { role: 'tool' },
      ]);
    },
  );

  test('an answer that was stopped in a call, or cut, runs nothing and is an error', async ({ surface }) => {
    const call = callChunk(0, { id: 'a', name: ADDITION.name, arguments: ADDITION.arguments });
    surface.upstream.reply(stream([call, chatChunk({}, 'length'), '[DONE]']));
    const stopped = await runAdder(surface.base, true);
    surface.upstream.reply(stream([call], 'cut'));
    const cut = await runAdder(surface.base, true);
    for (const { failure, added } of [stopped, cut]) {
      expect(failure).toBeInstanceOf(Error);
      expect(added).toEqual([]);
    }
  });
});
