/** Traces and metrics: what a collector gets of each kind of call, and that nothing of the call's content is in it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chatChunk, chatCompletion, chatStream, respond, stream } from '../support/answers.ts';
import { type Collector, startCollector } from '../support/collector.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { call } from '../support/http.ts';
import { RUNTIMES, startRelay } from '../support/relay.ts';
import { openStream, RECORDING } from '../support/streams.ts';
import { API_TOKEN, bearer, CLOSED, errorOf, JSON_TYPE, startSurface } from '../support/surface.ts';
import { startWorkerd } from '../support/workerd.ts';

const SECRET_TEXT = 'a-word-of-the-conversation';
const ASKED = { model: 'gpt-test', messages: [{ role: 'user', content: SECRET_TEXT }] };
const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let collector: Collector;
beforeEach(async () => {
  collector = await startCollector();
});
afterEach(async () => {
  expect(collector.problems).toEqual([]);
  await collector[Symbol.asyncDispose]();
});

/** Settings under which everything is sent at once. */
function sending(more: Readonly<Record<string, string>> = {}) {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '0', ...more };
}

/** The span of the call, and those of its attempts. */
async function callOf(attempts: number) {
  const spans = await collector.until(attempts + 1);
  const [own] = spans.filter(({ kind }) => kind === 2);
  if (own === undefined) throw new Error('No span of the call came.');
  const children = spans.filter(({ kind }) => kind === 3);
  for (const child of children) {
    expect(child.parentSpanId).toBe(own.spanId);
    expect(child.traceId).toBe(own.traceId);
    expect(BigInt(child.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(child.startTimeUnixNano));
  }
  return { own, children };
}

function expectNoContent(): void {
  const sent = collector.bodies.join('\n');
  for (const text of [SECRET_TEXT, 'Hello!', 'server-key-of-the-tests', API_TOKEN, '127.0.0.1:'])
    expect(sent.replaceAll(collector.url, '')).not.toContain(text);
}

describe('a call with telemetry', () => {
  test('is a span with its attempt as a child, by the names of the conventions', async () => {
    await using relay = await startRelay(
      sending({
        OTEL_SERVICE_NAME: 'gate',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test%20one',
      }),
    );
    relay.upstream.reply(respond(chatCompletion()));
    const answer = await relay.ask(ASKED, { traceparent: PARENT, tracestate: 'a=b' });
    expect(answer.status).toBe(200);
    const { own, children } = await callOf(1);
    expect(own).toMatchObject({
      name: 'POST /v1/chat/completions',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parentSpanId: 'b7ad6b7169203331',
      status: {},
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/chat/completions',
        'http.response.status_code': 200,
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-test',
      },
    });
    expect(children[0]).toMatchObject({
      name: 'chat gpt-test',
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-test',
        'gen_ai.provider.name': 'default',
        'gen_ai.usage.input_tokens': 5,
        'gen_ai.usage.output_tokens': 2,
        'server.address': '127.0.0.1',
        'http.response.status_code': 200,
      },
    });
    const sent = relay.upstream.exchanges[0]?.request.head;
    expect(sent?.header('traceparent')).toBe(`00-${own.traceId}-${children[0]?.spanId}-01`);
    expect(sent?.header('tracestate')).toBe('a=b');
    expect(collector.resource).toMatchObject({
      'service.name': 'gate',
      'deployment.environment.name': 'test one',
      'service.instance.id': expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    await eventually(() => expect(collector.points('gen_ai.client.token.usage')).toHaveLength(2));
    expect(collector.points('gen_ai.client.token.usage')).toMatchObject([
      { count: 1, sum: 5, attributes: { 'gen_ai.token.type': 'input' } },
      { count: 1, sum: 2, attributes: { 'gen_ai.token.type': 'output' } },
    ]);
    expect(collector.points('gen_ai.client.operation.duration')).toHaveLength(1);
    expect(collector.points('http.server.request.duration')).toHaveLength(1);
    expectNoContent();
  });

  test('that streams ends with its stream, and one that was cut says so', async () => {
    await using relay = await startRelay(sending());
    relay.upstream.reply(stream(chatStream(), 'whole'));
    await relay.ask({ ...ASKED, stream: true });
    const whole = await callOf(1);
    expect(whole.own.attributes).toMatchObject({ 'nexcode.end': 'whole' });
    expect(whole.own.status).toEqual({});
    relay.upstream.reply(stream(chatStream().slice(0, 2), 'cut'));
    await relay.ask({ ...ASKED, stream: true });
    await collector.until(4);
    const [own, attempt] = collector.spans.slice(2).sort((a, b) => a.kind - b.kind);
    expect(own).toMatchObject({
      status: { code: 2 },
      attributes: { 'http.response.status_code': 200, 'nexcode.end': 'cut', 'error.type': 'cut' },
    });
    expect(attempt).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'cut' } });
    expectNoContent();
  });

  test('that its client left in the middle of a stream is told too', async () => {
    await using relay = await startRelay(sending());
    const coming = relay.exchange();
    const call = relay.open({ ...ASKED, stream: true });
    const exchange = await coming;
    await exchange.head(200, { 'content-type': 'text/event-stream' });
    await exchange.event(chatChunk({ content: 'Hello!' }));
    await using open = await call;
    await open.until('Hello!');
    open.connection.reset();
    await exchange.gone;
    const { own } = await callOf(1);
    expect(own.attributes).toMatchObject({ 'nexcode.end': 'client_left', 'error.type': 'client_left' });
  });

  test.each(RUNTIMES)(
    'that its client left before any answer is told too, and stops the upstream: %s',
    async (_, start) => {
      await using relay = await startRelay(sending(), start);
      const coming = relay.exchange();
      await using call = await relay.open(ASKED);
      const exchange = await coming;
      call.connection.reset();
      await exchange.gone;
      const { own, children } = await callOf(1);
      expect(own.attributes['error.type']).toBe('client_closed_request');
      expect(children[0]?.attributes['error.type']).toBe('client_closed_request');
    },
  );

  test('that can be taken up again is one span, of the object that records it, to its end', async () => {
    await using relay = await startRelay({ ...sending(), ...RECORDING });
    relay.upstream.reply(stream(chatStream(), 'whole'));
    await using first = await openStream(relay);
    expect(first.id).not.toBe('');
    const { own, children } = await callOf(1);
    expect(own.attributes).toMatchObject({ 'http.response.status_code': 200, 'nexcode.end': 'whole' });
    expect(relay.upstream.exchanges[0]?.request.head.header('traceparent')).toBe(
      `00-${own.traceId}-${children[0]?.spanId}-01`,
    );
  });

  test('has a child for each attempt of a fallback list, each known to its upstream', async () => {
    await using relay = await startRelay({
      ...sending(),
      MODELS: JSON.stringify({ both: ['default/first', 'default/second'] }),
    });
    relay.upstream.reply(respond('{"error":{"message":"no"}}', 500));
    relay.upstream.reply(respond(chatCompletion()));
    const answer = await relay.ask({ ...ASKED, model: 'both' });
    expect(answer.status).toBe(200);
    const { own, children } = await callOf(2);
    expect(children.map(({ attributes }) => attributes['http.response.status_code'])).toEqual([500, 200]);
    expect(children.map(({ attributes }) => attributes['error.type'])).toEqual(['500', undefined]);
    expect(children[0]?.attributes['gen_ai.usage.input_tokens']).toBeUndefined();
    expect(relay.upstream.exchanges.map(({ request }) => request.head.header('traceparent'))).toEqual(
      children.map(({ spanId }) => `00-${own.traceId}-${spanId}-01`),
    );
  });

  test('that was refused has a span without attempts, and an upstream that is away an attempt that failed', async () => {
    await using surface = await startSurface({
      ...CLOSED,
      ...sending(),
      OPENAI_API_BASE: 'http://127.0.0.1:9/v1',
    });
    expect((await surface.chat(bearer('wrong'))).status).toBe(401);
    const refused = await callOf(0);
    expect(refused.own.attributes).toMatchObject({
      'http.response.status_code': 401,
      'error.type': 'invalid_api_key',
    });
    expect((await surface.chat(bearer(API_TOKEN))).status).toBe(502);
    await collector.until(3);
    const [own, attempt] = collector.spans.slice(1).sort((a, b) => a.kind - b.kind);
    expect(own?.attributes).toMatchObject({
      'http.response.status_code': 502,
      'error.type': 'upstream_error',
    });
    expect(attempt?.attributes).toMatchObject({ 'error.type': 'upstream_error' });
    expectNoContent();
  });

  test('of a caller who does not record is not recorded, and passes that on', async () => {
    await using relay = await startRelay(sending());
    relay.upstream.reply(respond(chatCompletion()));
    await relay.ask(ASKED, { traceparent: PARENT.replace(/01$/, '00') });
    const sent = relay.upstream.exchanges[0]?.request.head.header('traceparent');
    expect(sent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
    await eventually(() => expect(collector.points('http.server.request.duration')).toHaveLength(1));
    expect(collector.spans).toEqual([]);
  });

  test('is served as ever where the collector refuses; what is lost is counted and told once', async () => {
    collector.fail(503);
    await using surface = await startSurface(
      { ...CLOSED, ...sending({ OTEL_METRICS_EXPORTER: 'prometheus' }), SELF_HOSTED: 'true' },
      startGateway,
    );
    for (let at = 0; at < 3; at++) {
      expect((await surface.chat(bearer(API_TOKEN))).status).toBe(200);
      await collector.until((at + 1) * 2);
    }
    await eventually(async () => {
      const text = (await surface.ask('/metrics', { headers: bearer(API_TOKEN) })).text();
      expect(text).toContain('nexcode_telemetry_dropped_total{signal="traces"} 6\n');
    });
    const told = surface.log.filter((line) => line.includes('telemetry_dropped'));
    expect(told.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ signal: 'traces', reason: 'status_503' }),
    ]);
  });

  test('goes with the headers that the collector wants, which no error tells', async () => {
    await using relay = await startRelay(sending({ OTEL_EXPORTER_OTLP_HEADERS: 'api-key=key-of%20it' }));
    relay.upstream.reply(respond('{"error":{"message":"I saw key-of it"}}', 400));
    const answer = await relay.ask(ASKED);
    expect(answer.text()).not.toContain('key-of it');
    await collector.until(2);
    expect(collector.headers[0]).toMatchObject({ 'api-key': 'key-of it' });
  });
});

