/** A collector that records what it gets, and takes nothing that is not OTLP's JSON to the letter. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import * as z from 'zod';
import { eventually } from './eventually.ts';

/** 64-bit integers are texts, ids hexadecimal digits, enumerations numbers; unknown members are refused. */
const uint64 = z.string().regex(/^\d{1,20}$/);
const anyValue = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ boolValue: z.boolean() }),
  z.strictObject({ intValue: z.string().regex(/^-?\d{1,19}$/) }),
  z.strictObject({ doubleValue: z.number() }),
]);
const attributes = z.array(z.strictObject({ key: z.string().min(1), value: anyValue }));
const resource = z.strictObject({ attributes });
const scope = z.strictObject({ name: z.string(), version: z.string() });

const span = z.strictObject({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  name: z.string().min(1),
  kind: z.int().min(1).max(5),
  startTimeUnixNano: uint64,
  endTimeUnixNano: uint64,
  attributes,
  status: z.union([z.strictObject({}), z.strictObject({ code: z.literal(2) })]),
});

const traces = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource,
      scopeSpans: z.array(z.strictObject({ scope, spans: z.array(span).min(1) })),
    }),
  ),
});

const times = { startTimeUnixNano: uint64, timeUnixNano: uint64, attributes };
const histogram = z.strictObject({
  aggregationTemporality: z.literal(2),
  dataPoints: z.array(
    z
      .strictObject({
        ...times,
        count: uint64,
        sum: z.number(),
        bucketCounts: z.array(uint64),
        explicitBounds: z.array(z.number()),
      })
      .refine(({ bucketCounts, explicitBounds }) => bucketCounts.length === explicitBounds.length + 1)
      .refine(
        ({ bucketCounts, count }) =>
          bucketCounts.reduce((sum, each) => sum + Number(each), 0) === Number(count),
      ),
  ),
});
const sum = z.strictObject({
  aggregationTemporality: z.literal(2),
  isMonotonic: z.literal(true),
  dataPoints: z.array(z.strictObject({ ...times, asInt: z.string().regex(/^\d+$/) })),
});
const named = { name: z.string(), unit: z.string(), description: z.string() };
const metrics = z.strictObject({
  resourceMetrics: z.array(
    z.strictObject({
      resource,
      scopeMetrics: z.array(
        z.strictObject({
          scope,
          metrics: z.array(
            z.union([z.strictObject({ ...named, histogram }), z.strictObject({ ...named, sum })]),
          ),
        }),
      ),
    }),
  ),
});

/** A span as it came, its attributes as an object. */
export type ReceivedSpan = Omit<z.output<typeof span>, 'attributes'> & {
  readonly attributes: Readonly<Record<string, unknown>>;
};

/** A data point of a histogram. */
export interface ReceivedPoint {
  readonly count: number;
  readonly sum: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A running collector. */
export interface Collector extends AsyncDisposable {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT takes. */
  readonly url: string;
  /** Every body so far, as text. */
  readonly bodies: readonly string[];
  readonly spans: readonly ReceivedSpan[];
  readonly headers: readonly Readonly<Record<string, unknown>>[];
  /** The attributes of the server that sent last. */
  readonly resource: Readonly<Record<string, unknown>>;
  /** The points of a histogram, as it came last. */
  points(name: string): readonly ReceivedPoint[];
  /** Answers with this status from now on. */
  fail(status: number): void;
  /** Waits until so many spans have come. */
  until(count: number): Promise<readonly ReceivedSpan[]>;
  /** What was no OTLP. */
  readonly problems: readonly string[];
}

/** Starts one on a free loopback port. */
export async function startCollector(): Promise<Collector> {
  const bodies: string[] = [];
  const spans: ReceivedSpan[] = [];
  const headers: Record<string, unknown>[] = [];
  const problems: string[] = [];
  const points = new Map<string, readonly ReceivedPoint[]>();
  let last: Readonly<Record<string, unknown>> = {};
  let status = 200;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    bodies.push(body);
    headers.push(request.headers);
    if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json')
      problems.push(`${request.method} as ${request.headers['content-type']}`);
    if (request.url === '/v1/traces') {
      const read = traces.safeParse(JSON.parse(body));
      if (!read.success) problems.push(z.prettifyError(read.error));
      for (const { resource: of, scopeSpans } of read.data?.resourceSpans ?? []) {
        last = plain(of.attributes);
        for (const { spans: came } of scopeSpans)
          spans.push(...came.map((each) => ({ ...each, attributes: plain(each.attributes) })));
      }
    } else if (request.url === '/v1/metrics') {
      const read = metrics.safeParse(JSON.parse(body));
      if (!read.success) problems.push(z.prettifyError(read.error));
      for (const { scopeMetrics } of read.data?.resourceMetrics ?? []) {
        for (const metric of scopeMetrics.flatMap((each) => each.metrics)) {
          if (!('histogram' in metric)) continue;
          points.set(
            metric.name,
            metric.histogram.dataPoints.map(({ count, sum: total, attributes: of }) => ({
              count: Number(count),
              sum: total,
              attributes: plain(of),
            })),
          );
        }
      }
    } else problems.push(`an unknown path: ${request.url}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    spans,
    headers,
    problems,
    get resource() {
      return last;
    },
    points: (name) => points.get(name) ?? [],
    fail: (next) => {
      status = next;
    },
    until: (count) =>
      eventually(() => {
        if (spans.length < count) throw new Error(`${spans.length} of ${count} spans`);
        return spans;
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function plain(of: z.output<typeof attributes>): Record<string, unknown> {
  return Object.fromEntries(
    of.map(({ key, value }) => [key, 'intValue' in value ? Number(value.intValue) : Object.values(value)[0]]),
  );
}
