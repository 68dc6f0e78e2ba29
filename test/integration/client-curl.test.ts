/** curl: what it is told to send arrives byte for byte, and so does what comes back; its exit codes tell the rest. */
import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import {
  apiError,
  chatChunk,
  chatCompletion,
  chatStream,
  EVENT_STREAM,
  events,
  respond,
  respondGzip,
  stall,
  stream,
  streamBytes,
} from '../support/answers.ts';
import { PICTURE_URL } from '../support/client-calls.ts';
import { type ClientSurface, test } from '../support/client-test.ts';
import { curl, JSON_BODY, KEY, startCurl, temporaryFolder } from '../support/curl.ts';
import { namedEvent, responseOpening } from '../support/responses-model.ts';
import { sendUntilGone } from '../support/send-until-gone.ts';
import { API_TOKEN, SERVER_KEY } from '../support/surface.ts';

const QUESTION = '{"model":"m","messages":[{"role":"user","content":"你好"}]}';
const STREAMED = '{"model":"m","messages":[],"stream":true}';

const chat = (surface: ClientSurface) => `${surface.base}/chat/completions`;

/** A request with everything that a chat request may hold, written as nobody's serializer would write it. */
const EVERYTHING = `{ "model": "m", "seed": 9223372036854775807, "temperature": 1.0,
  "messages": [{"role": "user", "content": [{"type": "text", "text": "\\u4f60好"},
    {"type": "image_url", "image_url": {"url": "${PICTURE_URL}"}}]}],
  "tools": [{"type": "function", "function": {"name": "add", "parameters": {"type": "object"}, "strict": true}}],
  "tool_choice": "auto", "parallel_tool_calls": false, "unknown_option": null,
  "response_format": {"type": "json_schema", "json_schema": {"name": "sum", "schema": {"type": "object"}}} }
`;

test('curl: a chat with tools, a schema and a picture passes byte for byte, and so does its answer', async ({
  surface,
}) => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file('request.json'), EVERYTHING);
  const answer = chatCompletion({ content: '你好' });
  surface.upstream.reply(respond(answer));
  const { code, output } = await curl(chat(surface), ...KEY, ...JSON_BODY, `@${folder.file('request.json')}`);
  expect({ code, output: output.toString() }).toEqual({ code: 0, output: answer });
  expect(surface.asked.body.toString()).toBe(EVERYTHING);
});

test('curl: --json, --compressed and --oauth2-bearer with the token of the server', async ({ surface }) => {
  const answer = chatCompletion();
  surface.upstream.reply(respondGzip(answer));
  const { output } = await curl(
    chat(surface),
    '--compressed',
    '--oauth2-bearer',
    API_TOKEN,
    '--json',
    QUESTION,
  );
  expect(output.toString()).toBe(answer);
  expect(surface.asked.body.toString()).toBe(QUESTION);
  expect(surface.asked.head.header('authorization')).toBe(`Bearer ${SERVER_KEY}`);
});

test('curl: a stream under --no-buffer comes event by event, to its end', async ({ surface }) => {
  surface.upstream.reply(stall);
  const running = startCurl(chat(surface), '--no-buffer', ...KEY, ...JSON_BODY, STREAMED);
  const exchange = await surface.upstream.next();
  await exchange.head(200, EVENT_STREAM);
  const payloads = chatStream(['你', '好']);
  const rest = payloads.slice();
  let written = '';
  let shown = '';
  const next = async () => {
    const payload = rest.shift();
    if (payload === undefined) return exchange.end();
    written += events([payload]);
    await exchange.event(payload);
  };
  await next();
  for await (const piece of running.output.setEncoding('utf8')) {
    shown += piece;
    // Each event is sent only once the one before is on curl's output.
    if (shown === written) await next();
  }
  expect(shown).toBe(events(payloads));
  expect((await running.ended).code).toBe(0);
});

test('curl: the named events of a response pass byte for byte', async ({ surface }) => {
  const named =
    responseOpening('你好') + namedEvent('response.completed', { sequence_number: 3, response: {} });
  surface.upstream.reply(streamBytes([named]));
  const body = '{"model":"m","input":"x","stream":true}';
  const { output } = await curl(`${surface.base}/responses`, '--no-buffer', ...KEY, ...JSON_BODY, body);
  expect(output.toString()).toBe(named);
  expect(surface.asked.body.toString()).toBe(body);
});

test('curl: Ctrl-C in a stream closes the upstream’s connection', async ({ surface }) => {
  surface.upstream.reply(stall);
  const running = startCurl(chat(surface), '--no-buffer', ...KEY, ...JSON_BODY, STREAMED);
  running.output.once('data', () => running.interrupt());
  const exchange = await surface.upstream.next();
  await exchange.head(200, EVENT_STREAM);
  await sendUntilGone(exchange);
  await running.ended;
});

test('curl: a stream that breaks off ends with the reason in it', async ({ surface }) => {
  const begun = [chatChunk({ role: 'assistant', content: 'Half' })];
  surface.upstream.reply(stream(begun, 'cut'));
  const { code, output } = await curl(chat(surface), '--no-buffer', ...KEY, ...JSON_BODY, STREAMED);
  expect(code).toBe(0);
  expect(output.toString().startsWith(events(begun))).toBe(true);
  expect(output.toString()).toContain('"code":"upstream_stream_cut"');
  expect(output.toString()).not.toContain('[DONE]');
});

test('curl: --fail-with-body tells an error by its exit code, and shows it', async ({ surface }) => {
  const refusal = apiError('No such model.', 'invalid_request_error', 'model_not_found');
  const ask = ['--fail-with-body', '--write-out', '%{stderr}%{http_code}', ...JSON_BODY, QUESTION];
  surface.upstream.reply(respond(refusal, 404));
  const refused = await curl(chat(surface), ...KEY, ...ask);
  expect([refused.code, refused.output.toString()]).toEqual([22, refusal]);
  expect(refused.complaint).toMatch(/404$/);

  const unknown = await curl(chat(surface), ...ask);
  expect(unknown.code).toBe(22);
  expect(unknown.complaint).toMatch(/401$/);
  expect(JSON.parse(unknown.output.toString())).toMatchObject({ error: { code: 'invalid_api_key' } });
  expect(surface.upstream.exchanges).toHaveLength(1);
});

test('curl: --retry asks again after a 429, and the gateway adds nothing of its own', async ({ surface }) => {
  surface.upstream.reply(respond(apiError('Slow down.'), 429));
  surface.upstream.reply(respond(chatCompletion()));
  const { code, output } = await curl(chat(surface), '--retry', '1', ...KEY, ...JSON_BODY, QUESTION);
  expect([code, output.toString()]).toEqual([0, apiError('Slow down.') + chatCompletion()]);
  expect(surface.upstream.exchanges).toHaveLength(2);
});
