/** The debug log: every step is told, and no secret, wherever it was put. */
import { expect, test } from 'vitest';
import {
  chatChunk,
  chatCompletion,
  closeBeforeHead,
  EVENT_STREAM,
  events,
  respond,
  stream,
  streamBytes,
  usageChunk,
} from '../support/answers.ts';
import { startGateway } from '../support/gateway.ts';
import type { Answer } from '../support/http.ts';
import {
  API_TOKEN,
  bearer,
  CLIENT_KEY,
  CLOSED,
  errorOf,
  JSON_TYPE,
  OPEN,
  type Surface,
  startSurface,
} from '../support/surface.ts';
import { startWorkerd } from '../support/workerd.ts';

const DEBUG = { ...OPEN, DEBUG: 'true' };

/** A line as the log's readers get it. */
type Line = Readonly<Record<string, unknown>>;

function lines(surface: Surface): Line[] {
  return surface.log.map((line) => JSON.parse(line));
}

/** The lines of the request with this answer, once the log holds the given step. Waiting is bounded by the test's time. */
async function linesOf(surface: Surface, answer: Answer, lastStep: string): Promise<Line[]> {
  const id = answer.head.header('x-request-id');
  for (;;) {
    const own = lines(surface).filter((line) => line['request_id'] === id);
    if (own.some(({ step }) => step === lastStep)) return own;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('a chat call is told step by step, with everything an operator asks for', async () => {
  await using surface = await startSurface(DEBUG);
  const answer = await surface.chat(bearer(API_TOKEN));
  const own = await linesOf(surface, answer, 'answer_end');
  const step = (name: string) => own.find((line) => line['step'] === name);
  expect(step('request')).toMatchObject({ method: 'POST', path: '/v1/chat/completions' });
  expect(step('credentials')).toMatchObject({ pays: 'server', by: 'token' });
  expect(step('chat')).toMatchObject({ model: 'gpt-test', stream: false });
  expect(step('upstream')).toMatchObject({
    upstream: new URL(surface.upstream.url).host,
    status: 200,
    key: 'server',
    headers_ms: expect.any(Number),
    ms: expect.any(Number),
  });
  expect(step('answer')).toMatchObject({ status: 200, ms: expect.any(Number) });
  expect(step('answer_end')).toMatchObject({
    end: 'whole',
    prompt_tokens: 5,
    completion_tokens: 2,
    total_tokens: 7,
  });
});

test('a stream tells how many events it had, what it used and how it ended', async () => {
  await using surface = await startSurface(DEBUG);
  const ask = () =>
    surface.ask('/v1/chat/completions', {
      headers: JSON_TYPE,
      body: '{"model":"gpt-test","messages":[],"stream":true}',
    });
  surface.upstream.reply(
    streamBytes([events([chatChunk({ content: 'a' }), chatChunk({}, 'stop'), usageChunk(), '[DONE]'])]),
  );
  const whole = await linesOf(surface, await ask(), 'stream_end');
  expect(whole.find(({ step }) => step === 'stream_end')).toMatchObject({
    end: 'whole',
    events: 4,
    total_tokens: 7,
    ms: expect.any(Number),
  });
  expect(whole.find(({ step }) => step === 'chat')).toMatchObject({ stream: true });
  surface.upstream.reply(stream([chatChunk({ content: 'a' })], 'cut'));
  const cut = await linesOf(surface, await ask(), 'stream_end');
  expect(cut.find(({ step }) => step === 'stream_end')).toMatchObject({ end: 'cut', events: 1 });
});

test('an answer in another form than the client asked for tells its usage like any other', async () => {
  await using surface = await startSurface(DEBUG);
  const ask = (stream: boolean) =>
    surface.ask('/v1/chat/completions', {
      headers: JSON_TYPE,
      body: JSON.stringify({ model: 'gpt-test', messages: [], stream }),
    });
  for (const [wantsStream, script] of [
    [true, respond()],
    [false, streamBytes([events([chatChunk({ content: 'a' }, 'stop'), usageChunk(), '[DONE]'])])],
  ] as const) {
    surface.upstream.reply(script);
    const own = await linesOf(surface, await ask(wantsStream), 'answer_end');
    expect(own.find(({ step }) => step === 'answer_end')).toMatchObject({ end: 'whole', total_tokens: 7 });
  }
});

test('refusals and failures leave their code, and an upstream that is away its reason', async () => {
  await using surface = await startSurface(DEBUG);
  const refused = await linesOf(surface, await surface.ask('/v1/files'), 'answer');
  expect(refused.find(({ step }) => step === 'answer')).toMatchObject({
    status: 403,
    code: 'endpoint_not_allowed',
  });
  const unreadable = await surface.ask('/v1/chat/completions', { headers: JSON_TYPE, body: '{bad' });
  expect((await linesOf(surface, unreadable, 'answer')).at(-1)).toMatchObject({
    status: 400,
    code: 'invalid_json',
  });
  surface.upstream.reply(closeBeforeHead);
  const away = await linesOf(surface, await surface.chat(), 'answer');
  expect(away.find(({ step }) => step === 'upstream_failed')).toMatchObject({
    upstream: new URL(surface.upstream.url).host,
    code: 'upstream_error',
    reason: 'connection',
  });
});

test("the upstream's own id of a request stands beside the gateway's", async () => {
  await using surface = await startSurface(DEBUG);
  surface.upstream.reply(respond('{}', 200, { ...JSON_TYPE, 'x-request-id': 'req_of_theirs' }));
  await surface.chat();
  expect(lines(surface).find(({ step }) => step === 'upstream')).toMatchObject({
    request_id: expect.stringMatching(/^req_[0-9a-f]{32}$/),
    upstream_request_id: 'req_of_theirs',
  });
});

test('a refusal of the upstream tells whose key it refused', async () => {
  await using surface = await startSurface(DEBUG);
  for (const [headers, key] of [
    [{}, 'server'],
    [bearer(CLIENT_KEY), 'client'],
  ] as const) {
    surface.upstream.reply(respond('{"error":{"message":"wrong key"}}', 401));
    const own = await linesOf(surface, await surface.chat(headers), 'answer');
    expect(own.find(({ step }) => step === 'upstream')).toMatchObject({ status: 401, key });
  }
});

test('without DEBUG nothing is logged', async () => {
  await using surface = await startSurface({ ...DEBUG, DEBUG: '' });
  await surface.chat(bearer(CLIENT_KEY));
  await surface.ask('/nowhere');
  expect(surface.log).toEqual([]);
});

/** Things that must stay secret, each of its own shape, none of which looks like the others. */
const SECRETS = {
  serverKey: 'operator+key/With=odd"chars\\zq01',
  apiToken: 'token+of/the=server"quoted\\zq02',
  clientKey: 'sk-client-zq03-aBcDeF',
  teamKey: 'team+key/of=somebody"else\\zq04',
  content: 'the-diagnosis-zq05',
  answer: 'the-treatment-zq06',
  cookie: 'cookie-value-zq07',
  query: 'query-secret-zq08',
  vendor: 'AIzaSyVendorKeyzq09',
} as const;

/** What of each must appear nowhere: its unmistakable end. */
const MARKS = ['zq01', 'zq02', 'zq03', 'zq04', 'zq05', 'zq06', 'zq07', 'zq08', 'zq09'];

for (const [runtime, start] of [
  ['Miniflare', startGateway],
  ['bare workerd', startWorkerd],
] as const) {
  test(`secrets put everywhere appear in no line of the log, no header and no error (${runtime})`, async () => {
    await using surface = await startSurface(
      {
        OPENAI_API_KEY: SECRETS.serverKey,
        API_TOKEN: SECRETS.apiToken,
        REQUIRE_AUTH: 'false',
        CLIENT_KEY_PATTERN: '^(sk-|team)',
        DEBUG: 'true',
        LOCAL_SERVER: 'true',
      },
      start,
    );
    const callers = [SECRETS.apiToken, SECRETS.clientKey, SECRETS.teamKey, 'dummy'];
    const shown: string[] = [];
    const seen = (answer: Answer) => {
      shown.push(JSON.stringify(answer.head.rawHeaders));
      if (answer.status >= 400) shown.push(answer.text());
    };
    const ask = async (path: string, headers: Record<string, string>, body?: string) =>
      seen(await surface.ask(path, { headers, ...(body === undefined ? {} : { body }) }));

    for (const caller of callers) {
      const headers = {
        ...bearer(caller),
        cookie: `nexcode=${SECRETS.cookie}; other=${SECRETS.cookie}`,
        'x-api-key': SECRETS.teamKey,
        'api-key': SECRETS.clientKey,
        'x-client-request-id': SECRETS.query,
        'x-title': SECRETS.content,
        'proxy-authorization': `Basic ${SECRETS.cookie}`,
      };
      for (const secret of [
        SECRETS.serverKey,
        SECRETS.apiToken,
        SECRETS.clientKey,
        SECRETS.teamKey,
        SECRETS.vendor,
        SECRETS.cookie,
      ]) {
        const encoded = encodeURIComponent(secret);
        const everyByte = [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join('');
        for (const path of [
          `/v1/files/${encoded}`,
          `/v1/models/a%2F${everyByte}`,
          `/nowhere/${encoded}`,
          `/v1/x/${encodeURI(secret)}`,
        ]) {
          await ask(`${path}?key=${SECRETS.query}&access_token=${encoded}`, headers);
        }
        const chat = JSON.stringify({
          model: `x ${secret}`,
          user: SECRETS.query,
          messages: [{ role: 'user', content: SECRETS.content }],
        });
        surface.upstream.reply(respond(chatCompletion({ content: SECRETS.answer })));
        await ask('/v1/chat/completions', { ...headers, ...JSON_TYPE }, chat);
        await ask('/v1/chat/completions', { ...headers, ...JSON_TYPE }, chat.slice(1));
        await ask('/v1/chat/completions', { ...headers, 'content-type': SECRETS.content }, chat);
        await ask(
          '/v1/chat/completions',
          { ...headers, ...JSON_TYPE },
          JSON.stringify({ messages: SECRETS.content, [SECRETS.content]: 1 }),
        );
        await ask(
          '/v1/chat/completions',
          { ...headers, ...JSON_TYPE },
          JSON.stringify({ messages: [], model: { [SECRETS.content]: 1 } }),
        );
      }
      surface.upstream.reply(async (exchange) => {
        await exchange.head(200, { ...EVENT_STREAM, 'set-cookie': SECRETS.cookie });
        await exchange.event(chatChunk({ content: SECRETS.answer }));
        exchange.cut();
      });
      await ask(
        '/v1/chat/completions',
        { ...headers, ...JSON_TYPE },
        '{"model":"m","messages":[],"stream":true}',
      );
      for (const echoed of [SECRETS.serverKey, SECRETS.apiToken, caller].filter((one) => one !== 'dummy')) {
        for (const body of [
          JSON.stringify({ error: { message: `Incorrect API key provided: ${echoed}.` } }),
          JSON.stringify({ detail: `bad key ${echoed}` }),
          JSON.stringify([{ error: { message: echoed, code: echoed } }]),
          `<title>${echoed}</title>`,
          `Bearer ${echoed}`,
        ]) {
          surface.upstream.reply(
            respond(body, 401, { ...JSON_TYPE, 'set-cookie': SECRETS.cookie, 'x-debug': echoed }),
          );
          await ask('/v1/chat/completions', { ...headers, ...JSON_TYPE }, '{"model":"m","messages":[]}');
        }
      }
    }
    await ask('/session', { ...JSON_TYPE }, JSON.stringify({ token: SECRETS.cookie }));
    await ask(
      '/session',
      { ...JSON_TYPE, 'sec-fetch-site': 'cross-site' },
      JSON.stringify({ token: SECRETS.apiToken }),
    );
    await ask('/health?deep=1', bearer(SECRETS.clientKey));
    seen(
      await surface.ask('/session', {
        method: 'PUT',
        headers: { 'x-a': SECRETS.cookie },
      }),
    );

    const steps = new Set(lines(surface).map(({ step }) => step));
    for (const step of ['request', 'credentials', 'chat', 'upstream', 'answer', 'answer_end', 'stream_end']) {
      expect(steps).toContain(step);
    }
    expect(surface.log.length).toBeGreaterThan(400);
    expect(shown.length).toBeGreaterThan(200);
    for (const mark of MARKS) {
      expect(surface.log.filter((line) => line.includes(mark))).toEqual([]);
      expect(shown.filter((text) => text.includes(mark))).toEqual([]);
    }
  });
}

test('a secret in a setting that makes no sense is not told either', async () => {
  await using surface = await startSurface({
    ...DEBUG,
    OPENAI_API_KEY: 'two words zq01',
    API_TOKEN: 'line\nbreak zq02',
    OPENAI_API_BASE: 'https://user:zq03@x',
  });
  const answers = [await surface.chat(), await surface.ask('/health'), await surface.ask('/session')];
  for (const answer of answers) {
    expect(answer.status).toBe(500);
    expect(answer.text()).not.toMatch(/zq0[123]/);
  }
  expect(errorOf(answers[0] ?? (await surface.chat())).message).toMatch(/OPENAI_API_KEY.*API_TOKEN/s);
  expect(surface.log).toEqual([]);
});

test('wrong tokens write one line a second at most, however many come', async () => {
  await using surface = await startSurface({ ...CLOSED, DEBUG: 'true' });
  const startedAt = performance.now();
  for (let attempt = 0; attempt < 100; attempt += 1) {
    expect((await surface.chat(bearer(`guess-${attempt}`))).status).toBe(401);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const answers = surface.log.filter((line) => line.includes('"status":401'));
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.length).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  expect(surface.log.filter((line) => line.includes('"step":"request"'))).toHaveLength(answers.length);
  // Others are logged as before.
  expect((await surface.chat(bearer(API_TOKEN))).status).toBe(200);
  await expect.poll(() => surface.log.some((line) => line.includes('"status":200'))).toBe(true);
});
