/** A model's answer in the assistant's name: asked with the sections at hand, relayed, its sources added. */
import { ANSWER_HEADERS, ASSISTANT_MODEL } from '../../shared/contract.ts';
import { GatewayError } from '../http/errors.ts';
import { setMembers } from '../http/json/members.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { mediaType } from '../http/media-type.ts';
import { redact } from '../http/redact.ts';
import { serveModel } from '../routing/serve-model.ts';
import { boundedText, refusalText } from '../stream/read.ts';
import { type Account, AccountRefusal, NO_ACCOUNT } from '../upstream/account.ts';
import { relayChatAnswer } from '../upstream/answer.ts';
import { secretsOf } from '../upstream/call.ts';
import { chatRequest } from '../upstream/completion-call.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import { callUntilStarted } from '../upstream/started-call.ts';
import type { AssistantRequest } from './assistant-request.ts';
import { citedText, passCited } from './cited-stream.ts';
import type { Conversation } from './conversation.ts';
import type { KnowledgeIndex } from './knowledge/knowledge-index.ts';
import type { Retrieval } from './knowledge/retrieve.ts';
import { modelRequest } from './model-request.ts';
import { promptMessages, referencesFor } from './prompt.ts';
import { type SourceList, sourceList } from './sources.ts';

/** What is known of a question when the model is asked. */
export interface ModelQuestion {
  /** The request's body, parsed. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly conversation: Conversation;
  /** What this caller may be answered out of. */
  readonly index: KnowledgeIndex;
  readonly found: Retrieval;
  /** Whether a quotation could take the model's place. */
  readonly quotable: boolean;
}

/** The model's answer, or an error that the caller must hear of; or why there is no answer. */
export type ModelAnswer =
  | { readonly kind: 'answer'; readonly response: Response }
  | { readonly kind: 'failed'; readonly reason: string };

/** Statuses by which an upstream finds fault with the request itself. */
const CALLERS_FAULT: ReadonlySet<number> = new Set([400, 413, 422]);
const REASON_LENGTH = 300;
/** The status of a caller who has left. */
const CLIENT_LEFT = 499;

/**
 * Asks the model. A failure before its first word is a reason, not an error, where a quotation can take its place.
 * @throws {GatewayError} the upstream's failure where it cannot.
 */
export async function askModel(
  request: AssistantRequest,
  question: ModelQuestion,
  context: UpstreamContext,
): Promise<ModelAnswer> {
  const { body, conversation, index, found, quotable } = question;
  const words = index.words(found.language);
  const references = referencesFor(index, found);
  const sources: SourceList = takesSources(body) ? sourceList(references, words, request.pages) : () => '';
  try {
    const messages = promptMessages(conversation, found, references, words);
    const { settings } = context;
    let relayed = await serveModel(
      settings.model,
      context,
      async (model, at) => {
        const asked = withFills(modelRequest(request.body, body, messages, model, settings), at.account);
        // A quotation can take the place of a model that fails, as the next target of a list can.
        const each = { ...at, hasNext: at.hasNext || quotable };
        const upstream = await callUntilStarted(
          chatRequest(asked, request.options.stream, request.client, each),
          each,
        );
        return relayChatAnswer(upstream, request.options, each, passCited(sources));
      },
      {
        endpoint: 'chat/completions',
        asked: ASSISTANT_MODEL,
        body: bodyFor(context.account, () =>
          modelRequest(request.body, body, messages, settings.model, settings),
        ),
      },
    ).catch((error: unknown) => {
      const unrouted = error instanceof GatewayError && error.fields.code === MODEL_NOT_FOUND;
      throw unrouted ? modelMissing(settings.model, error.message) : error;
    });
    if (relayed.status < 400) return await cited(relayed, sources, secretsOf(context));
    if (MAY_LACK_THE_MODEL.has(relayed.status)) {
      const text = await refusalText(relayed);
      if (lacksTheModel(text)) throw modelMissing(settings.model, errorMessage(text));
      relayed = new Response(text, relayed);
    }
    if (CALLERS_FAULT.has(relayed.status) || !quotable) return { kind: 'answer', response: relayed };
    return failed(`${relayed.status}: ${errorMessage(await refusalText(relayed))}`);
  } catch (error) {
    if (!(error instanceof GatewayError) || error instanceof AccountRefusal) throw error;
    if (error.status === CLIENT_LEFT || !quotable) throw error;
    return failed(error.message);
  }
}

