/** An upstream's refusal, in the one form that OpenAI's clients understand. */
import { type ErrorFields, errorEnvelope } from '../http/errors.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { checkTheBase, MESSAGE_LIMIT } from '../http/upstream-failure.ts';

/**
 * The body for an error answer. An error that already has OpenAI's form (an `error` object with a `message`) is kept
 * as it is; what others send (Gemini's arrays, vLLM's flat objects, FastAPI's `detail`, Cloudflare's `errors`, strings,
 * HTML, nothing) is put into it with its own words.
 * @param setting the one that says the upstream's address.
 * @returns the text to send, `text` itself where nothing had to be done.
 */
export function errorBody(status: number, text: string, setting?: string): string {
  const body = parseJson(text);
  if (isRecord(body) && isRecord(body['error']) && typeof body['error']['message'] === 'string') return text;
  return errorEnvelope(fieldsOf(status, body, text, setting));
}

function fieldsOf(status: number, body: unknown, text: string, setting?: string): ErrorFields {
  const source = errorObject(body);
  const message = messageOf(source) ?? (body === undefined ? plainText(text) : undefined) ?? noReason(status);
  // A web server's own page for what it has not: most likely it is no API at all.
  const cure = body === undefined && (status === 404 || status === 405) ? ` ${checkTheBase(setting)}` : '';
  const code = source?.['code'] ?? source?.['status'];
  return {
    message: cure === '' ? message : `${message.replace(/\.?$/, '.')}${cure}`,
    type: textOf(source?.['type']) ?? defaultType(status),
    param: textOf(source?.['param']) ?? null,
    code: typeof code === 'number' ? String(code) : (textOf(code) ?? defaultCode(status)),
  };
}

function noReason(status: number): string {
  return `The upstream refused the request with status ${status} and gave no reason.`;
}

/** The object that describes the error, wherever the vendor puts it. */
function errorObject(body: unknown): Record<string, unknown> | undefined {
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

function messageOf(source: Record<string, unknown> | undefined): string | undefined {
  const message = source?.['message'] ?? source?.['msg'];
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

/** How much of a text that is no JSON is looked at, in characters. */
const LOOK_CHARS = 8192;

/** A page's title, or the text itself: enough to recognise a proxy's or a firewall's answer. */
function plainText(text: string): string | undefined {
  const beginning = text.slice(0, LOOK_CHARS);
  // A tag never holds another's angle, so that a text made of angles is still read once only.
  const title = /<title[^<>]*>([^<]*)<\/title>/i.exec(beginning)?.[1];
  const plain = (title ?? beginning.replace(/<[^<>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
  return plain === '' ? undefined : plain.slice(0, MESSAGE_LIMIT);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The types OpenAI uses (https://platform.openai.com/docs/guides/error-codes/api-errors). */
function defaultType(status: number): string {
  if (status === 429) return 'requests';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

function defaultCode(status: number): string | null {
  if (status === 401) return 'invalid_api_key';
  if (status === 429) return 'rate_limit_exceeded';
  return status >= 500 ? 'upstream_error' : null;
}
