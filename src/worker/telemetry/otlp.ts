/**
 * Spans and metrics as OTLP's JSON: ids as hexadecimal digits, 64-bit integers as texts, enumerations as numbers. Pure.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
import { VERSION } from '../config/version.ts';
import { DROPPED, type Histogram, type Metrics } from './metrics.ts';
import type { Attributes, Span } from './span.ts';

const SCOPE = { name: 'nexcode', version: VERSION };

/** `STATUS_CODE_ERROR`. */
const STATUS_ERROR = 2;
/** `AGGREGATION_TEMPORALITY_CUMULATIVE`. */
const CUMULATIVE = 2;

/** The body of `POST /v1/traces`. */
export function tracesJson(spans: readonly Span[], resource: Attributes): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [{ scope: SCOPE, spans: spans.map(spanJson) }],
      },
    ],
  });
}

function spanJson({ traceId, spanId, parentId, name, kind, startMs, endMs, attributes, isError }: Span) {
  return {
    traceId,
    spanId,
    ...(parentId !== undefined && { parentSpanId: parentId }),
    name,
    kind,
    startTimeUnixNano: nanos(startMs),
    endTimeUnixNano: nanos(endMs),
    attributes: keyValues(attributes),
    status: isError ? { code: STATUS_ERROR } : {},
  };
}

/** The body of `POST /v1/metrics`. @param sinceMs when the counting began, @param nowMs now, in milliseconds since 1970. */
export function metricsJson(metrics: Metrics, resource: Attributes, sinceMs: number, nowMs: number): string {
  const times = { startTimeUnixNano: nanos(sinceMs), timeUnixNano: nanos(nowMs) };
  const dropped = Object.entries(metrics.dropped).map(([signal, count]) => ({
    ...times,
    attributes: keyValues({ signal }),
    asInt: String(count),
  }));
  return JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: keyValues(resource) },
        scopeMetrics: [
          {
            scope: SCOPE,
            metrics: [
              ...metrics.histograms
                .filter(({ series }) => series.length > 0)
                .map((histogram) => histogramJson(histogram, times)),
              {
                ...DROPPED,
                unit: '{item}',
                sum: { dataPoints: dropped, aggregationTemporality: CUMULATIVE, isMonotonic: true },
              },
            ],
          },
        ],
      },
    ],
  });
}

function histogramJson({ name, unit, description, bounds, series }: Histogram, times: object) {
  return {
    name,
    unit,
    description,
    histogram: {
      aggregationTemporality: CUMULATIVE,
      dataPoints: series.map(({ attributes, counts, sum, count }) => ({
        ...times,
        attributes: keyValues(attributes),
        count: String(count),
        sum,
        bucketCounts: counts.map(String),
        explicitBounds: bounds,
      })),
    },
  };
}

function keyValues(attributes: Attributes) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: string | number | boolean) {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Milliseconds as nanoseconds, which a JSON number cannot hold. */
function nanos(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}
