/** The gateway's one error type and the one place that knows OpenAI's error envelope. */
import type { CodedStatus } from './error-codes.ts';

/** The four fields of OpenAI's error object. All four keys are always present on the wire. */
export interface ErrorFields {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** The gateway's own code and status, by the table of `error-codes.ts`; or those of an upstream, or of another error. */
type Kind =
  | CodedStatus
  | { readonly status: number; readonly code: string | null; readonly from: 'upstream' | 'error' };

/** What a `GatewayError` is made of; `type` follows from the status unless it is given. */
export type GatewayErrorInit = Kind & ErrorDetails;

/** What is said of an error beside its code and status. */
export interface ErrorDetails {
  /** For people: says what is wrong and how to fix it. Never holds a key, a token or content. */
  readonly message: string;
  readonly type?: string;
  readonly param?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** False where the same request would fail again, or may have cost something: `x-should-retry: false` for the official clients. */
  readonly retry?: boolean;
  readonly cause?: unknown;
  /** What an upstream may charge for the call that failed so; unsaid, nothing below 500, and the whole answer above. */
  readonly mayHaveCost?: MayHaveCost;
}

/** The customary status in logs for a request that its own client ended. */
export const CLIENT_CLOSED = 499;

/** What a call without an answer may have cost. */
export type MayHaveCost = 'nothing' | 'prompt' | 'answer';

/**
 * Thrown wherever the gateway itself refuses or fails a request.
 * It is not used for an upstream's own well-formed errors: those pass untouched.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly status: number;
  readonly fields: ErrorFields;
  readonly headers: Readonly<Record<string, string>>;
  readonly mayHaveCost: MayHaveCost;

  constructor(init: GatewayErrorInit) {
    super(init.message, { cause: init.cause });
    this.status = init.status;
    this.mayHaveCost = init.mayHaveCost ?? (init.status >= 500 ? 'answer' : 'nothing');
    this.fields = {
      message: init.message,
      type: init.type ?? (init.status >= 500 ? 'server_error' : 'invalid_request_error'),
      param: init.param ?? null,
      code: init.code,
    };
    this.headers =
      init.retry === false ? { 'x-should-retry': 'false', ...init.headers } : (init.headers ?? {});
  }
}

/**
 * The envelope as JSON text: the body of an error answer, and the data of an error event in a stream.
 * @see https://platform.openai.com/docs/guides/error-codes
 */
export function errorEnvelope(fields: ErrorFields): string {
  const { message, type, param, code } = fields;
  return JSON.stringify({ error: { message, type, param, code } });
}

/** Renders any failure as an answer. */
export function errorResponse(error: unknown): Response {
  const known = asGatewayError(error);
  return new Response(errorEnvelope(known.fields), {
    status: known.status,
    headers: { 'content-type': 'application/json', ...known.headers },
  });
}

/** Any failure as a `GatewayError`; an unexpected one becomes a 500 that says nothing of its cause. */
export function asGatewayError(error: unknown): GatewayError {
  return error instanceof GatewayError ? error : unexpected(error);
}

/** An unexpected failure. Its text is not told: it may hold anything. */
function unexpected(cause: unknown): GatewayError {
  return new GatewayError({
    status: 500,
    code: 'internal_error',
    message:
      'The gateway failed in an unexpected way. Try again; if it persists, set DEBUG=true and look up the x-request-id of this answer in the log.',
    // The same request would fail the same way, or has cost something already.
    retry: false,
    cause,
  });
}
