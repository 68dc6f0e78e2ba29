/** curl: what it is told to send arrives byte for byte, and so does what comes back; its exit codes tell the rest. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
  tooShort,
} from '../support/answers.ts';
import { formOf, PICTURE_URL } from '../support/client-calls.ts';
import { curl, startCurl } from '../support/curl.ts';
import { embeds } from '../support/embedding-model.ts';
import { sendUntilGone } from '../support/send-until-gone.ts';
import { API_TOKEN, CLIENT_KEY, CLOSED, SERVER_KEY, type Surface, startSurface } from '../support/surface.ts';

const KEY = ['--header', `authorization: Bearer ${CLIENT_KEY}`] as const;
const JSON_BODY = ['--header', 'content-type: application/json', '--data-binary'] as const;
const QUESTION = '{"model":"m","messages":[{"role":"user","content":"你好"}]}';
const STREAMED = '{"model":"m","messages":[],"stream":true}';

const chat = (surface: Surface) => `${surface.base}/chat/completions`;

/** A folder of a test's own. */
async function temporaryFolder(): Promise<AsyncDisposable & { file(name: string): string }> {
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-curl-'));
  return {
    file: (name) => join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A request with everything that a chat request may hold, written as nobody's serializer would write it. */
const EVERYTHING = `{ "model": "m", "seed": 9223372036854775807, "temperature": 1.0,
  "messages": [{"role": "user", "content": [{"type": "text", "text": "\\u4f60好"},
    {"type": "image_url", "image_url": {"url": "${PICTURE_URL}"}}]}],
  "tools": [{"type": "function", "function": {"name": "add", "parameters": {"type": "object"}, "strict": true}}],
  "tool_choice": "auto", "parallel_tool_calls": false, "unknown_option": null,
  "response_format": {"type": "json_schema", "json_schema": {"name": "sum", "schema": {"type": "object"}}} }
`;

test('curl: a chat with tools, a schema and a picture passes byte for byte, and so does its answer', async () => {
  await using surface = await startSurface(CLOSED);
  await using folder = await temporaryFolder();
  await writeFile(folder.file('request.json'), EVERYTHING);
  const answer = chatCompletion({ content: '你好' });
  surface.upstream.reply(respond(answer));
  const { code, output } = await curl(chat(surface), ...KEY, ...JSON_BODY, `@${folder.file('request.json')}`);
  expect({ code, output: output.toString() }).toEqual({ code: 0, output: answer });
  expect(surface.asked.body.toString()).toBe(EVERYTHING);
});

test('curl: --json, --compressed and --oauth2-bearer with the token of the server', async () => {
  await using surface = await startSurface(CLOSED);
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

test('curl: a stream under --no-buffer comes event by event, to its end', async () => {
  await using surface = await startSurface(CLOSED);
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

test('curl: Ctrl-C in a stream closes the upstream’s connection', async () => {
  await using surface = await startSurface(CLOSED);
  surface.upstream.reply(stall);
  const running = startCurl(chat(surface), '--no-buffer', ...KEY, ...JSON_BODY, STREAMED);
  running.output.once('data', () => running.interrupt());
  const exchange = await surface.upstream.next();
  await exchange.head(200, EVENT_STREAM);
  await sendUntilGone(exchange);
  await running.ended;
});

test('curl: a stream that breaks off ends with the reason in it', async () => {
  await using surface = await startSurface(CLOSED);
  const begun = [chatChunk({ role: 'assistant', content: 'Half' })];
  surface.upstream.reply(stream(begun, 'cut'));
  const { code, output } = await curl(chat(surface), '--no-buffer', ...KEY, ...JSON_BODY, STREAMED);
  expect(code).toBe(0);
  expect(output.toString().startsWith(events(begun))).toBe(true);
  expect(output.toString()).toContain('"code":"upstream_stream_cut"');
  expect(output.toString()).not.toContain('[DONE]');
});

test('curl: --fail-with-body tells an error by its exit code, and shows it', async () => {
  await using surface = await startSurface(CLOSED);
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

test('curl: --retry asks again after a 429, and the gateway adds nothing of its own', async () => {
  await using surface = await startSurface(CLOSED);
  surface.upstream.reply(respond(apiError('Slow down.'), 429));
  surface.upstream.reply(respond(chatCompletion()));
  const { code, output } = await curl(chat(surface), '--retry', '1', ...KEY, ...JSON_BODY, QUESTION);
  expect([code, output.toString()]).toEqual([0, apiError('Slow down.') + chatCompletion()]);
  expect(surface.upstream.exchanges).toHaveLength(2);
});

test('curl: a file goes up in a form and comes down byte for byte, whole and in part', async () => {
  await using surface = await startSurface(CLOSED);
  await using folder = await temporaryFolder();
  const bytes = randomBytes(1_500_000);
  await writeFile(folder.file('up.bin'), bytes);
  surface.upstream.reply(respond('{"id":"file-1","object":"file"}'));
  // Above a megabyte curl asks first whether it may send (Expect: 100-continue).
  const form = ['--form', 'purpose=user_data', '--form', `file=@${folder.file('up.bin')};filename=你好.bin`];
  const up = await curl(`${surface.base}/files`, ...KEY, ...form);
  expect(up.output.toString()).toBe('{"id":"file-1","object":"file"}');
  const received = await formOf(surface.asked);
  expect([received.name, received.texts]).toEqual(['你好.bin', { purpose: 'user_data' }]);
  expect(received.bytes.equals(bytes)).toBe(true);

  const content = `${surface.base}/files/file-1/content`;
  const binary = { 'content-type': 'application/octet-stream' };
  surface.upstream.reply(respond(bytes, 200, binary));
  expect((await curl(content, ...KEY, '--output', folder.file('down.bin'))).code).toBe(0);
  expect((await readFile(folder.file('down.bin'))).equals(bytes)).toBe(true);

  const range = { ...binary, 'content-range': 'bytes 100-199/1500000' };
  surface.upstream.reply(respond(bytes.subarray(100, 200), 206, range));
  const part = await curl(content, ...KEY, '--range', '100-199', '--write-out', '%{stderr}%{http_code}');
  expect([part.output.equals(bytes.subarray(100, 200)), part.complaint]).toEqual([true, '206']);
  expect(surface.asked.head.header('range')).toBe('bytes=100-199');
});

test('curl: a download that breaks off is told by its exit code', async () => {
  await using surface = await startSurface(CLOSED);
  surface.upstream.reply(tooShort('half', 4));
  const { code, output } = await curl(`${surface.base}/files/file-1/content`, ...KEY);
  expect([code, output.toString()]).toEqual([18, 'half']);
});

test('curl: models, embeddings and speech', async () => {
  await using surface = await startSurface(CLOSED);
  const models = await curl(`${surface.base}/models`, ...KEY);
  expect(JSON.parse(models.output.toString())).toMatchObject({ object: 'list', data: [{ id: 'nexcode' }] });

  surface.upstream.reply(embeds);
  const body = '{"model":"e","input":["a","b"]}';
  const { output } = await curl(`${surface.base}/embeddings`, ...KEY, ...JSON_BODY, body);
  expect(JSON.parse(output.toString())).toMatchObject({ data: [{ index: 0 }, { index: 1 }] });
  expect(surface.asked.body.toString()).toBe(body);

  const sound = randomBytes(50_000);
  surface.upstream.reply(respond(sound, 200, { 'content-type': 'audio/mpeg' }));
  const spoken = await curl(
    `${surface.base}/audio/speech`,
    ...KEY,
    ...JSON_BODY,
    '{"model":"t","input":"hi"}',
  );
  expect(spoken.output.equals(sound)).toBe(true);
});

test('curl: --head and --request OPTIONS are answered without the upstream', async () => {
  await using surface = await startSurface(CLOSED);
  const head = await curl('--head', `${surface.url}/health`);
  expect(head.output.toString()).toMatch(/^HTTP\/1\.1 200 /);
  const preflight = await curl(
    ...['--include', '--request', 'OPTIONS', chat(surface), '--header', 'origin: https://app.example'],
    ...['--header', 'access-control-request-method: POST'],
  );
  expect(preflight.output.toString()).toMatch(/^HTTP\/1\.1 204 /);
  expect(preflight.output.toString().toLowerCase()).toContain('access-control-allow-methods:');
  expect(surface.upstream.exchanges).toHaveLength(0);
});