/** The Worker with a path that tells how often it asked anybody, and made an id as spans have them. */
const COUNTING = `
  import app from './index.js';
  export * from './index.js';
  let asked = 0;
  let ids = 0;
  const { fetch } = globalThis;
  globalThis.fetch = (...values) => {
    asked += 1;
    return fetch(...values);
  };
  const random = crypto.getRandomValues.bind(crypto);
  crypto.getRandomValues = (array) => {
    ids += 1;
    return random(array);
  };
  export default {
    fetch(request, env, context) {
      if (new URL(request.url).pathname === '/counts') return Response.json({ asked, ids });
      return app.fetch(request, env, context);
    },
  };`;

test('without telemetry no span is made and nobody is asked but the upstream', async () => {
  const countsUnder = async (settings: Readonly<Record<string, string>>, told: () => Promise<unknown>) => {
    await using relay = await startRelay(settings, (all) => startWorkerd(all, { entry: COUNTING }));
    relay.upstream.reply(respond(chatCompletion()));
    await relay.ask(ASKED);
    relay.upstream.reply(stream(chatStream(), 'whole'));
    await relay.ask({ ...ASKED, stream: true });
    await told();
    return (await call(relay.server.url, { path: '/counts' })).json() as { asked: number; ids: number };
  };
  expect(await countsUnder({}, () => Promise.resolve())).toEqual({ asked: 2, ids: 0 });
  // The same counts tell of telemetry where it is on.
  const sent = await countsUnder(sending(), () => collector.until(4));
  expect(sent.asked).toBeGreaterThan(2);
  expect(sent.ids).toBeGreaterThanOrEqual(4);
});

