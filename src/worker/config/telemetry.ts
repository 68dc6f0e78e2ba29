/** What OTEL_* settings come to: where telemetry goes, what it says of this server, and which traces are recorded. */
import { textSetting } from './kinds.ts';

/**
 * How it is decided whether a trace is recorded.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export interface Sampler {
  /** The part of new traces that is recorded, 0 to 1. */
  readonly ratio: number;
  /** Whether a caller's own decision counts before that. */
  readonly isParentBased: boolean;
}

/** Where telemetry goes. */
export interface Telemetry {
  /** The whole address; undefined where nothing of that kind is sent. */
  readonly tracesUrl: string | undefined;
  readonly metricsUrl: string | undefined;
  /** `/metrics` answers. */
  readonly isScraped: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** How long spans are collected before they are sent, in milliseconds. */
  readonly delayMs: number;
  readonly sampler: Sampler;
  /** Attributes of this server. */
  readonly resource: Readonly<Record<string, string>>;
}

/** Pairs such as `key=value,other=with%20space`, whose values are percent-encoded (W3C Baggage). */
export const pairs = textSetting(
  'must be pairs such as name=value, separated by commas; spaces and commas in values percent-encoded',
  (text) => {
    const found: Record<string, string> = {};
    for (const pair of text.split(',').filter((each) => each.trim() !== '')) {
      const [, name, value] = /^\s*([\w.\-/]+)\s*=\s*([\x21-\x2b\x2d-\x7e]*)\s*$/.exec(pair) ?? [];
      const plain = value === undefined ? undefined : decoded(value);
      if (name === undefined || plain === undefined || /\p{Cc}/u.test(plain)) return undefined;
      found[name] = plain;
    }
    return found;
  },
);

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** A sampler of the specification. */
export type SamplerName = (typeof SAMPLERS)[number];

export const samplerName = textSetting(`must be one of ${SAMPLERS.join(', ')}`, (text) =>
  SAMPLERS.find((name) => name === text),
);

export const tracesExporter = textSetting('must be otlp or none', (text) =>
  text === 'otlp' || text === 'none' ? text : undefined,
);

/** An exporter of metrics. */
export type MetricsExporter = 'otlp' | 'prometheus' | 'none';

export const metricsExporters = textSetting(
  'must be otlp, prometheus, both separated by a comma, or none',
  (text) => {
    const names = text.split(',').map((name) => name.trim());
    const known = names.filter(isExporter);
    return known.length === names.length ? known : undefined;
  },
);

/** An address that telemetry is sent to. */
export const endpointUrl = textSetting(
  'must be an http or https address such as http://localhost:4318, without user name, query or fragment',
  (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '';
    return isPlain && url.search === '' && url.hash === '' ? url.href.replace(/\/$/, '') : undefined;
  },
);

/** The values of the rows that this is made of. */
export interface TelemetryValues {
  readonly OTEL_SDK_DISABLED: boolean;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_METRICS_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_HEADERS: Readonly<Record<string, string>>;
  readonly OTEL_EXPORTER_OTLP_TIMEOUT: number;
  readonly OTEL_BSP_SCHEDULE_DELAY: number;
  readonly OTEL_TRACES_EXPORTER: 'otlp' | 'none';
  readonly OTEL_METRICS_EXPORTER: readonly MetricsExporter[];
  readonly OTEL_TRACES_SAMPLER: SamplerName;
  readonly OTEL_TRACES_SAMPLER_ARG: string;
  readonly OTEL_SERVICE_NAME?: string | undefined;
  readonly OTEL_RESOURCE_ATTRIBUTES: Readonly<Record<string, string>>;
}

/** Where telemetry goes; undefined where nobody asks for any. Pure. */
export function telemetryOf(values: TelemetryValues): Telemetry | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_METRICS_EXPORTER: exporters } = values;
  const at = (path: string) => (base === undefined ? undefined : `${base}/v1/${path}`);
  const tracesUrl =
    values.OTEL_TRACES_EXPORTER === 'none'
      ? undefined
      : (values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? at('traces'));
  const metricsUrl = exporters.includes('otlp')
    ? (values.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ?? at('metrics'))
    : undefined;
  const isScraped = exporters.includes('prometheus');
  if (values.OTEL_SDK_DISABLED || (tracesUrl === undefined && metricsUrl === undefined && !isScraped))
    return undefined;
  return {
    tracesUrl,
    metricsUrl,
    isScraped,
    headers: values.OTEL_EXPORTER_OTLP_HEADERS,
    timeoutMs: values.OTEL_EXPORTER_OTLP_TIMEOUT,
    delayMs: values.OTEL_BSP_SCHEDULE_DELAY,
    sampler: samplerOf(values),
    resource: {
      'service.name': values.OTEL_SERVICE_NAME ?? 'nexcode',
      ...values.OTEL_RESOURCE_ATTRIBUTES,
      // The name of its own counts before one among the attributes, as the specification says.
      ...(values.OTEL_SERVICE_NAME !== undefined && { 'service.name': values.OTEL_SERVICE_NAME }),
    },
  };
}

function samplerOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }: TelemetryValues): Sampler {
  const isParentBased = name.startsWith('parentbased_');
  if (name.endsWith('always_on')) return { ratio: 1, isParentBased };
  return { ratio: name.endsWith('always_off') ? 0 : Number(ratio), isParentBased };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function isExporter(name: string): name is MetricsExporter {
  return name === 'otlp' || name === 'prometheus' || name === 'none';
}
