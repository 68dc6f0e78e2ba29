/** What went wrong with a turn, as data: which kind it is decides what the reader is offered. Pure. */
import { ANSWER_HEADERS } from '../../shared/contract.ts';
import * as envelope from './json.ts';
import { redact } from './redact.ts';
import { type WaitHeaders, waitMs } from './wait.ts';

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
  /** The page asked for what this version of the server does not have. */
  | 'outdated'
  | 'server'
  | 'timeout'
  /** The stream ended without its end. */
  | 'cut'
  /** The recorded answer is no longer kept. */
  | 'gone'
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
  /** It is this project's server that says so, and not one behind it: the page has words of its own for it. */
  readonly own?: true;
  readonly requestId?: string;
  /** When a retry makes sense, milliseconds since the epoch, as the answer's headers say. */
  readonly retryAt?: number;
}

/** What is known when an answer is refused. */
export interface Refusal {
  readonly status: number;
  readonly headers: WaitHeaders;
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
  const own = isOwn(code, headers);
  return {
    kind: refusalKind({ status, code, message, own, headers, sentKey: key !== null }),
    message,
    status,
    ...(code && { code }),
    ...(own && { own }),
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

/** Codes that only this project's server uses. */
const OWN_CODES: Readonly<Record<string, FailureKind>> = {
  api_key_expired: 'key',
  client_closed_request: 'network',
  client_key_not_allowed: 'key_model',
  client_keys_disabled: 'client_keys',
  cross_origin_refused: 'forbidden',
  destination_refused: 'forbidden',
  endpoint_not_allowed: 'forbidden',
  endpoint_not_found: 'parameter',
  endpoint_not_priced: 'forbidden',
  host_not_allowed: 'forbidden',
  incomplete_body: 'network',
  internal_error: 'server',
  key_not_found: 'key',
  key_service_unavailable: 'busy',
  keys_disabled: 'key',
  login_unavailable: 'forbidden',
  model_not_priced: 'model',
  request_timeout: 'timeout',
  request_too_large: 'too_large',
  request_too_large_for_limit: 'too_large',
  server_misconfigured: 'misconfigured',
  server_stopping: 'busy',
  service_account_not_found: 'key',
  stateless_only: 'parameter',
  stream_abandoned: 'gone',
  stream_not_found: 'gone',
  stream_service_unavailable: 'busy',
  stream_stopped: 'gone',
  stream_too_long: 'gone',
  streams_disabled: 'gone',
  too_many_bodies: 'busy',
  too_many_keys: 'key',
  unreadable_model: 'parameter',
  unsupported_content_encoding: 'outdated',
  unsupported_content_type: 'outdated',
  upgrade_not_supported: 'outdated',
  upstream_error: 'server',
  upstream_stream_cut: 'cut',
  upstream_timeout: 'timeout',
};

/** Codes of our server that others use too; null where the status says what kind it is. */
const SHARED_CODES: Readonly<Record<string, FailureKind | null>> = {
  array_above_max_length: null,
  empty_array: null,
  insufficient_quota: null,
  integer_above_max_value: null,
  integer_below_min_value: null,
  invalid_api_key: null,
  invalid_json: null,
  invalid_type: null,
  invalid_value: null,
  method_not_allowed: 'outdated',
  missing_required_parameter: null,
  model_not_found: null,
  previous_response_not_found: 'parameter',
  rate_limit_exceeded: null,
  unknown_parameter: null,
  unknown_url: 'outdated',
  unsupported_parameter: null,
  unsupported_value: null,
};

/** Whether our own server said so: then its English sentence need not be shown. */
export function isOwnFailure({ own, code = '' }: Failure): boolean {
  return own ?? ownKind(code) !== undefined;
}

function ownKind(code: string): FailureKind | undefined {
  return Object.hasOwn(OWN_CODES, code) ? OWN_CODES[code] : undefined;
}

/** Whether our own server speaks: by a code of its own, or by another of its codes where no server behind it is named. */
function isOwn(code: string, headers: WaitHeaders): boolean {
  if (ownKind(code) !== undefined) return true;
  return Object.hasOwn(SHARED_CODES, code) && headers.get(ANSWER_HEADERS.upstream) === null;
}

function refusalKind({
  status,
  code,
  message,
  own,
  headers,
  sentKey,
}: {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly own: boolean;
  readonly headers: WaitHeaders;
  readonly sentKey: boolean;
}): FailureKind {
  const kind = ownKind(code) ?? (own ? SHARED_CODES[code] : undefined);
  if (kind) return kind;
  if (
    /context_length|string_above_max_length/.test(code) ||
    (!own && /maximum context length/i.test(message))
  ) {
    return 'context';
  }
  if (code === 'insufficient_quota' || status === 402) return 'quota';
  if (/content_filter|content_policy/.test(code)) return 'filter';
  switch (status) {
    case 401:
      if (headers.get(ANSWER_HEADERS.credentials) === 'server') return 'server_key';
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
