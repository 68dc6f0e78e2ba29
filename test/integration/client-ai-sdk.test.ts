/** The Vercel AI SDK: text, streams, tools in several steps, structured output, pictures and usage, on every way it has. */
import { generateText, isStepCount, Output, streamText, tool } from 'ai';
import { describe, expect } from 'vitest';
import * as z from 'zod';
import { WAYS } from '../support/ai-sdk.ts';
import {
  ADDITION,
  type Addends,
  bodiesOf,
  PICTURE,
  PICTURE_URL,
  recordingFetch,
  SUM,
} from '../support/client-calls.ts';
import { test } from '../support/client-test.ts';
import { CLIENT_KEY } from '../support/surface.ts';

const USAGE = {
  inputTokens: 11,
  outputTokens: 7,
  totalTokens: 18,
  inputTokenDetails: { cacheReadTokens: 3 },
  outputTokenDetails: { reasoningTokens: 2 },
};

const city = Output.object({ schema: z.object({ name: z.string(), population: z.number() }) });
const CITY = { name: '東京', population: 14_000_000 };

const adder = () => {
  const added: Addends[] = [];
  const add = tool({
    description: 'Adds two numbers.',
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    execute: (numbers: Addends) => {
      added.push(numbers);
      return numbers.a + numbers.b;
    },
  });
  return { add, added };
};

describe.each(WAYS)('the AI SDK ($name)', (way) => {
  test('generates text, with what it cost', async ({ surface }) => {
    surface.upstream.reply(way.says('Hello, 世界!'));
    const { text, finishReason, usage, warnings } = await generateText({
      model: way.model(surface),
      instructions: 'Be kind.',
      prompt: 'Hi',
    });
    expect({ text, finishReason, warnings }).toEqual({
      text: 'Hello, 世界!',
      finishReason: 'stop',
      warnings: [],
    });
    expect(usage).toMatchObject(USAGE);
    expect(surface.asked.path).toBe(way.path);
    expect(surface.asked.head.header('authorization')).toBe(`Bearer ${CLIENT_KEY}`);
    expect(surface.asked.body.toString()).toContain('Be kind.');
  });

  test('streams text piece by piece, with what it cost', async ({ surface }) => {
    surface.upstream.reply(way.says('Hello, 世界!'));
    const result = streamText({ model: way.model(surface), prompt: 'Hi' });
    const kinds = new Set<string>();
    const pieces: string[] = [];
    for await (const part of result.stream) {
      kinds.add(part.type);
      if (part.type === 'text-delta') pieces.push(part.text);
    }
    expect(pieces).toEqual(['Hell', 'o, 世', '界!']);
    expect(kinds).not.toContain('error');
    expect(await result.finishReason).toBe('stop');
    expect(await result.usage).toMatchObject(USAGE);
    expect(bodiesOf(surface)).toMatchObject([{ stream: true }]);
  });

  test.for(['whole', 'streamed'])(
    'runs a tool and goes on with what it said (%s)',
    async (form, { surface }) => {
      surface.upstream.reply(way.calls(ADDITION));
      surface.upstream.reply(way.says(`It is ${SUM}.`));
      const { add, added } = adder();
      const asked = { model: way.model(surface), prompt: 'Sum?', tools: { add }, stopWhen: isStepCount(3) };
      const result = form === 'whole' ? await generateText(asked) : streamText(asked);
      expect(await result.text).toBe(`It is ${SUM}.`);
      expect(added).toEqual([JSON.parse(ADDITION.arguments)]);
      expect((await result.steps).map((step) => step.finishReason)).toEqual(['tool-calls', 'stop']);
      expect(bodiesOf(surface)).toHaveLength(2);
      const [first, second] = surface.upstream.exchanges.map(({ request }) => request.body.toString());
      expect(first).toContain('"name":"add"');
      expect(first).not.toContain('call_1');
      expect(second).toContain('call_1');
      expect(second).toContain(String(SUM));
    },
  );

  test.for(['whole', 'streamed'])('gets an object by its schema (%s)', async (form, { surface }) => {
    surface.upstream.reply(way.says(JSON.stringify(CITY)));
    const asked = { model: way.model(surface), prompt: 'Which?', output: city };
    const grown: unknown[] = [];
    if (form === 'whole') grown.push((await generateText(asked)).output);
    else for await (const partial of streamText(asked).partialOutputStream) grown.push(partial);
    expect(grown.at(-1)).toEqual(CITY);
    expect(grown.length > 1).toBe(form === 'streamed');
    const [body] = bodiesOf(surface);
    const format = way.path === '/v1/responses' ? body?.['text'] : body?.['response_format'];
    expect(JSON.stringify(format)).toContain('"json_schema"');
    expect(JSON.stringify(format)).toContain('"population"');
  });

  test.for(['whole', 'streamed'])('shows a picture byte for byte (%s)', async (form, { surface }) => {
    surface.upstream.reply(way.says('A pixel.'));
    const { fetch, bodies } = recordingFetch();
    const picture = { type: 'file' as const, mediaType: 'image/png', data: PICTURE };
    const content = [{ type: 'text' as const, text: '这是什么？' }, picture];
    const asked = {
      model: way.model(surface, { fetch }),
      messages: [{ role: 'user' as const, content }],
    };
    const { text } = form === 'whole' ? await generateText(asked) : streamText(asked);
    expect(await text).toBe('A pixel.');
    expect(bodies).toEqual([surface.asked.body.toString()]);
    expect(bodies[0]).toContain(PICTURE_URL);
  });
});
