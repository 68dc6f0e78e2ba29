/** The assistant's answer to a chat request: by a model where one is at hand, else out of the knowledge alone. */

import { ANSWER_HEADERS, ASSISTANT_MODEL } from '../../shared/contract.ts';
import { OPENAI_BASE } from '../config/upstream.ts';
import { unreadableBody } from '../http/invalid-body.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { resolve } from '../routing/resolve.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import type { AssistantRequest } from './assistant-request.ts';
import { readConversation } from './conversation.ts';
import { knowledgeFor } from './knowledge/knowledge.ts';
import { retrieve } from './knowledge/retrieve.ts';
import { askModel } from './model-answer.ts';
import { type Quotation, quote } from './quotation.ts';
import { quotedAnswer } from './quoted-answer.ts';
import { unsupportedParams } from './unsupported-params.ts';

/**
 * Answers as a chat completion, streamed or not; `x-nexcode-answer` says who spoke: `model`, `section`, `none` or `courtesy`.
 * @throws {GatewayError} 400 for what is no JSON, for messages without a question, or for what a quotation cannot honour;
 * the upstream's failure where a quotation cannot take its place.
 */
export async function answerQuestion(request: AssistantRequest, context: UpstreamContext): Promise<Response> {
  const body = parseJson(request.body);
  // Of a long body only the outline was checked so far.
  if (!isRecord(body)) throw unreadableBody();
  const conversation = readConversation(Array.isArray(body['messages']) ? body['messages'] : []);
  const index = knowledgeFor(context.payer, context.settings);
  const found = retrieve(index, conversation.questions);
  const refusal = unsupportedParams(body, conversation);

  let failure: string | undefined;
  if (isModelAtHand(context)) {
    const answer = await askModel(
      request,
      { body, conversation, index, found, quotable: refusal === undefined },
      context,
    );
    if (answer.kind === 'answer') return answer.response;
    failure = answer.reason;
  } else if (refusal !== undefined) {
    throw refusal;
  } else {
    // Nothing is spent, but who asks must still be somebody who may.
    await context.account.open({
      model: ASSISTANT_MODEL,
      targets: [],
      endpoint: 'chat/completions',
      body: undefined,
    });
    context.account.close({ end: 'whole', usage: undefined, mayHaveCost: 'nothing' });
  }
  const quotation = quote(index, found, request.pages, failure);
  context.log('assistant', { answer: quotation.kind, model_failed: failure !== undefined });
  return quotedResponse(quotation, request, conversation.questions, index.digest);
}

/** A placeholder for a key opens nothing at OpenAI's own address, and a key that the server lacks neither. */
function isModelAtHand({ payer, settings }: UpstreamContext): boolean {
  // OPENAI_MODEL may name the assistant itself: then no model stands behind it.
  if (settings.model === ASSISTANT_MODEL) return false;
  if (payer.pays === 'client' && !payer.placeholder) return true;
  return resolve(settings.model, settings.routing, Math.random).some(
    ({ upstream }) =>
      upstream.base !== OPENAI_BASE || (payer.pays === 'server' && upstream.key !== undefined),
  );
}

function quotedResponse(
  quotation: Quotation,
  { options }: AssistantRequest,
  questions: readonly string[],
  digest: string,
): Response {
  const answer = quotedAnswer(quotation, questions, `nexcode-knowledge-${digest}`, options);
  answer.headers.set(ANSWER_HEADERS.answer, quotation.kind);
  return answer;
}
