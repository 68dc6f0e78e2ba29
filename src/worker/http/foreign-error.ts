/** Errors of upstreams, in whatever form each has for them. */
import { isGiven, isRecord } from './json/read.ts';

/** What of a foreign error's message is worth showing, in characters. */
export const MESSAGE_LIMIT = 1000;

/** An upstream's error in OpenAI's fields, as far as it has them. */
export interface ForeignError {
  readonly message?: string;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly param?: unknown;
}

/**
 * Members that say what is wrong, the best first: a text, a list, or an object that says it in turn. Their names are
 * compared without case, `_` and `-`.
 */
const SAYING = [
  ...['message', 'msg', 'errormessage', 'errormsg', 'errmsg', 'errordescription', 'statusmsg', 'resultmsg'],
  ...['errors', 'detail', 'details', 'description', 'faultstring', 'fault', 'response', 'header', 'baseresp'],
  ...['reason', 'title'],
] as const;

/** Members that hold an error's code, the best first. */
const CODES = ['code', 'errorcode', 'errcode', 'statuscode', 'resultcode', 'ret', 'status'] as const;

/** Codes of a success. */
const FINE: ReadonlySet<unknown> = new Set([0, 200, '0', '200', '', 'ok', 'success', 'OK', 'Success', null]);

/** Objects beside an answer that say how it went: Tencent's, Spark's and MiniMax's. */
const VERDICTS = ['response', 'header', 'baseresp'] as const;

/** No vendor wraps its words deeper. */
const DEEPEST = 5;

/** Members that an error has and hardly any answer: a text without them is no error of a form that is known here. */
const ERROR_MEMBERS =
  /"(?:(?:\w{0,20}err\w{0,20}|fault|success|detail|\w{0,20}code|\w{0,20}msg)"|message"\s*:\s*")/i;

