/** What may become of a request without the Worker: answers of the runtime, of the static files before it, or none. */
import type { Answer } from '../../test/support/http.ts';
import type { WireRequest } from './request.ts';

/** What the runtime says to what is no HTTP; it never gets to the Worker. The texts are workerd's own. */
const REFUSALS: ReadonlyMap<number, RegExp> = new Map([
  [
    400,
    /^(?:|Bad Request|invalid URI|invalid (?:HTTP header|HTTP method|HTTP version|content-length|transfer-encoding) parsed|ERROR: WebSocket must be initiated with a GET request\.|ERROR: Missing Sec-WebSocket-Key)$/,
  ],
  [426, /^ERROR: The requested WebSocket version is not supported\.$/],
  [501, /^ERROR: Unrecognized request method\.$/],
]);

/** Of the files: found, not changed, found elsewhere, or asked for with a method that no file knows. */
const FILE_STATUSES: ReadonlySet<number> = new Set([200, 206, 304, 307, 308, 405, 416]);

/** The names of the paths that the Worker answers itself, also where static files are served beside it. */
const WORKER_PATH = /^\/(?:v1(?:[/?#]|$)|health(?:[?#]|$)|session(?:[?#]|$))/;

/** Whether a static file may have answered: one stands before the Worker, outside the API's paths. */
export function isFileAnswer(request: WireRequest, { status }: Answer): boolean {
  return !WORKER_PATH.test(request.path) && FILE_STATUSES.has(status);
}

/** What is wrong with an answer of the runtime's own; undefined where nothing is. */
export function wrongRuntimeAnswer(request: WireRequest, answer: Answer): string | undefined {
  if (request.sound) return `The runtime answered ${answer.status} to sound HTTP.`;
  const known = REFUSALS.get(answer.status);
  if (known !== undefined && (request.method === 'HEAD' || known.test(answer.text()))) return undefined;
  return `The runtime answered ${answer.status}: ${answer.text()}`;
}

/**
 * Whether nobody has to answer: without the empty line behind a head there is no request (RFC 9112, section 2.1). Empty
 * lines before it are passed over (section 2.2).
 */
export function isNoRequest({ bytes }: WireRequest): boolean {
  const text = bytes.toString('latin1').replace(/^(?:\r?\n)+/, '');
  return !/\r?\n\r?\n/.test(text);
}

/** One host, with or without a port, and an address there: of anything else it depends on the reader what it is. */
const HOST = /^[\w.-]+(?::\d{1,5})?$/;
const ADDRESS = /^https?:\/\/[\w.-]+(?::\d{1,5})?(?:\/|$)/;

/**
 * Whether Miniflare's own router, which stands before the Worker, may fail over a message: where it cannot make an
 * address of several hosts, of what is none, or of a bad MF-Original-URL, it answers 500 and prints that. Nothing of ours
 * runs then.
 */
export function isUnroutable(request: WireRequest): boolean {
  const original = headerOf(request, 'mf-original-url');
  return !HOST.test(headerOf(request, 'host') ?? '') || (original !== undefined && !ADDRESS.test(original));
}

/** Whether such a message got no further than that router: a failure, or a file under whatever address it made of it. */
export function isAstray(request: WireRequest, { status }: Answer): boolean {
  return isUnroutable(request) && (status === 500 || FILE_STATUSES.has(status));
}

/** The values of a header as they went over the wire, joined. */
function headerOf({ bytes }: WireRequest, name: string): string | undefined {
  const head = bytes.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
  const values = head
    .split(/\r?\n/)
    .map((line) => /^([^:\s]+)\s*:(.*)$/.exec(line))
    .filter((match) => match?.[1]?.toLowerCase() === name)
    .map((match) => match?.[2]?.trim());
  return values.length === 0 ? undefined : values.join(', ');
}
