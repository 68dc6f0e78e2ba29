/** What must hold of every answer and of every request that reaches the upstream, however odd the request was. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import * as z from 'zod';
import type { Answer } from '../../test/support/http.ts';
import type { RecordedRequest } from '../../test/support/upstream.ts';
import type { WireRequest } from './request.ts';

/** What the servers know and nobody else may learn. */
export interface Secrets {
  readonly serverKey: string;
  readonly apiToken: string;
  readonly clientKey: string;
}

/** The conditions of a run. */
export interface Conditions {
  readonly secrets: Secrets;
  /** The upstream's `host:port`. */
  readonly upstreamHost: string;
  /** Nobody is served without the token or a key of their own. */
  readonly closed: boolean;
  /** A layer of static files stands before the Worker, outside the API's paths. */
  readonly assets: boolean;
}

/** What the runtime itself says to what is no HTTP, or none that it knows; it never gets to the Worker. */
const RUNTIME_REFUSALS: ReadonlySet<number> = new Set([
  400, 404, 405, 411, 413, 414, 417, 426, 431, 501, 505,
]);

/** The names of the paths that the Worker answers itself, also where static files are served beside it. */
const WORKER_PATH = /^\/(?:v1(?:[/?#]|$)|health(?:[?#]|$)|session(?:[?#]|$))/;

const envelope = z.strictObject({
  error: z.strictObject({
    message: z.string().min(1),
    type: z.string().min(1),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
});

/** What is wrong with an answer; undefined where nothing is. */
export function wrongAnswer(
  request: WireRequest,
  answer: Answer,
  { secrets, assets }: Conditions,
): string | undefined {
  const text = textOf(answer);
  const whole = `${[answer.head.startLine, ...answer.head.rawHeaders.flat()].join('\n')}\n${text}`;
  if (whole.includes(secrets.serverKey)) return "The server's key is in the answer.";
  // Bytes that were moved about may stand where the answer has to repeat them, as in the name of an unknown path.
  if (request.sound && [secrets.apiToken, secrets.clientKey].some((secret) => whole.includes(secret))) {
    return 'A secret of the request is in the answer.';
  }
  const ours = answer.head.header('x-nexcode-credentials') !== undefined;
  if (!ours) {
    if (assets && !WORKER_PATH.test(request.path) && answer.status < 500) return undefined;
    const known = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE)$/.test(request.method);
    if (request.sound && known) return `The runtime answered ${answer.status} to sound HTTP.`;
    // Miniflare's own router fails where it cannot make a URL of the host that such a message names.
    if (assets && answer.status === 500 && !/^host: localhost$/im.test(hostsOf(request))) return undefined;
    return RUNTIME_REFUSALS.has(answer.status) ? undefined : `The runtime answered ${answer.status}.`;
  }
  if (answer.head.header('x-request-id') === undefined) return 'The answer has no x-request-id.';
  const bodiless = /^HEAD/.test(request.method);
  if (!bodiless && answer.end !== 'complete') return `The answer ended by ${answer.end}.`;
  if (answer.status < 400 || bodiless) return undefined;
  if (answer.head.header('content-type') !== 'application/json') return 'An error that is no JSON.';
  const parsed = envelope.safeParse(JSON.parse(text));
  if (!parsed.success) return "An error that has not OpenAI's form.";
  // A body that breaks off while it streams through looks to the runtime like an upstream that breaks off.
  if (!request.sound && answer.status === 502) return undefined;
  return answer.status >= 500 ? `A failure, ${answer.status} ${parsed.data.error.code}.` : undefined;
}

/** The body as text; Miniflare compresses where the client takes it. */
function textOf({ head, body }: Answer): string {
  const encoding = body.length === 0 ? undefined : head.header('content-encoding');
  if (encoding === 'gzip') return gunzipSync(body).toString();
  return (encoding === 'br' ? brotliDecompressSync(body) : body).toString();
}

/** The lines of a message's head that name its host, joined: one of the ordinary kind, or a line that is none. */
function hostsOf({ bytes }: WireRequest): string {
  const head = bytes.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
  return head
    .split(/\r?\n/)
    .filter((line) => /^host/i.test(line))
    .join(', ');
}

/** What is wrong with a request that the gateway made; undefined where nothing is. */
export function wrongCall(
  request: WireRequest,
  asked: RecordedRequest,
  { secrets, upstreamHost, closed }: Conditions,
): string | undefined {
  if (!/^[A-Z]+ \/v1(?:[/?][\x21-\x7e]*)? HTTP\/1\.1$/.test(asked.head.startLine))
    return 'Not a path of the API.';
  if (/^\/v1\/organizations?(?:[/?]|$)/.test(asked.path)) return 'A path that is closed to everybody.';
  if (asked.head.header('host') !== upstreamHost) return 'Another host than the upstream.';
  for (const [name, value] of asked.head.rawHeaders) {
    if (/^(?:x-evil|cookie|mf-.*|cf-(?!worker$).*|x-forwarded-.*)$/i.test(name))
      return `The header ${name} travelled.`;
    if (value === secrets.apiToken || value.includes(`Bearer ${secrets.apiToken}`))
      return 'The token travelled.';
    if (value.includes(secrets.serverKey) && name.toLowerCase() !== 'authorization') {
      return `The server's key in ${name}.`;
    }
  }
  const paid = asked.head.header('authorization') ?? '';
  if (closed && paid.includes(secrets.serverKey) && !request.bytes.includes(secrets.apiToken)) {
    return "The server's key was spent without the token.";
  }
  if (closed && paid === '') return 'A call without any credentials.';
  return undefined;
}

/** Whether a body that nothing had to be changed in arrived otherwise than it was sent. */
export function changedBody(
  request: WireRequest,
  answer: Answer,
  asked: RecordedRequest,
): string | undefined {
  const { head } = answer;
  const changes = ['x-nexcode-filled', 'x-nexcode-translated', 'x-nexcode-answer'];
  // A body has no meaning with these methods and is dropped.
  if (/^(?:GET|HEAD)$/.test(request.method)) return undefined;
  if (!request.sound || changes.some((name) => head.header(name) !== undefined)) return undefined;
  return asked.body.equals(request.body) ? undefined : 'The body reached the upstream changed.';
}
