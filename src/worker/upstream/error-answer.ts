/** An upstream's refusal, in the one form that OpenAI's clients understand. */
import { beginningKind } from '../http/beginning.ts';
import { type ErrorFields, errorEnvelope } from '../http/errors.ts';
import { eventsOf } from '../http/events.ts';
import { foreignError, isOpenAiError, MESSAGE_LIMIT, textOf } from '../http/foreign-error.ts';
import { parseJson } from '../http/json/read.ts';
import { checkTheBase } from '../http/upstream-failure.ts';

/**
 * The body for an error answer. An error that already has OpenAI's form (an `error` object with a `message`) is kept
 * as it is; what others send (Gemini's arrays, vLLM's flat objects, FastAPI's `detail`, Cloudflare's `errors`, strings,
 * HTML, nothing) is put into it with its own words.
 * @param setting the one that says the upstream's address.
 * @returns the text to send, `text` itself where nothing had to be done.
 */
export function errorBody(status: number, text: string, setting?: string): string {
  const told = toldText(text);
  const body = parseJson(told);
  if (told === text && isOpenAiError(body)) return text;
  return errorEnvelope(fieldsOf(status, body, told, setting));
}

/** Some upstreams put a refusal into an event stream of one event. */
function toldText(text: string): string {
  if (beginningKind(text) !== 'events') return text;
  return eventsOf(text).find(({ data }) => data.trim() !== '')?.data ?? text;
}

function fieldsOf(status: number, body: unknown, text: string, setting?: string): ErrorFields {
  const { code, type, param, message: said } = foreignError(body);
  const message =
    said?.slice(0, MESSAGE_LIMIT) ?? (body === undefined ? plainText(text) : undefined) ?? noReason(status);
  // A web server's own page for what it has not: most likely it is no API at all.
  const cure = body === undefined && (status === 404 || status === 405) ? ` ${checkTheBase(setting)}` : '';
  return {
    message: cure === '' ? message : `${message.replace(/\.?$/, '.')}${cure}`,
    type: textOf(type) ?? defaultType(status),
    param: textOf(param) ?? null,
    code: typeof code === 'number' ? String(code) : (textOf(code) ?? defaultCode(status)),
  };
}

function noReason(status: number): string {
  return `The upstream refused the request with status ${status} and gave no reason.`;
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
