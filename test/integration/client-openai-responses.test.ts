/** The official client's helpers over the Responses API: named events gathered, structured outputs, tools, cancellation. */
import OpenAI, { APIUserAbortError } from 'openai';
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod';
import { expect } from 'vitest';
import * as z from 'zod';
import { EVENT_STREAM, stall } from '../support/answers.ts';
import { ADDITION, bodiesOf, PICTURE_URL, SUM } from '../support/client-calls.ts';
import { type ClientSurface, test } from '../support/client-test.ts';
import { respondsCalling, respondsWith, responseOpening } from '../support/responses-model.ts';
import { sendUntilGone } from '../support/send-until-gone.ts';
import { API_TOKEN } from '../support/surface.ts';

const clientOf = (surface: ClientSurface) =>
  new OpenAI({ baseURL: surface.base, apiKey: API_TOKEN, maxRetries: 0 });

const City = z.object({ name: z.string(), population: z.number() });
const CITY = { name: '東京', population: 14_000_000 };
const ASKED_FOR_CITY = { model: 'm', input: 'x', text: { format: zodTextFormat(City, 'city') } };

test('openai responses: parse gives the object of the schema, whole and streamed', async ({ surface }) => {
  const { responses } = clientOf(surface);
  surface.upstream.reply(respondsWith(JSON.stringify(CITY)));
  const whole = await responses.parse(ASKED_FOR_CITY);
  expect(whole.output_parsed).toEqual(CITY);
  expect(whole.usage).toMatchObject({ input_tokens: 11, output_tokens: 7, total_tokens: 18 });
  surface.upstream.reply(respondsWith(JSON.stringify(CITY)));
  const helper = responses.stream(ASKED_FOR_CITY);
  let text = '';
  helper.on('response.output_text.delta', ({ delta }) => {
    text += delta;
  });
  expect((await helper.finalResponse()).output_parsed).toEqual(CITY);
  expect(text).toBe(JSON.stringify(CITY));
  const format = { type: 'json_schema', name: 'city', strict: true };
  expect(bodiesOf(surface)).toMatchObject([{ text: { format } }, { text: { format }, stream: true }]);
});

test('openai responses: a call of a tool is parsed, and its result goes back', async ({ surface }) => {
  const tools = [
    zodResponsesFunction({ name: 'add', parameters: z.object({ a: z.number(), b: z.number() }) }),
  ];
  const { responses } = clientOf(surface);
  for (const stream of [false, true]) {
    surface.upstream.reply(respondsCalling(ADDITION));
    const asked = { model: 'm', input: 'x', tools };
    const { output } = stream ? await responses.stream(asked).finalResponse() : await responses.parse(asked);
    expect(output).toMatchObject([
      { type: 'function_call', call_id: 'call_1', parsed_arguments: JSON.parse(ADDITION.arguments) },
    ]);
  }
  surface.upstream.reply(respondsWith(`It is ${SUM}.`));
  const result = { type: 'function_call_output' as const, call_id: 'call_1', output: String(SUM) };
  const answer = await responses.create({ model: 'm', previous_response_id: 'resp_1', input: [result] });
  expect(answer.output_text).toBe(`It is ${SUM}.`);
  expect(bodiesOf(surface).at(-1)).toEqual({ model: 'm', previous_response_id: 'resp_1', input: [result] });
});

test('openai responses: a picture in the input arrives', async ({ surface }) => {
  surface.upstream.reply(respondsWith('A pixel.'));
  const content = [{ type: 'input_image' as const, image_url: PICTURE_URL, detail: 'auto' as const }];
  const answer = await clientOf(surface).responses.create({
    model: 'm',
    input: [{ role: 'user', content }],
  });
  expect(answer.output_text).toBe('A pixel.');
  expect(bodiesOf(surface)).toEqual([{ model: 'm', input: [{ role: 'user', content }] }]);
});

test('openai responses: an abort closes the upstream’s connection', async ({ surface }) => {
  surface.upstream.reply(stall);
  const helper = clientOf(surface).responses.stream({ model: 'm', input: 'x' });
  helper.once('event', () => helper.abort());
  const done = helper.done().catch((error: unknown) => error);
  const exchange = await surface.upstream.next();
  await exchange.head(200, EVENT_STREAM);
  await exchange.body(responseOpening('first'));
  await sendUntilGone(exchange);
  expect(await done).toBeInstanceOf(APIUserAbortError);
});