/** Whether a JSON text, or its beginning, holds the choices of a completion. */
export function hasChoices(text: string): boolean {
  return /"choices"\s*:\s*\[/.test(text);
}

/** Whether a JSON text, or its beginning, may be an error. Most successes are not, and are looked at no further. */
export function mayBeError(text: string): boolean {
  return ERROR_MEMBERS.test(text);
}

/**
 * Whether a JSON value that came under a success status is an error after all. `error` is OpenAI's own place. Whatever
 * has choices is an answer, unless one of them failed; a code alone may be part of one, so it takes a message beside it.
 */
export function isErrorUnderSuccess(value: unknown): boolean {
  const body: unknown = Array.isArray(value) ? value[0] : value;
  if (!isRecord(body)) return false;
  // Most that are looked at are chunks of an answer, which end here.
  if (body['error']) return true;
  if (Array.isArray(body['choices'])) return failedChoice(body) !== undefined;
  const member = membersOf(body);
  const errors = member('errors');
  return (
    Boolean(member('error')) ||
    body['success'] === false ||
    body['object'] === 'error' ||
    body['type'] === 'error' ||
    body['detail'] !== undefined ||
    member('fault') !== undefined ||
    (Array.isArray(errors) ? errors.length > 0 : isRecord(errors)) ||
    (CODES.some((name) => isBad(name, member(name) ?? null)) && foreignError(body).message !== undefined) ||
    VERDICTS.some((name) => isErrorUnderSuccess(member(name)))
  );
}

/** Whether a JSON value is an error in OpenAI's own form, an object with a message, which every client reads. */
export function isOpenAiError(value: unknown): boolean {
  return isRecord(value) && isRecord(value['error']) && typeof value['error']['message'] === 'string';
}

/** The error with which a choice ended, where OpenRouter puts it. */
function failedChoice({ choices }: Record<string, unknown>): unknown {
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return isRecord(choice) ? choice['error'] || undefined : undefined;
}

/** Whether a code is that of an error; a `status` may also say how far an answer has come. */
function isBad(name: (typeof CODES)[number], code: unknown): boolean {
  return name === 'status' ? Number(code) >= 400 || /^(?:err|fail)/i.test(String(code)) : !FINE.has(code);
}

/**
 * That error as OpenAI's fields, as far as it has them; undefined for a value that is none, or that says nothing of what
 * is wrong.
 */
export function errorUnderSuccess(value: unknown): unknown {
  const body: unknown = Array.isArray(value) ? value[0] : value;
  if (!isRecord(body) || !isErrorUnderSuccess(body)) return undefined;
  if (isOpenAiError(body)) return body['error'];
  const failed = failedChoice(body);
  if (failed !== undefined) return failed;
  const error = foreignError(body);
  return error.message === undefined ? undefined : error;
}

/** The same where a completion is awaited: what has no choices and says something else says what is wrong. */
export function errorForCompletion(value: unknown): unknown {
  const error = errorUnderSuccess(value);
  if (error !== undefined || !isRecord(value) || Array.isArray(value['choices'])) return error;
  const said = foreignError(value);
  return said.message === undefined ? undefined : said;
}

/**
 * What a JSON value says as an error, wherever its vendor puts that: OpenAI's fields, as far as it has them. The message
 * is cut nowhere: half a key in it could not be redacted.
 */
export function foreignError(value: unknown, depth = 0): ForeignError {
  if (typeof value === 'string') return value.trim() === '' ? {} : { message: value };
  if (depth > DEEPEST) return {};
  if (Array.isArray(value)) return listed(value, depth);
  if (!isRecord(value)) return {};
  const member = membersOf(value);
  const error = member('error');
  const own = { code: CODES.map(member).find(saysSomething), type: value['type'], param: value['param'] };
  const inner = typeof error === 'string' ? {} : foreignError(error, depth + 1);
  if (inner.message !== undefined) return { ...own, ...given(inner) };
  for (const name of SAYING) {
    const said = name === 'errors' ? fieldErrors(member(name), depth) : foreignError(member(name), depth + 1);
    if (said.message === undefined) continue;
    // A name of the error, as "Bad Request", beside its words.
    const named = typeof error === 'string' && error !== said.message ? `${error}: ` : '';
    return { ...own, ...given(said), message: `${named}${said.message}` };
  }
  return { ...own, ...foreignError(error, depth + 1) };
}

/** The words of a list together, each with the place that FastAPI names; its first entry's fields. */
function listed(list: readonly unknown[], depth: number): ForeignError {
  const errors = list.map((item) => {
    const error = foreignError(item, depth + 1);
    const where = isRecord(item) && Array.isArray(item['loc']) ? `${item['loc'].join('.')}: ` : '';
    return where === '' ? error : { message: `${where}${error.message ?? 'invalid'}` };
  });
  const lines = errors.flatMap(({ message }) => message ?? []);
  return lines.length === 0 ? {} : { ...errors[0], message: lines.join('; ') };
}

/** A list of errors, one error, or what is wrong by the name of each field. */
function fieldErrors(errors: unknown, depth: number): ForeignError {
  const found = foreignError(errors, depth + 1);
  if (found.message !== undefined || !isRecord(errors)) return found;
  const lines = Object.entries(errors).map(([name, said]) => [name, foreignError(said, depth + 1)] as const);
  return listed(
    lines.flatMap(([name, { message }]) => (message === undefined ? [] : [`${name}: ${message}`])),
    depth,
  );
}

/** Reads an object's members by names without case and separators; of several the first counts. */
function membersOf(body: Record<string, unknown>): (name: string) => unknown {
  const members = new Map<string, unknown>();
  for (const [key, value] of Object.entries(body)) {
    const name = key.replace(/[_-]/g, '').toLowerCase();
    if (!members.has(name)) members.set(name, value);
  }
  return (name) => members.get(name);
}

/** An empty text says as little as none. */
function saysSomething(value: unknown): boolean {
  return isGiven(value) && value !== '';
}

function given(error: ForeignError): ForeignError {
  return Object.fromEntries(Object.entries(error).filter(([, value]) => saysSomething(value)));
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
