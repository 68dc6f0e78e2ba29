/** Which of the gateway's error codes an operation can answer with: groups by what a request passes on its way. */
import type { ErrorCode } from '../../src/worker/http/error-codes.ts';

/** Before anything is decided. */
const ALWAYS = [
  'destination_refused',
  'host_not_allowed',
  'internal_error',
  'server_misconfigured',
  'server_stopping',
] as const satisfies readonly ErrorCode[];

/** Whose request it is. */
const CREDENTIALS = [
  'api_key_expired',
  'client_keys_disabled',
  'cross_origin_refused',
  'endpoint_not_allowed',
  'invalid_api_key',
  'key_service_unavailable',
  'rate_limit_exceeded',
] as const satisfies readonly ErrorCode[];

/** Reading a JSON body. */
const BODY = [
  'incomplete_body',
  'invalid_json',
  'invalid_type',
  'missing_required_parameter',
  'request_timeout',
  'request_too_large',
  'too_many_bodies',
  'unsupported_content_encoding',
  'unsupported_content_type',
] as const satisfies readonly ErrorCode[];

/** Choosing where a model is served, and what may be spent there. */
const ROUTING = [
  'client_key_not_allowed',
  'endpoint_not_priced',
  'insufficient_quota',
  'invalid_value',
  'model_not_found',
  'model_not_priced',
  'request_too_large_for_limit',
  'stateless_only',
] as const satisfies readonly ErrorCode[];

/** Asking an upstream. */
const UPSTREAM = [
  'client_closed_request',
  'upstream_error',
  'upstream_timeout',
] as const satisfies readonly ErrorCode[];

/** Translating a request to chat. */
const TRANSLATION = [
  'array_above_max_length',
  'empty_array',
  'integer_above_max_value',
  'integer_below_min_value',
  'unknown_parameter',
  'unsupported_parameter',
  'unsupported_value',
] as const satisfies readonly ErrorCode[];

/** The groups as operations name them. */
export const ERROR_GROUPS = {
  ALWAYS,
  CREDENTIALS,
  BODY,
  ROUTING,
  UPSTREAM,
  TRANSLATION,
} as const satisfies Readonly<Record<string, readonly ErrorCode[]>>;
