/** Bytes are sacred: the upstream receives the client's body as it was sent, the client the upstream's answer. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiError, chatCompletion, respond, respondGzip } from '../support/answers.ts';
import { connect } from '../support/http.ts';
import { chatCall, type Relay, startRelay } from '../support/relay.ts';

let relay: Relay;
beforeAll(async () => {
  relay = await startRelay();
});
afterAll(() => relay.close());

const SPACE = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const NUMBER = fc.oneof(
  fc.constantFrom(
    '9223372036854775807',
    '1.0',
    '-0',
    '1e400',
    '0.1000',
    '1E+2',
    '123456789012345678901234567890',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);
/** A JSON string: quotes, escapes that nobody needs, lone surrogates as escapes, any character. */
const STRING = fc
  .array(
    fc.oneof(
      fc
        .string({ unit: 'binary', maxLength: 8 })
        .map((text) => JSON.stringify(text.toWellFormed()).slice(1, -1)),
      fc.constantFrom('\\u0041', '\\/', '\\ud800', '\\n', '{', ']', ',', 'data: [DONE]\\n\\n', '\u2028'),
    ),
    { maxLength: 4 },
  )
  .map((parts) => `"${parts.join('')}"`);

/** The text of any JSON value, with white space anywhere and keys that may occur twice. */
const { VALUE } = fc.letrec<{ VALUE: string; LIST: string; OBJECT: string }>((tie) => ({
  VALUE: fc.oneof(
    { depthSize: 'small' },
    NUMBER,
    STRING,
    fc.constantFrom('true', 'false', 'null'),
    tie('LIST'),
    tie('OBJECT'),
  ),
  LIST: fc
    .tuple(SPACE, fc.array(tie('VALUE'), { maxLength: 3 }))
    .map(([space, list]) => `[${space}${list.join(`${space},`)}${space}]`),
  OBJECT: fc
    .tuple(SPACE, fc.array(fc.tuple(STRING, tie('VALUE')), { maxLength: 3 }))
    .map(
      ([space, members]) =>
        `{${space}${members.map(([key, value]) => `${key}${space}:${space}${value}`).join(`,${space}`)}${space}}`,
    ),
}));

/** A chat request's members in any order, among others of which some occur twice. */
const CHAT_BODY = fc
  .tuple(
    SPACE,
    fc.array(VALUE, { maxLength: 3 }),
    fc.array(
      fc.tuple(
        STRING.filter((key) => !/model|messages|stream|\\u/.test(key)),
        VALUE,
      ),
      { maxLength: 5 },
    ),
    fc.nat(),
  )
  .map(([space, messages, extras, seed]) => {
    const members = [
      `"model"${space}:${space}"gpt-test"`,
      `"messages":${space}[${messages.join(',')}]`,
      `"stream":${space}false`,
      ...extras.map(([key, value]) => `${key}:${value}`),
      ...extras.slice(0, 1).map(([key]) => `${key}:"again"`),
    ];
    const from = seed % members.length;
    const turned = [...members.slice(from), ...members.slice(0, from)];
    return `${space}{${turned.join(`${space},${space}`)}${space}}${space}`;
  });

test('any JSON body reaches the upstream byte for byte, and any JSON answer the client', async () => {
  await fc.assert(
    fc.asyncProperty(CHAT_BODY, VALUE, async (body, answer) => {
      relay.upstream.reply(respond(answer));
      const got = await relay.ask(Buffer.from(body));
      expect(got.status).toBe(200);
      expect(got.text()).toBe(answer);
      expect(received().toString()).toBe(body);
    }),
    { numRuns: 120 },
  );
});