test('without telemetry the caller’s own trace context passes as it came', async () => {
  await using relay = await startRelay();
  relay.upstream.reply(respond(chatCompletion()));
  await relay.ask(ASKED, { traceparent: PARENT });
  expect(relay.upstream.exchanges[0]?.request.head.header('traceparent')).toBe(PARENT);
});

describe('/metrics', () => {
  test('is Prometheus’ text for the token, and for nobody else', async () => {
    await using surface = await startSurface(
      { ...CLOSED, OTEL_METRICS_EXPORTER: 'prometheus', SELF_HOSTED: 'true' },
      startGateway,
    );
    await surface.chat(bearer(API_TOKEN));
    const answer = await surface.ask('/metrics', { headers: bearer(API_TOKEN) });
    expect(answer.status).toBe(200);
    expect(answer.head.header('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = answer.text().split('\n');
    expect(lines.at(-1)).toBe('');
    for (const line of lines.slice(0, -1)) {
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+\{(?:[a-z_]+="[^"]*",?)*\} [\d.e+-]+)$/);
    }
    expect(answer.text()).toMatch(
      /^gen_ai_client_operation_duration_seconds_count\{.*gen_ai_request_model="gpt-test".*\} 1$/m,
    );
    expect(answer.text()).toMatch(/^http_server_request_duration_seconds_bucket\{.*le="\+Inf"\} 1$/m);
    expect((await surface.ask('/metrics')).status).toBe(401);
    const own = await surface.ask('/metrics', { headers: bearer('sk-a-key-of-somebody') });
    expect([own.status, errorOf(own).code]).toEqual([403, 'endpoint_not_allowed']);
    const posted = await surface.ask('/metrics', { method: 'POST', headers: { ...JSON_TYPE } });
    expect(posted.status).toBe(405);
  });

  test('says how to switch it on', async () => {
    await using surface = await startSurface({ ...CLOSED, SELF_HOSTED: 'true' });
    const answer = await surface.ask('/metrics', { headers: bearer(API_TOKEN) });
    expect(answer.status).toBe(404);
    expect(errorOf(answer).message).toContain('OTEL_METRICS_EXPORTER=prometheus');
  });
});
