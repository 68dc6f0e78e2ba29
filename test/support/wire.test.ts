import { expect, test } from 'vitest';
import { chatCompletion, events, respond, stream, streamByByte, tooShort } from './answers.ts';
import { call, connect } from './http.ts';
import { refusingBase, startUpstream } from './upstream.ts';

test('the upstream records the exact request and the client the exact answer', async () => {
  await using upstream = await startUpstream();
  upstream.reply(respond('{"a":1.0}', 201, { 'X-Odd-Case': 'kept' }));
  const answer = await call(upstream.url, {
    path: '/v1/%2F//x?a=1&a=2',
    headers: [
      ['x-twice', 'one'],
      ['X-Twice', 'two'],
    ],
    body: 'caf\u00e9\r\n',
  });
  expect(answer).toMatchObject({ status: 201, end: 'complete' });
  expect(answer.text()).toBe('{"a":1.0}');
  expect(answer.head.rawHeaders).toContainEqual(['X-Odd-Case', 'kept']);
  const { request } = await upstream.next();
  expect(request).toMatchObject({ method: 'POST', path: '/v1/%2F//x?a=1&a=2' });
  expect(request.head.rawHeaders).toContainEqual(['X-Twice', 'two']);
  expect(request.body.toString()).toBe('caf\u00e9\r\n');
});

test('a chunked request body is recorded without its framing', async () => {
  await using upstream = await startUpstream();
  upstream.reply(respond());
  await using client = await connect(upstream.url);
  await client.send('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n');
  await client.send('2\r\nde\r\n0\r\n\r\n');
  expect((await client.answer()).text()).toBe(chatCompletion());
  expect((await upstream.next()).request.body.toString()).toBe('abcde');
});

test('a stream ends as its script says', async () => {
  await using upstream = await startUpstream();
  for (const [end, seen] of [
    ['whole', 'complete'],
    ['cut', 'cut'],
    ['reset', 'reset'],
  ] as const) {
    upstream.reply(stream(['1', '2'], end));
    const answer = await call(upstream.url, { path: '/' });
    expect(answer.end).toBe(seen);
    if (end !== 'reset') expect(answer.text()).toBe(events(['1', '2']));
  }
  upstream.reply(tooShort('{}'));
  expect((await call(upstream.url, { path: '/' })).end).toBe('cut');
  upstream.reply(streamByByte('data: \u00e9\n\n'));
  expect((await call(upstream.url, { path: '/' })).text()).toBe('data: \u00e9\n\n');
});

test('the upstream tells a client that closed from one that broke the connection', async () => {
  await using upstream = await startUpstream();
  upstream.always(stream(['1'], 'stall'));
  for (const [leave, seen] of [
    ['finish', 'fin'],
    ['reset', 'reset'],
  ] as const) {
    await using client = await connect(upstream.url);
    await client.request({ path: '/' });
    await client.head();
    const exchange = await upstream.next();
    client[leave]();
    expect(await exchange.gone).toBe(seen);
    expect(exchange.eventsWritten).toBe(1);
  }
});

test('a client that does not read makes the upstream wait', async () => {
  await using upstream = await startUpstream();
  const big = new Uint8Array(64 * 1024 * 1024);
  let taken = false;
  upstream.reply(async (exchange) => {
    await exchange.head(200, {}, big.length);
    await exchange.body(big);
    taken = true;
    await exchange.end();
  });
  await using client = await connect(upstream.url);
  await client.request({ path: '/' });
  const head = await client.head();
  expect(taken).toBe(false);
  let received = 0;
  for await (const piece of client.body(head)) received += piece.bytes.length;
  expect(received).toBe(big.length);
});

test('an unexpected request and an unused reply fail the test that made them', async () => {
  const surprised = await startUpstream();
  expect((await call(surprised.url, { path: '/v1/models' })).status).toBe(501);
  await expect(surprised.close()).rejects.toThrow('Unexpected request: GET /v1/models');
  const bored = await startUpstream();
  bored.reply(respond());
  await expect(bored.close()).rejects.toThrow('1 scripted answers were never asked for');
});

test('nobody listens at a refusing base', async () => {
  await expect(connect(await refusingBase())).rejects.toThrow('ECONNREFUSED');
});
