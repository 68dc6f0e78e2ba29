import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../../src/worker/config/settings.ts';
import { Histogram, Metrics } from '../../../src/worker/telemetry/metrics.ts';
import { prometheusText } from '../../../src/worker/telemetry/prometheus.ts';
import { randomId, traceContext, traceparentOf } from '../../../src/worker/telemetry/trace-context.ts';

const ALWAYS = { ratio: 1, isParentBased: true };
const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function telemetry(settings: Readonly<Record<string, string>>) {
  const result = parseSettings(settings);
  return result.ok ? result.settings.telemetry : result.problems;
}

describe('a trace context', () => {
  test('goes on from a caller’s', () => {
    expect(traceContext(PARENT, ALWAYS)).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parentId: 'b7ad6b7169203331',
      isSampled: true,
    });
    expect(traceContext(PARENT.replace(/^00/, 'cc').concat('-what-comes-later'), ALWAYS).parentId).toBe(
      'b7ad6b7169203331',
    );
  });

  test.each([
    ['nothing', undefined],
    ['an empty one', ''],
    ['version ff', PARENT.replace(/^00/, 'ff')],
    ['a trace of zeros', PARENT.replace(/-[0-9a-f]{32}-/, `-${'0'.repeat(32)}-`)],
    ['a span of zeros', PARENT.replace(/-[0-9a-f]{16}-/, `-${'0'.repeat(16)}-`)],
    ['capitals', PARENT.toUpperCase()],
    ['version 00 with more behind it', `${PARENT}-00`],
    ['two of them', `${PARENT}, ${PARENT}`],
  ])('is a new one for %s', (_, header) => {
    const context = traceContext(header, ALWAYS);
    expect(context.parentId).toBeUndefined();
    expect(context.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(context.traceId).not.toBe('0af7651916cd43dd8448eb211c80319c');
  });

  test('is read again from what it is written as', () => {
    fc.assert(
      fc.property(fc.boolean(), (isSampled) => {
        const context = { traceId: randomId(16), parentId: undefined, isSampled };
        const spanId = randomId(8);
        expect(traceContext(traceparentOf(context, spanId), ALWAYS)).toEqual({
          ...context,
          parentId: spanId,
        });
      }),
    );
  });

  test('never throws, whatever the header holds', () => {
    fc.assert(fc.property(fc.string(), (text) => traceContext(text, ALWAYS).traceId.length === 32));
  });

  test('is sampled by its id: the same everywhere, more with a higher ratio', () => {
    const ids = Array.from({ length: 2000 }, () => `00-${randomId(16)}-${randomId(8)}-00`);
    const sampled = (ratio: number) =>
      ids.filter((id) => traceContext(id, { ratio, isParentBased: false }).isSampled).length;
    expect(sampled(0)).toBe(0);
    expect(sampled(1)).toBe(2000);
    const half = sampled(0.5);
    expect(half).toBe(sampled(0.5));
    expect(half).toBeGreaterThan(sampled(0.25));
    expect(half).toBeLessThan(sampled(0.75));
  });
});

describe('OTEL_* settings', () => {
  test('come to nothing where nobody asks for telemetry', () => {
    expect(telemetry({})).toBeUndefined();
    expect(telemetry({ OTEL_SERVICE_NAME: 'x' })).toBeUndefined();
    expect(
      telemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', OTEL_SDK_DISABLED: 'true' }),
    ).toBeUndefined();
  });

  test('lead to the two addresses below the endpoint, or to those of their own', () => {
    expect(telemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318/' })).toMatchObject({
      tracesUrl: 'http://localhost:4318/v1/traces',
      metricsUrl: 'http://localhost:4318/v1/metrics',
      isScraped: false,
      sampler: { ratio: 1, isParentBased: true },
      resource: { 'service.name': 'nexcode' },
    });
    expect(
      telemetry({
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/in',
        OTEL_METRICS_EXPORTER: 'prometheus',
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=a,team=b%2Cc',
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
      }),
    ).toMatchObject({
      tracesUrl: 'https://traces.example/in',
      metricsUrl: undefined,
      isScraped: true,
      sampler: { ratio: 0.25, isParentBased: false },
      resource: { 'service.name': 'a', team: 'b,c' },
    });
    expect(
      telemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://h', OTEL_TRACES_EXPORTER: 'none' }),
    ).toMatchObject({ tracesUrl: undefined, metricsUrl: 'http://h/v1/metrics' });
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:pass@host'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'no-value'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%0d%0ab'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
    ['OTEL_METRICS_EXPORTER', 'prometheus,console'],
  ])('%s=%s is refused by its name', (name, value) => {
    expect(telemetry({ [name]: value })).toEqual([{ name, message: expect.stringMatching(/./) }]);
  });
});

describe('a histogram', () => {
  test('counts each value in the first bucket that holds it', () => {
    const histogram = new Histogram('h', 's', 'd', [1, 2]);
    for (const value of [0.5, 1, 1.5, 2, 3]) histogram.record(value, { a: 'b' });
    expect(histogram.series).toEqual([{ attributes: { a: 'b' }, counts: [2, 2, 1], sum: 8, count: 5 }]);
  });

  test('has a bound, beyond which all else is one series', () => {
    const histogram = new Histogram('h', 's', 'd', [1]);
    for (let at = 0; at < 2000; at++) histogram.record(1, { model: `m${at}` });
    expect(histogram.series.length).toBe(501);
    const overflow = histogram.series.find(({ attributes }) => attributes['otel.metric.overflow'] === true);
    expect(overflow?.count).toBe(1500);
  });
});

test('Prometheus’ text escapes what a label holds, and its buckets add up', () => {
  const metrics = new Metrics();
  metrics.requests.record(0.02, { 'http.route': 'a"b\\c\nd' });
  metrics.requests.record(99, { 'http.route': 'a"b\\c\nd' });
  const text = prometheusText(metrics, { 'service.name': 's' });
  expect(text).toContain('target_info{service_name="s"} 1\n');
  expect(text).toContain(
    'http_server_request_duration_seconds_bucket{http_route="a\\"b\\\\c\\nd",le="0.01"} 0\n',
  );
  expect(text).toContain('le="0.025"} 1\n');
  expect(text).toContain('le="+Inf"} 2\n');
  expect(text).toContain('nexcode_telemetry_dropped_total{signal="traces"} 0\n');
});
