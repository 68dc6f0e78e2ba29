/** A gateway in bare workerd before a fake upstream, asked for legacy completions. */
import type { Json } from 'miniflare';
import { apiError, respond } from './answers.ts';
import { type Answer, call, type RequestParts } from './http.ts';
import { type Exchange, type Script, startUpstream, type Upstream } from './upstream.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

/** The two, and a way to ask. */
export interface CompletionsSetup extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly gateway: Workerd;
  /** The parts of a legacy request with this body, JSON unless it is text or bytes already. */
  request(body: unknown, headers?: Readonly<Record<string, string>>): RequestParts;
  /** Asks, and reads the whole answer. */
  complete(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** Starts both. The gateway is a local, open one unless the settings say otherwise. */
export async function startCompletions(
  settings: Readonly<Record<string, Json>> = {},
): Promise<CompletionsSetup> {
  const upstream = await startUpstream();
  const gateway = await startWorkerd({
    OPENAI_API_BASE: upstream.base,
    LOCAL_SERVER: 'true',
    ...settings,
  });
  const request: CompletionsSetup['request'] = (body, headers = {}) => ({
    path: '/v1/completions',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  return {
    upstream,
    gateway,
    request,
    complete: (body, headers) => call(gateway.url, request(body, headers)),
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await upstream.close();
    },
  };
}

/** An upstream that serves chat alone: its 404 for the legacy endpoint is OpenAI's for an unknown address. */
export function chatOnly(chat: Script): Script {
  const refuse = respond(apiError('Invalid URL (POST /v1/completions)'), 404);
  return (exchange) =>
    exchange.request.path.startsWith('/v1/completions') ? refuse(exchange) : chat(exchange);
}

/** The chat request that an upstream got, parsed. */
export function chatRequest(exchange: Exchange | undefined): {
  readonly messages: readonly { readonly content: string }[];
  readonly [member: string]: unknown;
} {
  return JSON.parse(exchange?.request.body.toString('utf8') ?? '');
}

/** The data of the events in an answer's text: JSON parsed, `[DONE]` as it is. */
export function eventData(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice('data: '.length))
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)));
}