/** 404, and 400 as some vendors say the same (DeepSeek: "Model Not Exist"). */
const MAY_LACK_THE_MODEL: ReadonlySet<number> = new Set([400, 404]);
const MODEL_NOT_FOUND = 'model_not_found';
const MODEL_UNKNOWN =
  /\bmodel\b.{0,200}(?:\bnot (?:exist|found)|\bunknown\b|n't exist)|(?:unknown|invalid|no such) model\b/is;

/** Whether a refusal says that the upstream does not have the assistant's model. */
function lacksTheModel(text: string): boolean {
  const envelope = parseJson(text);
  const error = isRecord(envelope) && isRecord(envelope['error']) ? envelope['error'] : undefined;
  return error?.['code'] === MODEL_NOT_FOUND || MODEL_UNKNOWN.test(errorMessage(text));
}

/** The operator's mistake, and not that of who asks: the cure is a setting. */
function modelMissing(model: string, words: string): GatewayError {
  return new GatewayError({
    status: 404,
    code: MODEL_NOT_FOUND,
    param: 'model',
    message: `The upstream does not serve the assistant's model, ${model}. Let the operator set OPENAI_MODEL to one that it serves. It said: ${words}`,
    retry: false,
  });
}

/** What the account has to know of the request; nobody else pays for putting it together once more. */
function bodyFor(account: Account, text: () => string): Uint8Array<ArrayBuffer> | undefined {
  return account === NO_ACCOUNT ? undefined : new Uint8Array(new TextEncoder().encode(text()));
}

/** The request with what the account fills in. */
function withFills(text: string, account: Account): string {
  const members = account.fills();
  if (Object.keys(members).length === 0) return text;
  return new TextDecoder().decode(setMembers(new Uint8Array(new TextEncoder().encode(text)), members));
}

/** Sources would spoil an answer in a form that was prescribed, such as JSON. */
function takesSources({ response_format: format }: Readonly<Record<string, unknown>>): boolean {
  return !isRecord(format) || format['type'] === 'text';
}

/** @param secrets what the model's answer may quote and must be redacted. */
async function cited(
  relayed: Response,
  sources: SourceList,
  secrets: readonly string[],
): Promise<ModelAnswer> {
  const isStream = mediaType(relayed.headers.get('content-type')) === 'text/event-stream';
  // Only a stream that was made of a JSON answer is whole already, and did not pass by the sources.
  if (isStream && relayed.headers.get(ANSWER_HEADERS.converted) !== 'stream') return answered(relayed);
  const { kind, text } = await boundedText(relayed);
  if (kind === 'cut') return failed('the connection broke');
  if (isStream) return answered(new Response(citedText(text, sources, secrets), relayed));
  const completion = withSources(parseJson(text), sources);
  if (completion === undefined) return failed('an answer that is no chat completion');
  return answered(new Response(redact(JSON.stringify(completion), secrets), { headers: relayed.headers }));
}

function answered(response: Response): ModelAnswer {
  response.headers.set(ANSWER_HEADERS.answer, 'model');
  return { kind: 'answer', response };
}

function failed(reason: string): ModelAnswer {
  return { kind: 'failed', reason: reason.replace(/\s+/g, ' ').slice(0, REASON_LENGTH) };
}

function errorMessage(body: string): string {
  const envelope = parseJson(body);
  const error = isRecord(envelope) ? envelope['error'] : undefined;
  const message = isRecord(error) ? error['message'] : undefined;
  return typeof message === 'string' ? message : '';
}

/** The completion with each choice's sources behind its text; undefined for JSON of another kind. */
function withSources(completion: unknown, sources: SourceList): Record<string, unknown> | undefined {
  if (!isRecord(completion) || !Array.isArray(completion['choices'])) return undefined;
  const choices = completion['choices'].map((choice: unknown) => {
    if (!isRecord(choice) || !isRecord(choice['message'])) return choice;
    const { content } = choice['message'];
    if (typeof content !== 'string') return choice;
    return { ...choice, message: { ...choice['message'], content: `${content}${sources(content)}` } };
  });
  return { ...completion, choices };
}
