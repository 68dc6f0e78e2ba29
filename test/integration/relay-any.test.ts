/** Everything under /v1 that the gateway knows nothing of: bytes, paths, queries and statuses pass as they are. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { EVENT_STREAM, events, respond, streamByByte, streamBytes } from '../support/answers.ts';
import { startGateway } from '../support/gateway.ts';
import { connect } from '../support/http.ts';
import { API_TOKEN, bearer, CLIENT_KEY, errorOf, JSON_TYPE, OPEN, startSurface } from '../support/surface.ts';
import { startUpstream } from '../support/upstream.ts';
import { startWorkerd } from '../support/workerd.ts';

const KEY = bearer(CLIENT_KEY);

test('a multipart upload reaches the upstream with its boundary, its length and every byte', async () => {
  await using surface = await startSurface(OPEN);
  const type = 'multipart/form-data; boundary="--=_odd boundary:1"';
  const body = Buffer.concat([
    Buffer.from(
      '----=_odd boundary:1\r\ncontent-disposition: form-data; name="file"; filename="\u4f60.bin"\r\n\r\n',
    ),
    randomBytes(200_000),
    Buffer.from('\r\n----=_odd boundary:1--\r\n'),
  ]);
  for (const path of ['/v1/audio/transcriptions', '/v1/files', '/v1/images/edits', '/v1/uploads/u/parts']) {
    const answer = await surface.ask(path, { headers: { ...KEY, 'content-type': type }, body });
    expect(answer.status).toBe(200);
    expect(surface.asked.head.header('content-type')).toBe(type);
    expect(surface.asked.head.header('content-length')).toBe(String(body.length));
    expect(surface.asked.body.equals(body)).toBe(true);
  }
});

for (const [runtime, start] of [
  ['Miniflare', startGateway],
  ['bare workerd', startWorkerd],
] as const) {
  test(`an upload is not held back: the upstream has its first part before the last is sent (${runtime})`, async () => {
    const first = Promise.withResolvers<string>();
    const whole = Promise.withResolvers<string>();
    const upstream = createServer((request, response) => {
      const parts: string[] = [];
      request.setEncoding('utf8').on('data', (part: string) => {
        parts.push(part);
        first.resolve(part);
      });
      request.on('end', () => {
        whole.resolve(parts.join(''));
        response.end('{"done":true}');
      });
    });
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    const { port } = upstream.address() as AddressInfo;
    await using gateway = await start({ ...OPEN, OPENAI_API_BASE: `http://127.0.0.1:${port}/v1` });
    await using client = await connect(gateway.url);
    await client.send(
      `POST /v1/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${CLIENT_KEY}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n`,
    );
    expect(await first.promise).toBe('first');
    await client.send('4\r\nlast\r\n0\r\n\r\n');
    expect((await client.answer()).json()).toEqual({ done: true });
    expect(await whole.promise).toBe('firstlast');
    upstream.close();
    upstream.closeAllConnections();
  });
}

test('binary answers come back byte for byte with their type and length', async () => {
  await using surface = await startSurface(OPEN);
  const body = randomBytes(300_000);
  for (const type of [
    'audio/mpeg',
    'application/octet-stream',
    'application/zip',
    'image/png',
    'text/plain',
    'application/x-ndjson',
  ]) {
    surface.upstream.reply(respond(body, 200, { 'content-type': type }));
    const answer = await surface.ask('/v1/audio/speech', { headers: JSON_TYPE, body: '{}' });
    expect(answer.head.header('content-type')).toBe(type);
    expect(answer.head.header('content-length')).toBe(String(body.length));
    expect(answer.body.equals(body)).toBe(true);
  }
});

test('JSON is never parsed and rebuilt on its way', async () => {
  await using surface = await startSurface(OPEN);
  const odd =
    '{ "seed":9223372036854775807,"a":1.0,"a":1e400,\t"__proto__":{},"\\u0000":"\ud83d\ude00" }\r\n';
  surface.upstream.reply(respond(odd));
  const answer = await surface.ask('/v1/embeddings', { headers: JSON_TYPE, body: odd });
  expect(surface.asked.body.toString()).toBe(odd);
  expect(answer.text()).toBe(odd);
});

test('query and path travel as they were written', async () => {
  await using surface = await startSurface(OPEN);
  for (const [sent, arrives] of [
    ['/v1/files?a=1&a=2&beta=true', '/v1/files?a=1&a=2&beta=true'],
    ['/v1/files?after=a%2Fb%20c+d&order=desc&&=', '/v1/files?after=a%2Fb%20c+d&order=desc&&='],
    ['/v1/files?', '/v1/files?'],
    ['/v1/files?q=/../../x?y', '/v1/files?q=/../../x?y'],
    ['/v1/files/ft:gpt-4.1@org:name', '/v1/files/ft:gpt-4.1@org:name'],
    ['/v1/files/meta-llama%2FLlama', '/v1/files/meta-llama%2FLlama'],
    ['/v1/files/meta-llama%2fLlama', '/v1/files/meta-llama%2FLlama'],
    ['/v1/files/%E4%BD%A0', '/v1/files/%E4%BD%A0'],
    ['/v1/files/a%20b', '/v1/files/a%20b'],
    ['/v1/files/a%252Fb', '/v1/files/a%252Fb'],
    ['//v1//files//x', '/v1/files/x'],
    ['/v1/files/', '/v1/files/'],
  ]) {
    await surface.ask(sent ?? '', { headers: KEY });
    expect(surface.asked.path).toBe(arrives);
  }
});

test('the base of the settings stands in for /v1', async () => {
  await using first = await startSurface(OPEN);
  await using surface = await startSurface({
    ...OPEN,
    OPENAI_API_BASE: `${first.upstream.url}/v1beta/openai/`,
  });
  await surface.ask('/v1/files?x=1', { headers: KEY });
  expect(first.asked.path).toBe('/v1beta/openai/files?x=1');
});

test('methods travel, with their body where they have one', async () => {
  await using surface = await startSurface(OPEN);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY']) {
    await surface.ask('/v1/files/x', { method, headers: KEY, body: '{"a":1}' });
    expect([surface.asked.method, surface.asked.body.toString()]).toEqual([method, '{"a":1}']);
  }
  await surface.ask('/v1/files/x', { method: 'DELETE', headers: KEY });
  expect([surface.asked.method, surface.asked.body.length]).toEqual(['DELETE', 0]);
  await surface.ask('/v1/batches/b/cancel', { method: 'POST', headers: { ...KEY, 'content-length': '0' } });
  expect(surface.asked.head.header('content-length')).toBe('0');
});

test('a GET that has a body is asked without it, as it means nothing', async () => {
  await using surface = await startSurface(OPEN);
  for (const path of ['/v1/files', '/v1/models', '/v1/models/x']) {
    const answer = await surface.ask(path, { method: 'GET', headers: KEY, body: '{"a":1}' });
    expect([path, answer.status]).toEqual([path, 200]);
    expect(surface.asked.body.length).toBe(0);
  }
});

test('HEAD asks with HEAD and answers with the head alone', async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(async (exchange) => {
    await exchange.head(200, { 'content-type': 'application/json', 'openai-version': 'v' }, 1234);
    exchange.cut();
  });
  const answer = await surface.ask('/v1/files/x', { method: 'HEAD', headers: KEY });
  expect([surface.asked.method, answer.status, answer.body.length]).toEqual(['HEAD', 200, 0]);
  expect(answer.head.header('openai-version')).toBe('v');
  expect(answer.head.header('content-length')).toBe('1234');
});

test('HEAD on an endpoint that answers event streams gets its head', async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply((exchange) => exchange.head(200, EVENT_STREAM));
  const answer = await surface.ask('/v1/x', { method: 'HEAD', headers: KEY });
  expect([answer.status, answer.body.length]).toEqual([200, 0]);
  expect(answer.head.header('content-type')).toBe(EVENT_STREAM['content-type']);
});

test('answers without a body stay without one', async () => {
  await using surface = await startSurface(OPEN);
  for (const status of [204, 205, 304]) {
    surface.upstream.reply(async (exchange) => {
      await exchange.raw(
        `HTTP/1.1 ${status} Empty\r\netag: "e"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
      );
      exchange.cut();
    });
    const answer = await surface.ask('/v1/files/x', {
      method: status === 304 ? 'GET' : 'DELETE',
      headers: { ...KEY, 'if-none-match': '"e"' },
    });
    expect([answer.status, answer.body.length, answer.head.header('etag')]).toEqual([status, 0, '"e"']);
  }
  surface.upstream.reply(respond('', 200, {}));
  const empty = await surface.ask('/v1/files/x', { method: 'DELETE', headers: KEY });
  expect([empty.status, empty.head.header('content-length')]).toEqual([200, '0']);
});

test('parts of a file can be asked for', async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(respond('bc', 206, { 'content-range': 'bytes 1-2/5', 'accept-ranges': 'bytes' }));
  const answer = await surface.ask('/v1/files/x/content', { headers: { ...KEY, range: 'bytes=1-2' } });
  expect(surface.asked.head.header('range')).toBe('bytes=1-2');
  expect([answer.status, answer.text(), answer.head.header('content-range')]).toEqual([
    206,
    'bc',
    'bytes 1-2/5',
  ]);
});

test('the address of what was made leads through the gateway, or is kept back', async () => {
  await using surface = await startSurface(OPEN);
  for (const [location, shown] of [
    ['/v1/realtime/calls/rtc_1', '/v1/realtime/calls/rtc_1'],
    [`${surface.upstream.base}/realtime/calls/rtc_2?x=1`, '/v1/realtime/calls/rtc_2?x=1'],
    ['calls/rtc_3', '/v1/realtime/calls/rtc_3'],
    ['https://elsewhere.example/v1/realtime/calls/rtc_4', undefined],
    [`${surface.upstream.url}/v1evil/x`, undefined],
    ['/v1/../admin', undefined],
    ['//elsewhere.example/v1/x', undefined],
    ['http://', undefined],
  ] as const) {
    surface.upstream.reply(respond('v=0\r\n', 201, { 'content-type': 'application/sdp', location }));
    const answer = await surface.ask('/v1/realtime/calls', {
      headers: { ...KEY, 'content-type': 'application/sdp' },
      body: 'v=0\r\n',
    });
    expect([answer.status, answer.head.header('content-type'), answer.text()]).toEqual([
      201,
      'application/sdp',
      'v=0\r\n',
    ]);
    expect([location, answer.head.header('location')]).toEqual([location, shown]);
  }
});

test('the address of what a routed upstream has made leads through the gateway, too', async () => {
  await using other = await startUpstream();
  await using surface = await startSurface({
    ...OPEN,
    UPSTREAMS: { other: { base: `${other.url}/api/v2`, models: ['other-*'] } },
  });
  other.reply(respond('{}', 201, { ...JSON_TYPE, location: '/api/v2/jobs/1?x=1' }));
  const headers = { ...JSON_TYPE, ...bearer(API_TOKEN) };
  const answer = await surface.ask('/v1/jobs', { headers, body: '{"model":"other-1"}' });
  expect([answer.status, answer.head.header('location')]).toEqual([201, '/v1/jobs/1?x=1']);
});

const RESPONSE_EVENTS =
  'event: response.created\r\ndata: {"type":"response.created","response":{"id":"resp_1"}}\r\n\r\n: keep-alive\n\nid: 7\nretry: 10\nevent: response.output_text.delta\ndata: {"type":"response.output_text.delta",\ndata: "delta":"\u4f60\ud83d\ude00"}\n\nevent: response.completed\ndata: {"type":"response.completed","response":{"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}}\n\n';

test('a stream of named events passes byte for byte, however it is cut into writes', async () => {
  await using surface = await startSurface(OPEN);
  for (const script of [streamBytes([RESPONSE_EVENTS]), streamByByte(RESPONSE_EVENTS)]) {
    surface.upstream.reply(script);
    const answer = await surface.ask('/v1/responses', { headers: JSON_TYPE, body: '{"stream":true}' });
    expect(answer.text()).toBe(RESPONSE_EVENTS);
    expect(answer.end).toBe('complete');
  }
});

test('each event is there before the next one is sent', async () => {
  await using surface = await startSurface(OPEN);
  const script = Promise.withResolvers<Parameters<Parameters<typeof surface.upstream.reply>[0]>[0]>();
  surface.upstream.reply((exchange) => script.resolve(exchange));
  await using client = await connect(surface.url);
  await client.request({ path: '/v1/responses', headers: JSON_TYPE, body: '{}' });
  const exchange = await script.promise;
  await exchange.head(200, EVENT_STREAM);
  const pieces = ['event: a\ndata: 1\n\n', 'event: b\ndata: 2\n\n', 'event: c\ndata: 3\n\n'];
  await exchange.body(pieces[0] ?? '');
  const body = client.body(await client.head());
  let received = '';
  for (const [position, piece] of pieces.entries()) {
    if (position > 0) await exchange.body(piece);
    while (!received.endsWith(piece)) {
      const step = await body.next();
      if (step.done) throw new Error(`The stream ended (${step.value}) before its event came.`);
      received += step.value.bytes.toString();
    }
  }
  await exchange.end();
  expect((await body.next()).value).toBe('complete');
});

const CUT_RESPONSE =
  'event: response.created\ndata: {"type":"response.created"}\n\nevent: response.output_text.delta\ndata: {"type":"resp';

test('a response that breaks off ends in one error event that its clients raise', async () => {
  await using surface = await startSurface(OPEN);
  for (const end of ['cut', 'reset', 'end'] as const) {
    surface.upstream.reply(async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      await exchange.body(CUT_RESPONSE);
      exchange[end]();
    });
    const answer = await surface.ask('/v1/responses', { headers: JSON_TYPE, body: '{"stream":true}' });
    expect([end, answer.end]).toEqual([end, 'complete']);
    const text = answer.text();
    expect(text.startsWith(end === 'reset' ? '' : CUT_RESPONSE)).toBe(true);
    const last = /\n\nevent: error\ndata: (.*)\n\n$/.exec(text)?.[1] ?? '';
    expect(JSON.parse(last)).toMatchObject({
      type: 'error',
      code: 'upstream_stream_cut',
      error: { code: 'upstream_stream_cut' },
    });
    expect(text).not.toContain('[DONE]');
    expect(text.match(/event: error/g)).toHaveLength(1);
  }
});

test.each([
  ['event: response.created\ndata: {}\n\n', 'event: response.completed\ndata: {}\n\n'],
  ['data: {"type":"response.created"}\n\n', 'data: {"type":"response.completed"}\n\n'],
  ['data: {"sequence_number":1,"type":"response.created"}\n\n', 'data: {"n":2,"type":"response.failed"}\n\n'],
  ['event: image_generation.partial_image\ndata: {}\n\n', 'event: image_generation.completed\ndata: {}\n\n'],
  ['data: {"type":"speech.audio.delta"}\n\n', 'data: {"type":"speech.audio.done"}\n\n'],
  ['event: message_start\ndata: {}\n\n', 'event: message_stop\ndata: {}\n\n'],
  [
    'event: thread.created\ndata: {}\n\nevent: thread.run.created\ndata: {}\n\n',
    'event: done\ndata: [DONE]\n\n',
  ],
  ['event: conversation.response.started\ndata: {}\n\n', 'event: conversation.response.done\ndata: {}\n\n'],
  ['event: transcription.text.delta\ndata: {}\n\n', 'event: transcription.done\ndata: {}\n\n'],
  ['data: {"id":"1","type":"message-start"}\n\n', 'data: {"type":"message-end","delta":{}}\n\n'],
])('a stream that begins with %j is whole with its closing event alone', async (first, last) => {
  await using surface = await startSurface(OPEN);
  const ask = async (body: string) => {
    surface.upstream.reply(streamBytes([body]));
    const answer = await surface.ask('/v1/images/generations', { headers: JSON_TYPE, body: '{}' });
    return answer.text();
  };
  expect(await ask(first + last)).toBe(first + last);
  expect(await ask(first)).toContain('upstream_stream_cut');
});

test('an unknown kind of stream that ends unbroken gets nothing added', async () => {
  await using surface = await startSurface(OPEN);
  for (const body of [
    'event: agent.step.delta\ndata: {}\n\n',
    'data: {"type":"of.a.vendor"}\n\n',
    events(['[DONE]']),
    'event: done\ndata:',
    'data: {"a":1}\n\ndata: ',
    '',
  ]) {
    surface.upstream.reply(streamBytes(body === '' ? [] : [body]));
    const answer = await surface.ask('/v1/images/generations', {
      headers: JSON_TYPE,
      body: '{"stream":true}',
    });
    expect(answer.text()).toBe(body);
  }
});

test('of a stream with named events only what is whole gets its blank line', async () => {
  await using surface = await startSurface(OPEN);
  for (const [body, added] of [
    ['event: done\ndata: [DONE]', /^\n\n$/],
    ['event: x\ndata: {"a":1}', /^\n\n$/],
    ['event: x\ndata: [DO', /^\n\nevent: error\n/],
    ['event: x\ndata: {"a":', /^\n\nevent: error\n/],
  ] as const) {
    surface.upstream.reply(streamBytes([body]));
    const answer = await surface.ask('/v1/images/generations', {
      headers: JSON_TYPE,
      body: '{"stream":true}',
    });
    expect(answer.text().slice(0, body.length)).toBe(body);
    expect(answer.text().slice(body.length)).toMatch(added);
  }
});

test("a thread's run that breaks off in its connection is not shown as whole", async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    await exchange.body('event: thread.run.created\ndata: {}\n\n');
    exchange.cut();
  });
  const answer = await surface.ask('/v1/threads/t/runs', {
    headers: { ...KEY, ...JSON_TYPE },
    body: '{"stream":true}',
  });
  expect(answer.text()).toContain('event: error\ndata: {');
});

test('a client that leaves in the middle of a stream stops the upstream', async () => {
  await using surface = await startSurface(OPEN);
  const gone = Promise.withResolvers<string>();
  surface.upstream.reply(async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    void exchange.gone.then(gone.resolve);
    for (;;)
      await exchange.event('{"more":true}').then(() => new Promise((resolve) => setTimeout(resolve, 5)));
  });
  const client = await connect(surface.url);
  await client.request({ path: '/v1/responses', headers: JSON_TYPE, body: '{"stream":true}' });
  const body = client.body(await client.head());
  await body.next();
  client.reset();
  expect(await gone.promise).toMatch(/fin|reset/);
  await client[Symbol.asyncDispose]();
});

test.each([
  ['{"error":{"message":"quota is used up","code":"insufficient_quota"}}', 'insufficient_quota'],
  ['{"base_resp":{"status_code":1008,"status_msg":"quota is used up"}}', '1008'],
])('%s under the label of a stream and a success status is a 502 in its words', async (body, code) => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(respond(body, 200, EVENT_STREAM));
  const answer = await surface.ask('/v1/responses', { headers: JSON_TYPE, body: '{"stream":true}' });
  expect(answer.status).toBe(502);
  expect(errorOf(answer)).toMatchObject({ message: 'quota is used up', code });
});

test('another whole answer under the label of a stream is JSON, byte for byte', async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(respond('{"id":"r", "n":1.0}', 200, EVENT_STREAM));
  const answer = await surface.ask('/v1/things', { headers: { ...KEY, ...JSON_TYPE }, body: '{}' });
  expect([answer.head.header('content-type'), answer.text()]).toEqual([
    'application/json',
    '{"id":"r", "n":1.0}',
  ]);
});

test('an error before the first event keeps its status', async () => {
  await using surface = await startSurface(OPEN);
  surface.upstream.reply(respond('data: {"error":{"message":"overloaded"}}\n\n', 529, EVENT_STREAM));
  const answer = await surface.ask('/v1/responses', { headers: JSON_TYPE, body: '{"stream":true}' });
  expect(answer.status).toBe(529);
  expect(errorOf(answer).message).toContain('overloaded');
});
