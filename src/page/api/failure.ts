/** What went wrong with a turn, as data: which kind it is decides what the reader is offered. Pure. */
import { ANSWER_HEADERS } from '../../shared/contract.ts';
import * as envelope from './json.ts';
import { redact } from './redact.ts';

export type FailureKind =
  /** The page's login is needed or has ended. */
  | 'session'
  /** The reader's own key was refused. */
  | 'key'
  /** The server may not or cannot pay: it has no key, or its key was refused. */
  | 'server_key'
  | 'client_keys'
  /** No target of this model takes the reader's own key. */
  | 'key_model'
  | 'forbidden'
  | 'rate'
  | 'quota'
  | 'model'
  | 'context'
  | 'too_large'
  | 'parameter'
  | 'misconfigured'
  | 'server'
  | 'timeout'
  /** The stream ended without its end. */
  | 'cut'
  /** The server restarts, or has too much to do at the moment. */
  | 'busy'
  | 'network'
  | 'offline'
  | 'filter';

export interface Failure {
  readonly kind: FailureKind;
  /** The other side's words, redacted. Empty where there were none. */
  readonly message: string;
  readonly status?: number;
  readonly code?: string;
  readonly requestId?: string;
  /** When a retry makes sense, milliseconds since the epoch, as the answer's headers say. */
  readonly retryAt?: number;
}

/** What is known when an answer is refused. */
export interface Refusal {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The body as text: an OpenAI envelope, or anything else. */
  readonly body: string;
  /** The key that was sent with the request. */
  readonly key: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Reads a refused request. Never throws: a body that is no envelope is a failure of the status alone. */
export function refusalFailure({ status, headers, body, key, now }: Refusal): Failure {
  const error = envelope.record(envelope.record(envelope.parse(body))['error']);
  const code = envelope.text(error['code']) || envelope.text(error['type']);
  const message = redact(envelope.text(error['message']).slice(0, 1000), key);
  const requestId = headers.get('x-request-id');
  const wait = waitMs(status, headers, now);
  return {
    kind: refusalKind(status, code, message, headers.get(ANSWER_HEADERS.credentials), key !== null),
    message,
    status,
    ...(code && { code }),
    ...(requestId && { requestId }),
    ...(wait !== null && { retryAt: now + wait }),
  };
}

/** Reads the error event of a stream that had begun. */
export function midStreamFailure(error: unknown, requestId: string | null, key: string | null): Failure {
  const fields = envelope.record(error);
  const code = envelope.text(fields['code']) || envelope.text(fields['type']);
  const message = redact((envelope.text(fields['message']) || envelope.text(error)).slice(0, 1000), key);
  const kind =
    ownKind(code) ?? (/context_length/.test(code) ? 'context' : /rate_limit/.test(code) ? 'rate' : 'server');
  return { kind, message, ...(code && { code }), ...(requestId && { requestId }) };
}

/** Codes that only this project's server uses. The page has words of its own for each. */
const OWN_CODES: Readonly<Record<string, FailureKind>> = {
  api_key_expired: 'key',
  client_key_not_allowed: 'key_model',
  client_keys_disabled: 'client_keys',
  cross_origin_refused: 'forbidden',
  destination_refused: 'forbidden',
  endpoint_not_allowed: 'forbidden',
  endpoint_not_priced: 'forbidden',
  host_not_allowed: 'forbidden',
  incomplete_body: 'network',
  internal_error: 'server',
  key_not_found: 'key',
  key_service_unavailable: 'busy',
  keys_disabled: 'key',
  model_not_priced: 'model',
  request_timeout: 'timeout',
  request_too_large: 'too_large',
  request_too_large_for_limit: 'too_large',
  server_misconfigured: 'misconfigured',
  server_stopping: 'busy',
  too_many_bodies: 'busy',
  upstream_stream_cut: 'cut',
  upstream_timeout: 'timeout',
};

/** The kind that a code of our own server stands for: then the server's English sentence need not be shown. */
export function ownKind(code: string | undefined): FailureKind | undefined {
  return code !== undefined && Object.hasOwn(OWN_CODES, code) ? OWN_CODES[code] : undefined;
}

function refusalKind(
  status: number,
  code: string,
  message: string,
  credentials: string | null,
  sentKey: boolean,
): FailureKind {
  const own = ownKind(code);
  if (own) return own;
  if (/context_length|string_above_max_length/.test(code) || /maximum context length/i.test(message)) {
    return 'context';
  }
  if (code === 'insufficient_quota' || status === 402) return 'quota';
  if (/content_filter|content_policy/.test(code)) return 'filter';
  switch (status) {
    case 401:
      if (credentials === 'server') return 'server_key';
      return sentKey ? 'key' : 'session';
    case 403:
      return 'forbidden';
    case 404:
      return 'model';
    case 413:
      return 'too_large';
    case 429:
      return 'rate';
    default:
      if (code === 'model_not_found') return 'model';
      return status >= 500 ? 'server' : 'parameter';
  }
}

/**
 * How long to wait: `retry-after-ms` (Azure), `retry-after`, else for 429 the longest of OpenAI's `x-ratelimit-reset-*`
 * whose allowance is used up. https://platform.openai.com/docs/guides/rate-limits
 */
function waitMs(status: number, headers: Refusal['headers'], now: number): number | null {
  const exact = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (exact >= 0) return exact;
  const after = retryAfterMs(headers.get('retry-after'), now);
  if (after !== null || status !== 429) return after;
  const waits = ['requests', 'tokens']
    .filter((what) => headers.get(`x-ratelimit-remaining-${what}`)?.trim() === '0')
    .map((what) => durationMs(headers.get(`x-ratelimit-reset-${what}`)))
    .filter((wait) => wait !== null);
  return waits.length > 0 ? Math.max(...waits) : null;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time as Go writes it (`6m0s`, `1.5s`, `20ms`), in milliseconds; a bare number is seconds. */
function durationMs(value: string | null): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) return null;
  let sum = 0;
  for (const [, count, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    sum += Number(count) * (UNITS_MS[unit] ?? 0);
  }
  return sum;
}

/** `retry-after` in seconds or as an HTTP date (RFC 9110, 10.2.3), as milliseconds from `now`. */
export function retryAfterMs(value: string | null, now: number): number | null {
  if (!value) return null;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
