/** Histograms and a counter of one isolate, cumulative since it began. */
import type { Attributes } from './span.ts';

/**
 * Beyond this many sets of attributes a histogram counts into one, as the specification asks: the model's name is the
 * caller's text.
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits
 */
const MOST_SERIES = 500;
const OVERFLOW: Attributes = { 'otel.metric.overflow': true };

/** One set of attributes, and what was measured under it. */
export interface Series {
  readonly attributes: Attributes;
  /** One for each bound, and one for what is larger. */
  readonly counts: number[];
  sum: number;
  count: number;
}

/** A distribution of values by sets of attributes. */
export class Histogram {
  readonly name: string;
  /** UCUM. */
  readonly unit: 's' | '{token}';
  readonly description: string;
  /** The upper bounds of the buckets, in order. */
  readonly bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor(name: string, unit: 's' | '{token}', description: string, bounds: readonly number[]) {
    this.name = name;
    this.unit = unit;
    this.description = description;
    this.bounds = bounds;
  }

  get series(): readonly Series[] {
    return [...this.#series.values()];
  }

  record(value: number, attributes: Attributes): void {
    const series = this.#seriesOf(attributes);
    const at = this.bounds.findIndex((bound) => value <= bound);
    const bucket = at === -1 ? this.bounds.length : at;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
    series.count += 1;
  }

  #seriesOf(attributes: Attributes): Series {
    const key = JSON.stringify(attributes);
    const found = this.#series.get(key);
    if (found !== undefined) return found;
    if (this.#series.size >= MOST_SERIES && attributes !== OVERFLOW) return this.#seriesOf(OVERFLOW);
    const made = { attributes, counts: [...this.bounds.map(() => 0), 0], sum: 0, count: 0 };
    this.#series.set(key, made);
    return made;
  }
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ */
const HTTP_BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/ */
const OPERATION_BOUNDS_S = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
const TOKEN_BOUNDS = Array.from({ length: 14 }, (_, power) => 4 ** power);

/** What is measured. */
export class Metrics {
  readonly requests = new Histogram(
    'http.server.request.duration',
    's',
    'Duration of calls to the gateway, until the end of a stream.',
    HTTP_BOUNDS_S,
  );
  readonly operations = new Histogram(
    'gen_ai.client.operation.duration',
    's',
    'Duration of attempts at an upstream.',
    OPERATION_BOUNDS_S,
  );
  readonly tokens = new Histogram(
    'gen_ai.client.token.usage',
    '{token}',
    'Tokens as upstreams report them.',
    TOKEN_BOUNDS,
  );
  /** Spans, and exports of metrics, that did not reach their place. */
  readonly dropped = { traces: 0, metrics: 0 };

  get histograms(): readonly Histogram[] {
    return [this.requests, this.operations, this.tokens];
  }
}

/** The counter of what was dropped. */
export const DROPPED = {
  name: 'nexcode.telemetry.dropped',
  description: 'Spans, and exports of metrics, that could not be sent.',
} as const;
