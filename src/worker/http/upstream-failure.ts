/** The gateway's words for answers of the upstream that no client could use. */
import type { CodeUnder } from './error-codes.ts';
import { type ErrorDetails, GatewayError } from './errors.ts';
import { foreignError, MESSAGE_LIMIT } from './foreign-error.ts';
import { redact } from './redact.ts';

/** A 502. A request that failed may have cost something all the same, so clients are told not to repeat it by themselves. */
export function upstreamFailure(message: string, more: Partial<ErrorDetails> = {}): GatewayError {
  return new GatewayError({ status: 502, code: 'upstream_error', message, retry: false, ...more });
}

/** A 504, likewise. */
export function upstreamTimeout(message: string, cause?: unknown): GatewayError {
  return new GatewayError({ status: 504, code: 'upstream_timeout', message, retry: false, cause });
}

/** The cure where an address seems to be another's than an API's. @param setting the one that says the address. */
export function checkTheBase(setting = 'OPENAI_API_BASE'): string {
  return `Check that ${setting} is the address of an OpenAI-compatible API, usually one that ends in /v1.`;
}

/**
 * A success whose body is not what the API answers, such as the HTML of a login page.
 * @param setting the one that says the upstream's address.
 */
export function unusableAnswer(what: string, setting?: string, expected = 'a completion'): GatewayError {
  return upstreamFailure(
    `The upstream answered with ${what} instead of ${expected}. ${checkTheBase(setting)}`,
  );
}

/** A redirect is not followed, for it could carry the key to another place, and not relayed, for the client would follow it. */
export function redirectRefused(setting: string): GatewayError {
  return upstreamFailure(
    `The upstream answered with a redirect, which the gateway does not follow. Set ${setting} to the address that it finally leads to.`,
    { mayHaveCost: 'nothing' },
  );
}

/** An answer that ended before it was whole, noticed before anything was sent to the client. */
export function cutAnswer(): GatewayError {
  return new CutAnswer(
    'The upstream broke off before the end of its answer. Send the request again.',
    'upstream_error',
  );
}

/** The same in a stream of which the client has had a part. Its first words are those that clients know a lost connection by. */
export function streamCut(): GatewayError {
  return new CutAnswer(
    'Connection error: the upstream broke off before the end of its answer. What has arrived is incomplete: send the request again.',
    'upstream_stream_cut',
  );
}

/** Whether a failure is that of an answer which ended before it was whole. */
export function isCut(error: unknown): boolean {
  return error instanceof CutAnswer;
}

class CutAnswer extends GatewayError {
  constructor(message: string, code: CodeUnder<502>) {
    super({ status: 502, code, message, retry: false });
  }
}

/** A stream that opened and then said nothing for too long. */
export function silentStart(): GatewayError {
  return upstreamTimeout(
    'The upstream opened a stream and said nothing in time (UPSTREAM_FIRST_CONTENT_MS). Send the request again.',
  );
}

/** A stream that said something and then nothing for too long. */
export function fellSilent(): GatewayError {
  return upstreamTimeout(
    'The upstream fell silent in the middle of its answer (UPSTREAM_IDLE_MS). What has arrived is incomplete: send the request again.',
  );
}

/** An answer that is longer than the gateway is willing to hold in memory while it converts it. */
export function answerTooLarge(): GatewayError {
  return upstreamFailure(
    'The upstream\'s answer is too large to be converted. Ask with the "stream" value that it answers natively.',
  );
}

/**
 * An error object that came under a success status; its own words are kept where they have OpenAI's form.
 * @param secrets what an upstream may have quoted and must be redacted (`secretsOf`).
 */
export function reportedError(error: unknown, secrets: readonly string[]): GatewayError {
  const fields = foreignError(error);
  const text = (value: unknown) =>
    typeof value === 'string' && value !== '' ? redact(value, secrets) : undefined;
  const code = typeof fields.code === 'number' ? String(fields.code) : text(fields.code);
  return new GatewayError({
    status: 502,
    from: 'upstream',
    code: code ?? 'upstream_error',
    type: text(fields.type) ?? 'server_error',
    param: text(fields.param) ?? null,
    message:
      text(fields.message)?.slice(0, MESSAGE_LIMIT) ?? 'The upstream reported an error without a message.',
  });
}
