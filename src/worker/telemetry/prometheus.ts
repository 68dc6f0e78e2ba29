/**
 * The metrics as Prometheus reads them. Pure.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
import { DROPPED, type Histogram, type Metrics } from './metrics.ts';
import type { Attributes } from './span.ts';

/** The media type of that text. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const UNITS = { s: '_seconds', '{token}': '' } as const;

/** The text of all metrics. */
export function prometheusText(metrics: Metrics, resource: Attributes): string {
  const dropped = `${nameOf(DROPPED.name)}_total`;
  const lines = [
    '# HELP target_info What this server says of itself.',
    '# TYPE target_info gauge',
    `target_info${labels(resource)} 1`,
    ...metrics.histograms.flatMap(histogramLines),
    `# HELP ${dropped} ${DROPPED.description}`,
    `# TYPE ${dropped} counter`,
    ...Object.entries(metrics.dropped).map(([signal, count]) => `${dropped}${labels({ signal })} ${count}`),
  ];
  return `${lines.join('\n')}\n`;
}

function histogramLines({ name: dotted, unit, description, bounds, series }: Histogram): string[] {
  if (series.length === 0) return [];
  const name = `${nameOf(dotted)}${UNITS[unit]}`;
  const lines = [`# HELP ${name} ${description}`, `# TYPE ${name} histogram`];
  for (const { attributes, counts, sum, count } of series) {
    let below = 0;
    for (const [at, bound] of [...bounds, '+Inf'].entries()) {
      below += counts[at] ?? 0;
      lines.push(`${name}_bucket${labels({ ...attributes, le: String(bound) })} ${below}`);
    }
    lines.push(`${name}_sum${labels(attributes)} ${sum}`, `${name}_count${labels(attributes)} ${count}`);
  }
  return lines;
}

function labels(attributes: Attributes): string {
  const pairs = Object.entries(attributes).map(
    ([name, value]) => `${nameOf(name)}="${String(value).replace(/[\\"\n]/g, escaped)}"`,
  );
  return `{${pairs.join(',')}}`;
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}

function nameOf(dotted: string): string {
  return dotted.replace(/[^a-zA-Z0-9_]/g, '_');
}
