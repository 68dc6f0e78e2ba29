/** A client that leaves stops the upstream, as soon as the platform tells. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chatChunk, EVENT_STREAM, usageChunk } from '../support/answers.ts';
import { connect } from '../support/http.ts';
import { chatCall, type OpenCall, type Relay, RUNTIMES, startRelay } from '../support/relay.ts';
import { sendUntilGone } from '../support/send-until-gone.ts';

describe.each(RUNTIMES)('under %s', (_, start) => {
  let relay: Relay;
  beforeAll(async () => {
    relay = await startRelay({}, start);
  });
  afterAll(() => relay.close());

  test.each<['FIN' | 'RST']>([['FIN'], ['RST']])(
    'a client that leaves a stream by %s stops the upstream',
    async (end) => {
      const coming = relay.exchange();
      await using call = await relay.open({ stream: true });
      const exchange = await coming;
      await exchange.head(200, EVENT_STREAM);
      await exchange.event(chatChunk({ content: 'first' }));
      await call.until('first');
      leave(call, end);
      await sendUntilGone(exchange);
    },
  );

  test('a client that breaks the connection to a silent stream stops the upstream at once', async () => {
    const coming = relay.exchange();
    await using call = await relay.open({ stream: true });
    const exchange = await coming;
    await exchange.head(200, EVENT_STREAM);
    await exchange.event(chatChunk({ content: 'first' }));
    await call.until('first');
    call.connection.reset();
    await exchange.gone;
  });

  test.each([true, false])(
    'a client that breaks the connection before the headers stops the upstream (stream: %s)',
    async (stream) => {
      const coming = relay.exchange();
      await using call = await relay.open({ stream });
      const exchange = await coming;
      call.connection.reset();
      await exchange.gone;
    },
  );

  test('so does one that had sent its body in chunks', async () => {
    const coming = relay.exchange();
    await using connection = await connect(relay.server.url);
    await connection.request({
      ...chatCall(Buffer.alloc(0), { 'transfer-encoding': 'chunked' }),
    });
    const body = '{"model":"m","messages":[],"stream":true}';
    await connection.send(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    const exchange = await coming;
    connection.reset();
    await exchange.gone;
  });

  test.each<['FIN' | 'RST']>([['FIN'], ['RST']])(
    'a client that leaves a JSON answer by %s stops the upstream',
    async (end) => {
      const coming = relay.exchange();
      await using call = await relay.open({});
      const exchange = await coming;
      await exchange.head(200, { 'content-type': 'application/json' });
      await exchange.body('{"choices":[');
      await call.until('{"choices":[');
      leave(call, end);
      await sendUntilGone(exchange);
    },
  );

  test.each([
    ['an event stream for a client that wants JSON', false, EVENT_STREAM],
    ['JSON for a client that wants an event stream', true, { 'content-type': 'application/json' }],
    ['an answer without a type', true, {}],
  ])(
    'a client that leaves while the gateway converts %s stops the upstream',
    async (_name, stream, headers) => {
      const coming = relay.exchange();
      await using call = await relay.open({ stream });
      const exchange = await coming;
      await exchange.head(200, headers);
      await exchange.body(' ');
      call.connection.reset();
      await exchange.gone;
    },
  );

  test('a client that leaves while an error is read stops the upstream', async () => {
    const coming = relay.exchange();
    await using call = await relay.open({});
    const exchange = await coming;
    await exchange.head(500, { 'content-type': 'application/json' });
    await exchange.body('{');
    call.connection.reset();
    await exchange.gone;
  });

  test('a body that ends too early is refused and never reaches the upstream', async () => {
    const asked = relay.upstream.exchanges.length;
    await using connection = await connect(relay.server.url);
    await connection.request(chatCall(Buffer.from('{"model":"m",'), { 'content-length': '100' }));
    connection.finish();
    const answer = await connection.answer();
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      error: { type: 'invalid_request_error', code: 'incomplete_body' },
    });
    expect(relay.upstream.exchanges.length).toBe(asked);
  });

  test('nineteen streams go on when the twentieth leaves', async () => {
    const coming = Array.from({ length: 20 }, () => relay.exchange());
    const calls = await Promise.all(coming.map(() => relay.open({ stream: true })));
    const exchanges = await Promise.all(coming);
    const left = calls.shift();
    left?.connection.reset();
    await Promise.race(exchanges.map((exchange) => exchange.gone));
    const bytes = `data: ${chatChunk({ content: 'x' }, 'stop')}\n\ndata: [DONE]\n\n`;
    for (const exchange of exchanges) {
      await exchange
        .head(200, EVENT_STREAM)
        .then(() => exchange.body(bytes))
        .then(() => exchange.end())
        .catch(() => undefined);
    }
    for (const call of calls) {
      expect(await call.rest()).toBe('complete');
      expect(call.text).toBe(bytes);
      await call[Symbol.asyncDispose]();
    }
    await left?.[Symbol.asyncDispose]();
  });
});

/** Closes a connection of which everything that came has been read, so that the system says FIN, or breaks it. */
function leave({ connection }: OpenCall, end: 'FIN' | 'RST'): void {
  if (end === 'RST') connection.reset();
  else void connection[Symbol.asyncDispose]();
}

test('under DEBUG a client that leaves a JSON answer stops the upstream too', async () => {
  await using relay = await startRelay({ DEBUG: 'true' });
  const coming = relay.exchange();
  await using call = await relay.open({});
  const exchange = await coming;
  await exchange.head(200, { 'content-type': 'application/json' });
  await exchange.body('{"choices":[');
  call.connection.reset();
  await sendUntilGone(exchange);
});

test('the usage of a stream is known although its client leaves right behind it', async () => {
  await using relay = await startRelay({ DEBUG: 'true' });
  const coming = relay.exchange();
  await using call = await relay.open({ stream: true });
  const exchange = await coming;
  await exchange.head(200, EVENT_STREAM);
  await exchange.event(chatChunk({ content: 'Hi' }, 'stop'));
  await exchange.event(usageChunk());
  await call.until('"usage"');
  call.connection.reset();
  await exchange.gone;
  await expect
    .poll(() => relay.server.log.find((line) => line.includes('"stream_end"')))
    .toContain('"total_tokens":7');
});
