/** A JSON answer that is read before it is delivered: for its usage, or to tell an error under a success status. */

import { readPromptUsage } from '../completions/usage.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { cutAnswer, reportedError } from '../http/upstream-failure.ts';
import { readPrefix } from '../stream/read.ts';
import { secretsOf } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { passOn } from './pass-on.ts';
import { withoutSecrets } from './success-json.ts';

/** A longer answer is not looked into: it passes as it is, and its usage stays unknown. */
const LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * The same answer, its bytes untouched, with the account closed by the usage that it reports.
 * @throws {GatewayError} 502 for an answer that breaks off, and for an error object where another target follows.
 */
export async function passWholeJson(upstream: Response, context: UpstreamContext): Promise<Response> {
  const { account, hasNext } = context;
  const prefix = await readPrefix(upstream.body, LIMIT_BYTES);
  if (prefix.kind === 'cut') throw cutAnswer();
  if (prefix.kind === 'longer') {
    account.close({ end: 'handed_over', usage: undefined, http: upstream.status });
    return passOn(new Response(prefix.body, upstream));
  }
  const answer = parseJson(new TextDecoder().decode(prefix.bytes));
  if (hasNext && isRecord(answer) && answer['error'])
    throw reportedError(answer['error'], secretsOf(context));
  const usage = readPromptUsage(isRecord(answer) ? answer['usage'] : undefined);
  account.close({ end: 'whole', usage, http: upstream.status });
  const bytes = withoutSecrets(prefix.bytes, secretsOf(context));
  return passOn(new Response(bytes, upstream));
}
