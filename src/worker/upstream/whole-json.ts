/** A JSON answer to a client that wants one: its bytes untouched, looked at as far as anybody asks. */

import { readPromptUsage } from '../completions/usage.ts';
import { concat } from '../http/bytes.ts';
import { errorUnderSuccess, hasChoices, isOpenAiError } from '../http/foreign-error.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { isJson, mediaType } from '../http/media-type.ts';
import { cutAnswer, reportedError } from '../http/upstream-failure.ts';
import { type BodyStart, readPrefix } from '../stream/body-start.ts';
import { secretsOf } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { passOn } from './pass-on.ts';
import type { Received } from './received.ts';
import { readShortBody } from './short-body.ts';
import { passJson, withoutSecrets } from './success-json.ts';

/** A longer answer is not looked into: it passes as it is, and its usage stays unknown. */
const LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * The same answer. A longer one is read whole only where its usage is asked for, or where another target follows;
 * otherwise the runtime pumps it.
 * @param start what was read of it, or beside it. Of a start that is whole the answer's own body is not read.
 * @param errorIn finds the error in an answer that is one.
 * @throws {GatewayError} 502 for an answer that breaks off before it is delivered, and for an error under a success
 * status: one of another form than OpenAI's, which no client knows, and OpenAI's too where another target follows.
 */
export async function passWholeJson(
  upstream: Received,
  start: BodyStart,
  context: UpstreamContext,
  errorIn = errorUnderSuccess,
): Promise<Response> {
  const { account, hasNext } = context;
  const labelled = withLabel(upstream);
  if (!hasNext && !account.readsUsage && start.kind !== 'whole') {
    account.close({ end: 'handed_over', usage: undefined, http: upstream.status });
    return passJson(labelled, context, start.text);
  }
  const isRead = start.kind === 'whole';
  const prefix = isRead
    ? ({ kind: 'whole', bytes: concat(start.pieces) } as const)
    : ((await readShortBody(upstream, LIMIT_BYTES)) ?? (await readPrefix(upstream.body, LIMIT_BYTES)));
  if (prefix.kind === 'cut') throw cutAnswer();
  if (prefix.kind === 'longer') {
    account.close({ end: 'handed_over', usage: undefined, http: upstream.status });
    return passOn(labelled, context, prefix.body);
  }
  const text = isRead ? start.text : new TextDecoder().decode(prefix.bytes);
  const mayBeError = !isRead || !hasChoices(text);
  if (mayBeError || account.readsUsage) {
    const answer = parseJson(text);
    const error = errorIn(answer);
    if (error !== undefined && (hasNext || !isOpenAiError(answer)))
      throw reportedError(error, secretsOf(context));
    const usage = readPromptUsage(isRecord(answer) ? answer['usage'] : undefined);
    account.close({ end: 'whole', usage, http: upstream.status });
  } else {
    account.close({ end: 'handed_over', usage: undefined, http: upstream.status });
  }
  return passOn(labelled, context, withoutSecrets(prefix.bytes, text, secretsOf(context)));
}

/** Clients read by the label, which may be another. */
function withLabel(answer: Received): Received {
  return isJson(mediaType(answer.headers.get('content-type')))
    ? answer
    : answer.withFields({ 'content-type': 'application/json' });
}
