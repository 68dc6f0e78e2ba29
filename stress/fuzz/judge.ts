/** What must hold of every answer and of every request that reaches the upstream, however odd the request was. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { parseJson } from '../../src/worker/http/json/read.ts';
import type { Answer } from '../../test/support/http.ts';
import type { RecordedRequest } from '../../test/support/upstream.ts';
import type { WireRequest } from './request.ts';
import { isAstray, isFileAnswer, wrongRuntimeAnswer } from './runtime-answers.ts';

/** What the servers know and nobody else may learn. */
export interface Secrets {
  readonly serverKey: string;
  readonly apiToken: string;
  readonly clientKey: string;
  /** The page's login cookie, `name=value`. */
  readonly session: string;
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
  // Another login in the same second has the same cookie.
  if (request.sound && withoutCookie(whole).includes(tokenOf(secrets)))
    return 'The session is in the answer.';
  if (isStranger(answer)) {
    if (assets && (isFileAnswer(request, answer) || isAstray(request, answer))) return undefined;
    return wrongRuntimeAnswer(request, answer);
  }
  if (answer.head.header('x-request-id') === undefined) return 'The answer has no x-request-id.';
  if (request.method === 'HEAD') return undefined;
  if (answer.end !== 'complete') return `The answer ended by ${answer.end}.`;
  if (answer.status < 400) return wrongSuccess(answer, text);
  if (answer.head.header('content-type') !== 'application/json') return 'An error that is no JSON.';
  const parsed = envelope.safeParse(JSON.parse(text));
  if (!parsed.success) return "An error that has not OpenAI's form.";
  // A body that breaks off while it streams through looks to the runtime like an upstream that breaks off.
  if (isBrokenUpload(request) && parsed.data.error.code === 'upstream_error') return undefined;
  return answer.status >= 500 ? `A failure, ${answer.status} ${parsed.data.error.code}.` : undefined;
}

/** What is wrong with the form of a success: of what the Worker writes itself, and of what the upstream wrote. */
function wrongSuccess({ head }: Answer, text: string): string | undefined {
  const type = head.header('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    return text.endsWith('\n\n') ? undefined : 'A stream that ends in the middle of an event.';
  }
  return type.startsWith('application/json') && parseJson(text) === undefined
    ? 'JSON that is none.'
    : undefined;
}

/** The body as text; Miniflare compresses where the client takes it. */
function textOf({ head, body }: Answer): string {
  const encoding = body.length === 0 ? undefined : head.header('content-encoding');
  if (encoding === 'gzip') return gunzipSync(body).toString();
  return (encoding === 'br' ? brotliDecompressSync(body) : body).toString();
}

function withoutCookie(head: string): string {
  return head.replace(/^set-cookie\n.*$/im, '');
}

/** Whether an answer is not the Worker's: all of those say whose credentials paid. */
export function isStranger({ head }: Answer): boolean {
  return head.header('x-nexcode-credentials') === undefined;
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
    if (value.includes(tokenOf(secrets))) return 'The session travelled.';
    if (value.includes(secrets.serverKey) && name.toLowerCase() !== 'authorization') {
      return `The server's key in ${name}.`;
    }
  }
  const paid = asked.head.header('authorization') ?? '';
  if (closed && paid.includes(secrets.serverKey) && !knowsTheToken(request, secrets)) {
    return "The server's key was spent without the token or a session.";
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

function knowsTheToken({ bytes }: WireRequest, secrets: Secrets): boolean {
  return bytes.includes(secrets.apiToken) || bytes.includes(tokenOf(secrets));
}

/** The part of the login cookie that is a secret. */
export function tokenOf({ session }: Secrets): string {
  return session.slice(session.indexOf('=') + 1);
}

/** The requests whose bodies the gateway reads before it calls anybody, if it calls anybody. */
const IS_READ = /^(?:POST \/v1\/(?:chat\/)?completions|\S+ \/(?:health|session))(?:[?# ]|$)/;

/** Whether a body that is not what its framing says streams through: by the line that went over the wire. */
function isBrokenUpload({ sound, bytes }: WireRequest): boolean {
  return !sound && !IS_READ.test(bytes.toString('latin1').trimStart());
}
