/** The gateway before a fake upstream, asked by whatever caller for whatever path: what the tests of the surface stand on. */
import { expect } from 'vitest';
import { respond } from './answers.ts';
import type { GatewaySettings, startGateway } from './gateway.ts';
import { type Answer, call, type RequestParts } from './http.ts';
import { type RecordedRequest, startUpstream, type Upstream } from './upstream.ts';
import { startWorkerd } from './workerd.ts';

/** The server's own secrets in these tests. */
export const SERVER_KEY = 'sk-server-Zq7-of-the-operator';
export const API_TOKEN = 'server-token-Xw4-long-enough';
/** A caller's own key. */
export const CLIENT_KEY = 'sk-client-Jb9-of-somebody';

/** A server that has all its secrets and is open to everybody, and one that asks for a token. */
export const OPEN = { OPENAI_API_KEY: SERVER_KEY, API_TOKEN, REQUIRE_AUTH: 'false' } as const;
export const CLOSED = { ...OPEN, REQUIRE_AUTH: 'true' } as const;

/** `Authorization` with a token. */
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** The headers of a JSON request. */
export const JSON_TYPE = { 'content-type': 'application/json' } as const;

const LIST = respond('{"object":"list","data":[]}');
const COMPLETION = respond();

/** A gateway and its upstream, which has no models and answers all else with a chat completion until told otherwise. */
export interface Surface extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly url: string;
  readonly base: string;
  readonly log: readonly string[];
  /** Asks for a path; a header of the value undefined is not sent. */
  ask(path: string, parts?: AskParts): Promise<Answer>;
  /** `POST /v1/chat/completions` with a body that the gateway accepts. */
  chat(headers?: LooseHeaders): Promise<Answer>;
  /** The last request that reached the upstream. */
  readonly asked: RecordedRequest;
}

type LooseHeaders = Readonly<Record<string, string | undefined>>;
type AskParts = Omit<RequestParts, 'path' | 'headers'> & { readonly headers?: LooseHeaders };

/** What every test's chat request says. */
export const CHAT_BODY = '{"model":"gpt-test","messages":[{"role":"user","content":"hi"}]}';

/** The part of a surface that asks. */
export type Asker = Pick<Surface, 'ask'>;

/** Asks a server that was started in another way. */
export function askerOf(url: string): Asker {
  return {
    ask: (path, { headers = {}, ...parts } = {}) => {
      const sent = Object.entries(headers).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      return call(url, { ...parts, path, headers: sent });
    },
  };
}

/** Starts both, in bare workerd unless told otherwise. On disposal the runtime must not have printed any error. */
export async function startSurface(
  settings: GatewaySettings = {},
  start: typeof startWorkerd | typeof startGateway = startWorkerd,
): Promise<Surface> {
  const upstream = await startUpstream();
  upstream.always((exchange) => (exchange.request.path === '/v1/models' ? LIST : COMPLETION)(exchange));
  const server = await start({ OPENAI_API_BASE: upstream.base, ...settings });
  const { ask } = askerOf(server.url);
  return {
    upstream,
    url: server.url,
    base: server.base,
    log: server.log,
    ask,
    chat: (headers) =>
      ask('/v1/chat/completions', { headers: { ...JSON_TYPE, ...headers }, body: CHAT_BODY }),
    get asked() {
      const last = upstream.exchanges.at(-1);
      if (last === undefined) throw new Error('Nothing has reached the upstream.');
      return last.request;
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await upstream.close();
      expect(server.log.filter((line) => !line.startsWith('{"step":'))).toEqual([]);
    },
  };
}

/** The error object of an answer, which must have OpenAI's form: exactly the four fields, the message a text. */
export function errorOf(answer: Answer): ErrorObject {
  expect(answer.head.header('content-type')).toBe('application/json');
  const body = answer.json();
  expect(body).toEqual({
    error: {
      message: expect.stringMatching(/./),
      type: expect.any(String),
      param: expect.toSatisfy(isTextOrNull),
      code: expect.toSatisfy(isTextOrNull),
    },
  });
  return (body as { error: ErrorObject }).error;
}

/** OpenAI's error object. */
export interface ErrorObject {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