test.each<[string, Buffer]>([
  ['a BOM', Buffer.from('\uFEFF{"model":"m","messages":[]}')],
  [
    'invalid UTF-8',
    Buffer.concat([
      Buffer.from('{"model":"m","messages":["'),
      Buffer.of(0xff, 0xc3, 0x28),
      Buffer.from('"]}'),
    ]),
  ],
  ['a duplicate `model`', Buffer.from('{"model":"a","messages":[],"model":"b"}')],
  [
    '`__proto__` and `constructor`',
    Buffer.from('{"model":"m","messages":[],"__proto__":{"x":1},"constructor":1}'),
  ],
  ['a name written in escapes', Buffer.from('{"mo\\u0064el":"m","\\u006dessages":[]}')],
  [
    '20,000 nested lists',
    Buffer.from(`{"model":"m","messages":[],"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
  ],
  [
    '20,000 members',
    Buffer.from(
      `{"model":"m","messages":[]${Array.from({ length: 20_000 }, (_, n) => `,"k${n}":${n}.0`).join('')}}`,
    ),
  ],
  [
    'null in every optional field',
    Buffer.from(
      '{"model":"m","messages":[],"stream":null,"n":null,"max_tokens":null,"temperature":null,"stream_options":null,"tools":null,"user":null}',
    ),
  ],
  ['5 MB', Buffer.from(`{"model":"m","messages":["${'中'.repeat(1_700_000)}"]}`)],
])('a body with %s reaches the upstream byte for byte', async (_name, body) => {
  relay.upstream.reply(respond());
  const answer = await relay.ask(body);
  expect(answer.status).toBe(200);
  expect(received().equals(body)).toBe(true);
});

test('a chunked upload without a length reaches the upstream byte for byte', async () => {
  relay.upstream.reply(respond());
  const text = '{ "model":"m", "seed": 1.0, "messages":[] }';
  await using connection = await connect(relay.server.url);
  await connection.request({
    ...chatCall(Buffer.alloc(0)),
    headers: { 'content-type': 'application/json; charset=utf-8', 'transfer-encoding': 'chunked' },
  });
  for (const piece of [text.slice(0, 1), text.slice(1, 20), text.slice(20)]) {
    await connection.send(`${piece.length.toString(16)}\r\n${piece}\r\n`);
  }
  await connection.send('0\r\n\r\n');
  expect((await connection.answer()).status).toBe(200);
  expect(received().toString()).toBe(text);
});

test('a client that waits for 100 Continue is told to go on', async () => {
  relay.upstream.reply(respond());
  const body = JSON.stringify({ model: 'm', messages: ['x'.repeat(2_000_000)] });
  await using connection = await connect(relay.server.url);
  await connection.request({
    ...chatCall(Buffer.alloc(0), { expect: '100-continue', 'content-length': String(body.length) }),
  });
  await connection.send(body);
  expect((await connection.answer()).status).toBe(200);
  expect(received().toString()).toBe(body);
});

test('an answer in any framing, compressed or not, is the same to the client', async () => {
  const text = chatCompletion({ content: 'Grüße, 世界 🌍', seed: 1 });
  const compressed = gzipSync(text);
  relay.upstream.reply(respond(text));
  relay.upstream.reply(respondGzip(text));
  relay.upstream.reply(async (exchange) => {
    await exchange.head(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    for (const byte of compressed) await exchange.body(Uint8Array.of(byte));
    await exchange.end();
  });
  relay.upstream.reply(async (exchange) => {
    await exchange.head(200, { 'content-type': 'application/json' }, 'close');
    await exchange.body(text);
    await exchange.end();
  });
  for (let n = 0; n < 4; n += 1) {
    const answer = await relay.ask({}, { 'accept-encoding': 'identity' });
    expect(answer.end).toBe('complete');
    expect(answer.head.header('content-type')).toBe('application/json');
    expect(answer.head.header('content-encoding')).toBeUndefined();
    expect(answer.text()).toBe(text);
  }
});

test('an answer’s white space, number literals, duplicate keys and leading blank lines stay', async () => {
  const text = '\n\n\r\n {"id":"x",  "created":1.0, "seed":9223372036854775807, "a":1,"a":2 }\n';
  relay.upstream.reply(respond(text));
  expect((await relay.ask({})).text()).toBe(text);
});

test('an error in OpenAI’s form passes byte for byte', async () => {
  for (const text of [` ${apiError('No.')}\n`, '{"error":{"code":429,"message":"nein 世","x":1.0,"x":2}}']) {
    relay.upstream.reply(respond(text, 400));
    const answer = await relay.ask({ stream: true });
    expect(answer.status).toBe(400);
    expect(answer.text()).toBe(text);
  }
});

/** The body that the upstream received last. */
function received(): Buffer {
  const exchange = relay.upstream.exchanges.at(-1);
  if (exchange === undefined) throw new Error('Nothing reached the upstream.');
  return exchange.request.body;
}
