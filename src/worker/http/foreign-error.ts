/** Errors of upstreams, in whatever form each has for them. */
import { isRecord } from './json/read.ts';

/** What of a foreign error's message is worth showing, in characters. */
export const MESSAGE_LIMIT = 1000;

/** Members that an error has and hardly any answer: a text without them is no error of a form that is known here. */
const ERROR_MEMBERS = /"(?:errors?|success|detail|code|error_code|errcode|msg|errmsg|error_msg)"/;

/** Whether a JSON text, or its beginning, may be an error. Most successes are not, and are looked at no further. */
export function mayBeError(text: string): boolean {
  return ERROR_MEMBERS.test(text);
}

/**
 * Whether a JSON value that came under a success status is an error after all. `error` is OpenAI's own place. Whatever
 * has choices is an answer, whatever else it says; a code alone may be part of one, so it takes a message beside it.
 */
export function isErrorUnderSuccess(value: unknown): boolean {
  const body: unknown = Array.isArray(value) ? value[0] : value;
  if (!isRecord(body)) return false;
  if (body['error']) return true;
  if (Array.isArray(body['choices'])) return false;
  const { success, object, type, detail, errors } = body;
  return (
    success === false ||
    object === 'error' ||
    type === 'error' ||
    detail !== undefined ||
    (Array.isArray(errors) && errors.length > 0) ||
    (codeOf(body) !== undefined && messageOf(body) !== undefined)
  );
}

/**
 * That error as OpenAI's fields, as far as it has them; undefined for a value that is none, or that says nothing of what
 * is wrong.
 */
export function errorUnderSuccess(value: unknown): unknown {
  const body: unknown = Array.isArray(value) ? value[0] : value;
  if (!isRecord(body) || !isErrorUnderSuccess(body)) return undefined;
  if (body['error']) return body['error'];
  const source = errorObject(body);
  const message = messageOf(source);
  if (source === undefined || message === undefined) return undefined;
  return { message, code: codeOf(source), type: source['type'], param: source['param'] };
}

function codeOf(source: Record<string, unknown>): unknown {
  return source['code'] ?? source['error_code'] ?? source['errcode'] ?? source['status'];
}

/** The object that describes the error, wherever the vendor puts it. */
export function errorObject(body: unknown): Record<string, unknown> | undefined {
  if (Array.isArray(body)) return errorObject(body[0]);
  if (typeof body === 'string') return { message: body };
  if (!isRecord(body)) return undefined;
  const { error, errors, detail } = body;
  if (isRecord(error)) return error;
  if (typeof error === 'string') return { ...body, message: error };
  if (Array.isArray(errors) && errors.length > 0) return errorObject(errors[0]);
  if (detail !== undefined) return { message: detail };
  return body;
}

export function messageOf(source: Record<string, unknown> | undefined): string | undefined {
  const message = source?.['message'] ?? source?.['msg'] ?? source?.['error_msg'] ?? source?.['errmsg'];
  if (typeof message === 'string' && message !== '') return message.slice(0, MESSAGE_LIMIT);
  if (Array.isArray(message)) {
    const lines = message.map((item) => (isRecord(item) ? validationLine(item) : String(item)));
    return lines.join('; ').slice(0, MESSAGE_LIMIT);
  }
  return undefined;
}

/** One entry of FastAPI's list: where, and what is wrong there. */
function validationLine(item: Record<string, unknown>): string {
  const where = Array.isArray(item['loc']) ? `${item['loc'].join('.')}: ` : '';
  return `${where}${textOf(item['msg']) ?? 'invalid'}`;
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
