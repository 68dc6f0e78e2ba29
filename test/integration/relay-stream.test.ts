/** Streams on their way: every byte as it came, every event at once, many streams apart. */
import { constants, createGzip } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  chatChunk,
  chatStream,
  EVENT_STREAM,
  events,
  streamByByte,
  streamBytes,
} from '../support/answers.ts';
import { type Relay, startRelay } from '../support/relay.ts';

let relay: Relay;
beforeAll(async () => {
  relay = await startRelay();
});
afterAll(() => relay.close());

test('each event reaches the client before the upstream sends the next', async () => {
  const coming = relay.exchange();
  await using call = await relay.open({ stream: true });
  const exchange = await coming;
  await exchange.head(200, EVENT_STREAM);
  expect(await call.status()).toBe(200);
  let sent = '';
  for (const payload of chatStream(['一', '二', '三', 'four', 'five'])) {
    await exchange.event(payload);
    sent += events([payload]);
    await call.until(sent);
  }
  await exchange.end();
  expect(await call.rest()).toBe('complete');
  expect(call.text).toBe(sent);
});

test('the head reaches the client before the first event', async () => {
  const coming = relay.exchange();
  await using call = await relay.open({ stream: true });
  const exchange = await coming;
  await exchange.head(200, { ...EVENT_STREAM, 'x-request-id': 'req_upstream' });
  const head = await call.head();
  expect(head.header('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(head.header('cache-control')).toBe('no-cache, no-transform');
  expect(head.header('x-accel-buffering')).toBe('no');
  expect(head.header('x-request-id')).toBe('req_upstream');
  expect(head.header('content-encoding')).toBeUndefined();
  for (const payload of chatStream()) await exchange.event(payload);
  await exchange.end();
  expect(await call.rest()).toBe('complete');
});

test('half an event reaches the client too, in the middle of a character', async () => {
  const coming = relay.exchange();
  await using call = await relay.open({ stream: true });
  const exchange = await coming;
  await exchange.head(200, EVENT_STREAM);
  const bytes = Buffer.from(events(chatStream(['你好'])));
  const half = bytes.indexOf(Buffer.from('你')) + 1;
  await exchange.body(bytes.subarray(0, half));
  while (call.bytes.length < half) await call.until(bytes.toString('utf8', 0, call.bytes.length + 1));
  await exchange.body(bytes.subarray(half));
  await exchange.end();
  await call.rest();
  expect(call.bytes).toEqual(bytes);
});

test('a compressed stream reaches the client decoded, each event at once, also one that offers gzip', async () => {
  for (const accept of ['identity', 'gzip, br']) {
    const coming = relay.exchange();
    await using call = await relay.open({ stream: true }, { 'accept-encoding': accept });
    const exchange = await coming;
    await exchange.head(200, { ...EVENT_STREAM, 'content-encoding': 'gzip' });
    const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
    let sent = '';
    for (const payload of chatStream()) {
      gzip.write(events([payload]));
      await new Promise<void>((resolve) => gzip.flush(resolve));
      await exchange.body(gzip.read());
      sent += events([payload]);
      expect((await call.head()).header('content-encoding')).toBeUndefined();
      await call.until(sent);
    }
    gzip.end();
    await new Promise((resolve) => gzip.once('readable', resolve));
    await exchange.body(gzip.read());
    await exchange.end();
    expect(await call.rest()).toBe('complete');
    expect(call.text).toBe(sent);
  }
});

test.each([
  ['CRLF', events(chatStream(), '\r\n')],
  ['a lone CR', events(chatStream(), '\r')],
  ['no space behind `data:`', events(chatStream()).replaceAll('data: ', 'data:')],
  ['one JSON over two `data:` lines', events(chatStream()).replaceAll(',"choices"', ',\ndata: "choices"')],
  [
    'comments before and between events',
    `: ping\n\n${events(chatStream()).replaceAll('\n\n', '\n\n:\n\n\n')}`,
  ],
  ['`event:`, `id:` and `retry:` lines', `retry: 10\n\nevent: message\nid: 7\n${events(chatStream())}`],
  ['a BOM', `\uFEFF${events(chatStream())}`],
  ['white space in the JSON', events(chatStream()).replaceAll('"finish_reason":', '"finish_reason" :\t ')],
])('a stream with %s passes byte for byte, whole, also one byte a write', async (_name, text) => {
  for (const script of [streamBytes([text]), streamByByte(text)]) {
    relay.upstream.reply(script);
    const answer = await relay.ask({ stream: true });
    expect(answer.end).toBe('complete');
    expect(answer.body.toString('latin1')).toBe(Buffer.from(text).toString('latin1'));
  }
});

test('any bytes, in any pieces, reach the client as they are', async () => {
  const bytes = fc.oneof(
    fc
      .string({ unit: 'grapheme', maxLength: 40 })
      .map((content) => Buffer.from(events([chatChunk({ content })]))),
    fc
      .uint8Array({ maxLength: 60 })
      .map((raw) => Buffer.concat([Buffer.from(': '), raw, Buffer.from('\n\n')])),
    fc
      .constantFrom('\n', '\r\n\r\n', ': ping\n\n', 'data:\n\n', 'event: x\n')
      .map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(bytes, { maxLength: 12 }),
      fc.array(fc.nat({ max: 1000 }), { maxLength: 12 }),
      async (parts, cuts) => {
        const whole = Buffer.concat([...parts, Buffer.from('\n\n'), Buffer.from(events(chatStream()))]);
        relay.upstream.reply(streamBytes(pieces(whole, cuts)));
        const answer = await relay.ask({ stream: true });
        expect(answer.end).toBe('complete');
        expect(answer.body).toEqual(whole);
      },
    ),
    { numRuns: 60 },
  );
});

test('one event of 5 MB passes whole', async () => {
  const text = events([
    chatChunk({ role: 'assistant', content: '' }),
    chatChunk({ content: '字'.repeat(1_700_000) }),
    chatChunk({}, 'stop'),
    '[DONE]',
  ]);
  relay.upstream.reply(streamBytes([text]));
  const answer = await relay.ask({ stream: true });
  expect(answer.end).toBe('complete');
  expect(answer.body.equals(Buffer.from(text))).toBe(true);
});

test('twenty streams at once keep apart', async () => {
  const marks = Array.from({ length: 20 }, (_, index) => `mark-${index}-`);
  relay.upstream.always(async (exchange) => {
    const { user } = JSON.parse(exchange.request.body.toString());
    await exchange.head(200, EVENT_STREAM);
    for (const payload of chatStream(Array.from({ length: 30 }, (_, n) => `${user}${n}`))) {
      await exchange.event(payload);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await exchange.end();
  });
  const answers = await Promise.all(marks.map((user) => relay.ask({ stream: true, user })));
  for (const [index, answer] of answers.entries()) {
    expect(answer.text()).toBe(
      events(chatStream(Array.from({ length: 30 }, (_, n) => `${marks[index]}${n}`))),
    );
  }
});

/** The bytes cut at these places, each counted from the one before. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const cut of cuts) {
    if (cut > 0 && at < bytes.length) parts.push(bytes.subarray(at, at + cut));
    at += cut;
  }
  if (at < bytes.length) parts.push(bytes.subarray(at));
  return parts;
}
