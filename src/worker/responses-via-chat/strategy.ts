/** What tells whether an upstream serves the Responses API: its documents, or its refusal. */
import { vendorOf } from '../config/vendors.ts';
import { foreignError } from '../http/foreign-error.ts';
import { parseJson } from '../http/json/read.ts';
import type { NativeRefusal } from '../via-chat/strategy.ts';

/** Whether the upstream is documented to have the endpoint; undefined where that is not known of all its models. */
export function documentsResponses(base: string): boolean | undefined {
  const served = vendorOf(base)?.responses;
  return served === undefined ? undefined : served === 'all';
}

/** Statuses of a server without the endpoint. */
const ABSENT: ReadonlySet<number> = new Set([404, 405, 501]);

/** Others, which say so only in words. */
const WORDED: ReadonlySet<number> = new Set([400, 403, 422, 500]);

/** A refusal of the path: OpenAI's and others' "Invalid URL (POST /v1/responses)", Scaleway's 422, Express, Go, FastAPI. */
const NO_PATH =
  /\broute not supported\b|\b(?:invalid|unknown|unrecognized) (?:request )?(?:url|path|route|endpoint)\b|\bno (?:route|handler|matching (?:route|endpoint)|such (?:route|endpoint|path))\b|\bcannot post\b|\bunsupported (?:path|route|endpoint|api)\b|\b(?:path|route|endpoint|url|page)\b[^.]{0,60}\b(?:not found|(?:does not|doesn't) exist|(?:is )?not (?:supported|implemented|available))\b/i;

/** The words for a model that chat alone serves. */
const CHAT_MODEL =
  /(?:\bnot (?:supported|available|enabled)\b|\bunsupported\b|\b(?:does not|doesn't) support\b|\bonly\b)[^.]{0,80}(?:\bresponses(?: api| endpoint)?\b|\/responses\b)|(?:\bresponses(?: api| endpoint)?\b|\/responses\b)[^.]{0,80}(?:\bnot (?:supported|available|enabled|implemented)\b|\bunsupported\b)|\bv1\/chat\/completions\b/i;

/** What servers that have the endpoint say of what a request names: a 404 about these is the answer. */
const NAMED_THING = /\b(?:response|item|conversation|prompt)\b[^.]{0,20}\bwith id\b|\bmodels?\b/i;
const NAMED_CODES: ReadonlySet<unknown> = new Set([
  'model_not_found',
  'previous_response_not_found',
  'DeploymentNotFound',
]);
const NAMED_PARAMS: ReadonlySet<unknown> = new Set([
  'model',
  'previous_response_id',
  'input',
  'conversation',
  'prompt',
]);

/** Whether a refusal has a code of its own that speaks of no path: servers without the endpoint give none. */
function isOtherCode(code: unknown): boolean {
  return (
    typeof code === 'string' &&
    code !== '' &&
    !/not.?found|url|path|route|endpoint|method|^\d+$|^err|^fail/i.test(code)
  );
}

/** Azure's code for a model that does not serve the endpoint. */
const CHAT_MODEL_CODE = 'OperationNotSupported';

/**
 * Reads a refusal of the native endpoint.
 * @param body the text of the answer, or its beginning.
 */
export function readRefusal(status: number, body: string): NativeRefusal {
  if (!ABSENT.has(status) && !WORDED.has(status)) return 'other';
  const parsed = parseJson(body);
  // A page or a plain text speaks for itself.
  const { message = '', code, param } = parsed === undefined ? { message: body } : foreignError(parsed);
  if (code === CHAT_MODEL_CODE) return 'chat-model';
  if (NAMED_CODES.has(code)) return 'other';
  if (NO_PATH.test(message)) return 'no-endpoint';
  if (status !== 500 && CHAT_MODEL.test(message)) return 'chat-model';
  if (NAMED_PARAMS.has(param) || NAMED_THING.test(message) || isOtherCode(code)) return 'other';
  return ABSENT.has(status) ? 'no-endpoint' : 'other';
}
