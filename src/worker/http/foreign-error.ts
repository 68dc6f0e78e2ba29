/** Errors of upstreams, in whatever form each has for them. */
import { isRecord } from './json/read.ts';

/** What of a foreign error's message is worth showing, in characters. */
export const MESSAGE_LIMIT = 1000;

/**
 * The error in a JSON value that came under a success status, as OpenAI's fields as far as it has them; undefined for a
 * value that is none. `error` is OpenAI's own place. Whatever has choices is an answer, whatever else it says.
 */
export function errorUnderSuccess(value: unknown): unknown {
  const body: unknown = Array.isArray(value) ? value[0] : value;
  if (!isRecord(body)) return undefined;
  if (body['error']) return body['error'];
  if (Array.isArray(body['choices'])) return undefined;
  const isError =
    body['success'] === false ||
    body['object'] === 'error' ||
    body['type'] === 'error' ||
    body['detail'] !== undefined ||
    (Array.isArray(body['errors']) && body['errors'].length > 0) ||
    (body['code'] ?? body['status'] ?? body['error_code'] ?? body['errcode']) !== undefined;
  const source = isError ? errorObject(body) : undefined;
  const message = messageOf(source);
  if (source === undefined || message === undefined) return undefined;
  const code = source['code'] ?? source['error_code'] ?? source['errcode'] ?? source['status'];
  return { message, code, type: source['type'], param: source['param'] };
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
