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
  | 'forbidden'
  | 'rate'
  | 'quota'
  | 'model'
  | 'context'
  | 'too_large'
  | 'parameter'
  | 'misconfigured'
  | 'server'
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
  /** When a retry makes sense, milliseconds since the epoch (from `retry-after`). */
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
  const wait = retryAfterMs(headers.get('retry-after'), now);
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
  const kind = /context_length/.test(code) ? 'context' : /rate_limit/.test(code) ? 'rate' : 'server';
  return { kind, message, ...(code && { code }), ...(requestId && { requestId }) };
}

function refusalKind(
  status: number,
  code: string,
  message: string,
  credentials: string | null,
  sentKey: boolean,
): FailureKind {
  if (code === 'client_keys_disabled') return 'client_keys';
  if (code === 'server_misconfigured') return 'misconfigured';
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

/** `retry-after` in seconds or as an HTTP date (RFC 9110, 10.2.3), as milliseconds from `now`. */
export function retryAfterMs(value: string | null, now: number): number | null {
  if (!value) return null;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
