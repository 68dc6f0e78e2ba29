/** With several upstreams: the same request straight at the upstream that its model names, and through the gateway. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { respond } from '../support/answers.ts';
import { call, type RequestParts } from '../support/http.ts';
import { API_TOKEN, bearer, errorOf, JSON_TYPE, OPEN, startSurface } from '../support/surface.ts';
import { startUpstream } from '../support/upstream.ts';
import { startWebSocketUpstream } from '../support/websocket-upstream.ts';

const TWO_KEY = 'key-of-the-upstream-two';

/** A gateway before a default upstream and `two`, which a name `two-*` or `two/*` leads to, and so does an alias. */
async function startTwo() {
  const stack = new AsyncDisposableStack();
  const two = stack.use(await startUpstream());
  two.always(respond('{}'));
  const surface = stack.use(
    await startSurface({
      ...OPEN,
      UPSTREAMS: { two: { base: two.base, key: 'TWO_KEY', models: ['two-*', 'whisper-9'] } },
      MODELS: { 'alias-w': 'two/whisper-9' },
      TWO_KEY,
    }),
  );
  const ask = (parts: RequestParts) =>
    call(surface.url, { ...parts, headers: { ...bearer(API_TOKEN), ...parts.headers } });
  return { two, surface, ask, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const BOUNDARY = 'x-boundary-7';
const FORM = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

/** A form whose file holds what looks like another form. */
function form(fields: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n`;
  const noise = Buffer.from([0, 13, 10, 45, 45, 255, 13, 10, 13, 10, 128]);
  return Buffer.concat([
    Buffer.from(file),
    noise,
    Buffer.from(`name="model"\r\n--${BOUNDARY.slice(1)}\r\n\r\n${parts.join('')}--${BOUNDARY}--\r\n`),
  ]);
}

const SDP_TYPE = { 'content-type': 'application/sdp' };
const URLENCODED = { 'content-type': 'application/x-www-form-urlencoded' };

const SESSION = { type: 'realtime', voice: 'v' };

describe('a model is found and renamed wherever a request names it:', () => {
  /** The request, and what is another straight at the upstream. */
  const cases: readonly [string, RequestParts, Partial<RequestParts>][] = [
    [
      'a field of a form',
      { path: '/v1/audio/transcriptions', headers: FORM, body: form({ model: 'two/whisper-9' }) },
      { body: form({ model: 'whisper-9' }) },
    ],
    [
      'an alias in a form',
      { path: '/v1/images/edits', headers: FORM, body: form({ n: '1', model: 'alias-w' }) },
      { body: form({ n: '1', model: 'whisper-9' }) },
    ],
    [
      'a pattern in a form',
      { path: '/v1/videos', headers: FORM, body: form({ model: 'two-v' }) },
      { body: form({ model: 'two-v' }) },
    ],
    [
      'the session in a form',
      {
        path: '/v1/realtime/calls',
        headers: FORM,
        body: form({ sdp: 'v=0', session: JSON.stringify({ ...SESSION, model: 'two/rt' }) }),
      },
      { body: form({ sdp: 'v=0', session: JSON.stringify({ ...SESSION, model: 'rt' }) }) },
    ],
    [
      'the session in JSON',
      {
        path: '/v1/realtime/client_secrets',
        headers: JSON_TYPE,
        body: '{ "session" : {"model":"two/rt", "n":1.0} }',
      },
      { body: '{ "session" : {"model":"rt", "n":1.0} }' },
    ],
    [
      'the transcription of a session',
      {
        path: '/v1/realtime/client_secrets',
        headers: JSON_TYPE,
        body: '{"session":{"type":"transcription","audio":{"input":{"transcription":{"model":"two/whisper-9"}}}}}',
      },
      {
        body: '{"session":{"type":"transcription","audio":{"input":{"transcription":{"model":"whisper-9"}}}}}',
      },
    ],
    [
      'the transcription without a session',
      {
        path: '/v1/realtime/transcription_sessions',
        headers: JSON_TYPE,
        body: '{"input_audio_transcription":{"language":"zh","model":"alias-w"}}',
      },
      { body: '{"input_audio_transcription":{"language":"zh","model":"whisper-9"}}' },
    ],
    [
      'a form behind a file whose name looks like a field',
      {
        path: '/v1/audio/transcriptions',
        headers: FORM,
        body: form({ model: 'two/whisper-9' })
          .toString('latin1')
          .replace('name="file"; filename="a.wav"', 'filename="a; name=model"; name="file"'),
      },
      {
        body: form({ model: 'whisper-9' })
          .toString('latin1')
          .replace('name="file"; filename="a.wav"', 'filename="a; name=model"; name="file"'),
      },
    ],
    [
      'the path of a model',
      { method: 'DELETE', path: '/v1/models/two%2Fft:a%2Fb' },
      { method: 'DELETE', path: '/v1/models/ft%3Aa%2Fb' },
    ],
    [
      'the query',
      { path: '/v1/realtime/calls?a=1&model=two%2Frt&a=%20', headers: SDP_TYPE, body: 'v=0' },
      { path: '/v1/realtime/calls?a=1&model=rt&a=%20' },
    ],
    ['the query of a GET', { path: '/v1/voices?model=two-tts' }, { path: '/v1/voices?model=two-tts' }],
    [
      'a urlencoded form',
      { path: '/v1/embeddings', headers: URLENCODED, body: 'input=a%20b&model=two%2Fe' },
      { body: 'input=a%20b&model=e' },
    ],
    [
      'JSON under the type of curl -d',
      { path: '/v1/embeddings', headers: URLENCODED, body: '{"model":"two/e","input":"x"}' },
      { body: '{"model":"e","input":"x"}' },
    ],
    [
      'JSON without a type',
      { path: '/v1/embeddings', body: ' {"model":"two-e"}' },
      { body: ' {"model":"two-e"}' },
    ],
  ];

  test.each(cases)('%s', async (_, asked, there) => {
    await using run = await startTwo();
    const answer = await run.ask(asked);
    expect(answer.status).toBe(200);
    expect(run.surface.upstream.exchanges).toEqual([]);
    const through = run.two.exchanges.at(-1)?.request;
    await call(run.two.url, { ...asked, ...there });
    const alone = run.two.exchanges.at(-1)?.request;
    expect([through?.method, through?.path, through?.body.toString('latin1')]).toEqual([
      alone?.method,
      alone?.path.replace(/^(?!\/v1)/, '/v1'),
      alone?.body.toString('latin1'),
    ]);
    expect(through?.head.header('content-type')).toBe(alone?.head.header('content-type'));
    expect(through?.head.header('authorization')).toBe(`Bearer ${TWO_KEY}`);
  });

  test('a packed body, which stays packed, and byte for byte where nothing changes', async () => {
    await using run = await startTwo();
    for (const [model, there] of [
      ['two-e', 'two-e'],
      ['two/e', 'e'],
      ['alias-w', 'whisper-9'],
    ]) {
      const body = gzipSync(`{"input":"x","model":"${model}"}`);
      const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
      expect((await run.ask({ path: '/v1/embeddings', headers, body })).status).toBe(200);
      const came = run.two.exchanges.at(-1)?.request;
      expect(came?.head.header('content-encoding')).toBe('gzip');
      expect(gunzipSync(came?.body ?? '').toString()).toBe(`{"input":"x","model":"${there}"}`);
      if (model === there) expect(came?.body).toEqual(body);
    }
    expect(run.surface.upstream.exchanges).toEqual([]);
  });
});

describe('the default upstream', () => {
  test.each<[string, RequestParts]>([
    ['JSON that is broken', { path: '/v1/embeddings', headers: JSON_TYPE, body: '{"model":' }],
    [
      'a form that is cut',
      { path: '/v1/audio/transcriptions', headers: FORM, body: form({ model: 'm' }).subarray(0, -20) },
    ],
    [
      'a form without a boundary',
      { path: '/v1/audio/transcriptions', headers: { 'content-type': 'multipart/form-data' }, body: 'x' },
    ],
    [
      'a coding that cannot be unpacked',
      { path: '/v1/embeddings', headers: { ...JSON_TYPE, 'content-encoding': 'zstd' }, body: 'x' },
    ],
    [
      'a body that is not what its coding says',
      {
        path: '/v1/embeddings',
        headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
        body: '{"model":"m"}',
      },
    ],
  ])('never gets %s, whose model cannot be read', async (_, parts) => {
    await using run = await startTwo();
    const answer = await run.ask(parts);
    expect([answer.status, errorOf(answer).type]).toEqual([400, 'invalid_request_error']);
    expect([...run.two.exchanges, ...run.surface.upstream.exchanges]).toEqual([]);
  });

  test.each<[string, RequestParts]>([
    [
      'a form without a model',
      { path: '/v1/audio/transcriptions', headers: FORM, body: form({ language: 'de' }) },
    ],
    ['an upload', { path: '/v1/files', headers: FORM, body: form({ purpose: 'batch', model: 'two-x' }) }],
    ['a body that names no model', { path: '/v1/moderations', headers: JSON_TYPE, body: '{"input":"x"}' }],
    ['an empty body', { path: '/v1/responses/resp_1/cancel', headers: JSON_TYPE, body: '' }],
  ])('gets %s byte for byte', async (_, parts) => {
    await using run = await startTwo();
    expect((await run.ask(parts)).status).toBe(200);
    expect(run.surface.asked.body).toEqual(Buffer.from(parts.body ?? ''));
    expect(run.two.exchanges).toEqual([]);
  });
});

describe('a WebSocket', () => {
  const HANDSHAKE = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
  };

  test('goes to the upstream of the model in its address', async () => {
    await using two = await startWebSocketUpstream();
    await using surface = await startSurface({
      ...OPEN,
      UPSTREAMS: { two: { base: two.base, key: 'TWO_KEY', models: ['two-*'] } },
      MODELS: { live: 'two/two-rt' },
      TWO_KEY,
    });
    for (const model of ['two-rt', 'two%2Ftwo-rt', 'live']) {
      const path = `/v1/realtime?model=${model}&a=1`;
      const { status, head } = await surface.ask(path, { headers: HANDSHAKE });
      expect([status, head.header('x-nexcode-upstream')]).toEqual([101, 'two/two-rt']);
      const { handshake } = await two.socket();
      expect([handshake.url, handshake.headers.authorization]).toEqual([
        '/v1/realtime?model=two-rt&a=1',
        `Bearer ${TWO_KEY}`,
      ]);
    }
  });

  test.each(['/v1/responses', '/v1/realtime', '/v1/realtime?intent=transcription'])(
    '%s without a model in its address is refused at once where there are other upstreams',
    async (path) => {
      await using run = await startTwo();
      const answer = await run.ask({ path, headers: HANDSHAKE });
      expect([answer.status, errorOf(answer).code]).toEqual([426, 'upgrade_not_supported']);
      expect([...run.two.exchanges, ...run.surface.upstream.exchanges]).toEqual([]);
    },
  );

  test('without a model passes where there is one upstream', async () => {
    await using one = await startWebSocketUpstream();
    await using surface = await startSurface({ ...OPEN, OPENAI_API_BASE: one.base });
    const headers = { ...HANDSHAKE, ...bearer(API_TOKEN) };
    expect((await surface.ask('/v1/responses', { headers })).status).toBe(101);
    expect((await one.socket()).handshake.url).toBe('/v1/responses');
  });
});

describe('what is relayed', () => {
  test.each(['/v1/things/', '/v1/things', '/v1/things/?a=1', '/v1/a%2Fb/'])(
    'keeps the end of its path: %s',
    async (path) => {
      await using run = await startTwo();
      await run.ask({ path, headers: JSON_TYPE, body: '{"model":"two-x"}' });
      expect(run.two.exchanges[0]?.request.path).toBe(path);
    },
  );

  test.each([600, 799, 999])('with status %d, which no answer has, is 502', async (status) => {
    await using run = await startTwo();
    run.two.always(respond('{"x":1}', status));
    for (const path of ['/v1/embeddings', '/v1/chat/completions']) {
      const answer = await run.ask({ path, headers: JSON_TYPE, body: '{"model":"two-x","messages":[]}' });
      expect([answer.status, errorOf(answer).message]).toEqual([502, expect.stringContaining(`${status}`)]);
    }
  });

  test('has the location of a routed upstream as an address of the gateway', async () => {
    await using run = await startTwo();
    for (const location of [
      `${run.two.base}/realtime/calls/rtc_1`,
      '/v1/realtime/calls/rtc_1',
      'calls/rtc_1',
    ]) {
      for (const packed of [false, true]) {
        const headers = {
          ...SDP_TYPE,
          location,
          ...(packed && { 'content-encoding': 'x-gzip' }),
        };
        run.two.always(respond(packed ? gzipSync('v=0') : 'v=0', 201, headers));
        const answer = await run.ask({
          path: '/v1/realtime/calls?model=two-rt',
          headers: SDP_TYPE,
          body: 'v=0',
        });
        expect([answer.status, answer.head.header('location'), answer.text()]).toEqual([
          201,
          '/v1/realtime/calls/rtc_1',
          'v=0',
        ]);
      }
    }
  });
});
