/**
 * The gateway's own error codes, each with the statuses under which it is answered. A `GatewayError` with a code or a
 * status that is missing here does not compile. The OpenAPI document and the guides are checked against this table.
 * Only its types are imported by the Worker, so it adds nothing to the bundle.
 */
export const ERROR_STATUSES = {
  api_key_expired: [401],
  array_above_max_length: [400],
  client_closed_request: [499],
  client_key_not_allowed: [403],
  client_keys_disabled: [401],
  cross_origin_refused: [403],
  destination_refused: [403],
  empty_array: [400],
  endpoint_not_allowed: [403],
  endpoint_not_found: [404],
  endpoint_not_priced: [403],
  host_not_allowed: [403],
  incomplete_body: [400],
  insufficient_quota: [429],
  integer_above_max_value: [400],
  integer_below_min_value: [400],
  internal_error: [500],
  invalid_api_key: [401],
  invalid_json: [400],
  invalid_type: [400],
  invalid_value: [400],
  key_not_found: [404],
  key_service_unavailable: [503],
  keys_disabled: [400],
  login_unavailable: [400],
  method_not_allowed: [405],
  missing_required_parameter: [400],
  model_not_found: [404],
  model_not_priced: [403],
  previous_response_not_found: [400],
  rate_limit_exceeded: [429],
  request_timeout: [408],
  request_too_large: [413],
  request_too_large_for_limit: [429],
  server_misconfigured: [500],
  server_stopping: [503],
  service_account_not_found: [404],
  stateless_only: [400],
  stream_abandoned: [499],
  stream_not_found: [404],
  stream_service_unavailable: [503],
  stream_stopped: [499],
  stream_too_long: [410],
  streams_disabled: [404],
  too_many_bodies: [503],
  too_many_keys: [400],
  unknown_parameter: [400],
  unknown_url: [404],
  unreadable_model: [400],
  unsupported_content_encoding: [415],
  unsupported_content_type: [400],
  unsupported_parameter: [400],
  unsupported_value: [400],
  upgrade_not_supported: [426],
  upstream_error: [502],
  upstream_stream_cut: [502],
  upstream_timeout: [504],
} as const satisfies Readonly<Record<string, readonly number[]>>;

/** A code of the gateway's own. */
export type ErrorCode = keyof typeof ERROR_STATUSES;

/** A status that some code is answered under. */
export type ErrorStatus = (typeof ERROR_STATUSES)[ErrorCode][number];

/** The codes that are answered under a status. */
export type CodeUnder<Status extends ErrorStatus> = {
  [Code in ErrorCode]: Status extends (typeof ERROR_STATUSES)[Code][number] ? Code : never;
}[ErrorCode];

/** A status with one of its codes, or without any, as OpenAI answers some errors. */
export type CodedStatus = {
  readonly [Status in ErrorStatus]: {
    /** HTTP status, 400 to 599. */
    readonly status: Status;
    readonly code: CodeUnder<Status> | null;
  };
}[ErrorStatus];
