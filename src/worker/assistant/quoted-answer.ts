/** A quotation on the wire: the response to a question that no model answered. */

import { ANSWER_HEADERS, ASSISTANT_MODEL } from '../../shared/contract.ts';
import { type CompletionParts, completionEvents, completionOf } from '../completions/build.ts';
import { randomId } from '../http/random-id.ts';
import type { ResponseOptions } from '../upstream/answer.ts';
import { EVENT_STREAM_HEADERS } from '../upstream/pass-on.ts';
import type { Quotation } from './quotation.ts';
import { estimateTokens } from './token-estimate.ts';

/** A quotation as the answer to these questions. Its usage is an estimate, and `x-nexcode-usage` says so. */
export function quotedAnswer(
  { text, nearest }: Pick<Quotation, 'text' | 'nearest'>,
  questions: readonly string[],
  fingerprint: string,
  options: ResponseOptions,
): Response {
  const prompt = questions.reduce((sum, question) => sum + estimateTokens(question), 0);
  const said = estimateTokens(text);
  const parts: CompletionParts = {
    id: randomId('chatcmpl-'),
    created: Math.floor(Date.now() / 1000),
    model: ASSISTANT_MODEL,
    fingerprint,
    text,
    usage: { prompt_tokens: prompt, completion_tokens: said, total_tokens: prompt + said },
    nearest,
  };
  const answer = options.stream
    ? new Response(completionEvents(parts, options.includeUsage), { headers: EVENT_STREAM_HEADERS })
    : Response.json(completionOf(parts));
  answer.headers.set(ANSWER_HEADERS.usage, 'estimated');
  return answer;
}
