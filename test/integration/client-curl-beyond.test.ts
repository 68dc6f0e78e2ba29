/** curl beyond chat: files up and down, whole and in part, models, embeddings, speech, and what needs no upstream. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { respond, tooShort } from '../support/answers.ts';
import { formOf } from '../support/client-calls.ts';
import { test } from '../support/client-test.ts';
import { curl, JSON_BODY, KEY, temporaryFolder } from '../support/curl.ts';
import { embeds } from '../support/embedding-model.ts';

test('curl: a file goes up in a form and comes down byte for byte, whole and in part', async ({
  surface,
}) => {
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

test('curl: a download that breaks off is told by its exit code', async ({ surface }) => {
  surface.upstream.reply(tooShort('half', 4));
  const { code, output } = await curl(`${surface.base}/files/file-1/content`, ...KEY);
  expect([code, output.toString()]).toEqual([18, 'half']);
});

test('curl: models, embeddings and speech', async ({ surface }) => {
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

test('curl: --head and --request OPTIONS are answered without the upstream', async ({ surface }) => {
  const head = await curl('--head', `${surface.url}/health`);
  expect(head.output.toString()).toMatch(/^HTTP\/1\.1 200 /);
  const preflight = await curl(
    ...[
      '--include',
      '--request',
      'OPTIONS',
      `${surface.base}/chat/completions`,
      '--header',
      'origin: https://app.example',
    ],
    ...['--header', 'access-control-request-method: POST'],
  );
  expect(preflight.output.toString()).toMatch(/^HTTP\/1\.1 204 /);
  expect(preflight.output.toString().toLowerCase()).toContain('access-control-allow-methods:');
  expect(surface.upstream.exchanges).toHaveLength(0);
});
