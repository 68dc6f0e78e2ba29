/** JSON under a success status, which passes byte for byte unless it is an error after all: those quote keys. */
import { concat } from '../http/bytes.ts';
import { isErrorUnderSuccess, mayBeError } from '../http/foreign-error.ts';
import { parseJson } from '../http/json/read.ts';
import { redact } from '../http/redact.ts';
import { cutAnswer } from '../http/upstream-failure.ts';
import { readStartBeside } from '../stream/body-start.ts';
import { secretsOf } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { passOn } from './pass-on.ts';
import type { Received } from './received.ts';
import { isPacked } from './unpack.ts';

/** An error is a few words for people; what is longer is none. */
const LONGEST_ERROR_BYTES = 64 * 1024;

/** How far a success is looked into, as long as that takes. */
const LOOK = { bytes: LONGEST_ERROR_BYTES + 1, ms: 0 };

/**
 * Passes a success on. Its first piece tells whether it may be an error; one that may is read as a whole, anything else
 * goes on as it comes.
 * @param seen the beginning, as far as it was read beside the answer.
 * @throws {GatewayError} 502 for a body that breaks off before its first byte, or that may be an error and breaks off.
 */
export async function passJson(upstream: Received, context: UpstreamContext, seen = ''): Promise<Response> {
  const length = upstream.headers.get('content-length');
  if (
    upstream.body === null ||
    isPacked(upstream) ||
    isNoError(seen) ||
    (length !== undefined && Number(length) > LONGEST_ERROR_BYTES)
  )
    return passOn(upstream, context);
  const [start, body] = await readStartBeside(upstream.body, isNoError, LOOK);
  if (start.kind === 'more') return passOn(upstream, context, body);
  await body.cancel().catch(() => undefined);
  if (start.kind === 'cut') throw cutAnswer();
  const bytes = concat(start.pieces);
  const clean = withoutSecrets(bytes, new TextDecoder().decode(bytes), secretsOf(context));
  return passOn(upstream, context, clean);
}

function isNoError(beginning: string): boolean {
  return beginning !== '' && !mayBeError(beginning);
}

/** The same bytes, but for an error that quotes a secret. @param text what they say. */
export function withoutSecrets(
  bytes: Uint8Array<ArrayBuffer>,
  text: string,
  secrets: readonly string[],
): Uint8Array<ArrayBuffer> {
  if (!mayBeError(text)) return bytes;
  const clean = redact(text, secrets);
  return clean !== text && isErrorUnderSuccess(parseJson(text))
    ? new Uint8Array(new TextEncoder().encode(clean))
    : bytes;
}
