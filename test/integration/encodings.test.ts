/** Answers that are packed as nobody asked for: unpacked where that can be done, kept with their label where not. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { apiError, chatCompletion, chatStream, EVENT_STREAM, events, respond } from '../support/answers.ts';
import { JSON_TYPE, startSurface } from '../support/surface.ts';

const twice = (body: string) => gzipSync(gzipSync(body));

const UNPACKED = [
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['GZIP', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['gzip, gzip', twice],
  ['identity', Buffer.from],
] as const;

const CHAT = '/v1/chat/completions';
const body = (stream: boolean) =>
  JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], stream });

test.for(UNPACKED)('an answer packed with %s arrives unpacked and without a label', async ([label, pack]) => {
  await using surface = await startSurface({ LOCAL_SERVER: 'true' });
  const stream = events(chatStream(['Grüße, ', '世界'.repeat(5000)]));
  const packed = { 'content-encoding': label };
  const whole = chatCompletion({ content: '世界' });

  surface.upstream.reply(respond(pack(whole), 200, { ...JSON_TYPE, ...packed }));
  const answer = await surface.ask(CHAT, { headers: JSON_TYPE, body: body(false) });
  expect([answer.end, answer.text()]).toEqual(['complete', whole]);
  expect(answer.head.header('content-encoding')).toBeUndefined();

  surface.upstream.reply(respond(pack(stream), 200, { ...EVENT_STREAM, ...packed }));
  const streamed = await surface.ask(CHAT, { headers: JSON_TYPE, body: body(true) });
  expect([streamed.end, streamed.text()]).toEqual(['complete', stream]);

  surface.upstream.reply(respond(pack('any bytes'), 200, packed));
  const relayed = await surface.ask('/v1/moderations', { headers: JSON_TYPE, body: '{}' });
  expect([relayed.end, relayed.text()]).toEqual(['complete', 'any bytes']);

  const refusal = apiError('Wait.');
  surface.upstream.reply(respond(pack(refusal), 429, { ...JSON_TYPE, ...packed }));
  const refused = await surface.ask(CHAT, { headers: JSON_TYPE, body: body(false) });
  expect([refused.status, refused.text()]).toEqual([429, refusal]);
});

test('an answer packed as the platform cannot unpack keeps its bytes and its label', async () => {
  await using surface = await startSurface({ LOCAL_SERVER: 'true' });
  const headers = { ...JSON_TYPE, 'content-encoding': 'zstd' };
  const packed = zstdCompressSync(chatCompletion());
  for (const stream of [false, true]) {
    surface.upstream.reply(respond(packed, 200, headers));
    const answer = await surface.ask(CHAT, { headers: JSON_TYPE, body: body(stream) });
    expect(answer.head.header('content-encoding')).toBe('zstd');
    expect(answer.body.equals(packed)).toBe(true);
  }
  surface.upstream.reply(respond(packed, 500, headers));
  const refused = await surface.ask(CHAT, { headers: JSON_TYPE, body: body(false) });
  expect(refused.json()).toMatchObject({ error: { message: expect.stringContaining('status 500') } });
});
