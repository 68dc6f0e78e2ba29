/** A gateway in bare workerd before a fake upstream, asked for responses; and what it is asked and answers. */
import type { Json } from 'miniflare';
import { apiError, chatChunk, respond } from './answers.ts';
import { type Answer, call } from './http.ts';
import { type Exchange, type Script, startUpstream, type Upstream } from './upstream.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

/** The two, and a way to ask. */
export interface ResponsesSetup extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly gateway: Workerd;
  /** Asks, and reads the whole answer. */
  respond(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** Starts both. The gateway is a local, open one that translates, unless the settings say otherwise. */
export async function startResponses(settings: Readonly<Record<string, Json>> = {}): Promise<ResponsesSetup> {
  const upstream = await startUpstream();
  const gateway = await startWorkerd({
    OPENAI_API_BASE: upstream.base,
    LOCAL_SERVER: 'true',
    RESPONSES_MODE: 'chat',
    ...settings,
  });
  return {
    upstream,
    gateway,
    respond: (body, headers = {}) =>
      call(gateway.url, {
        path: '/v1/responses',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await upstream.close();
    },
  };
}

/** An upstream that serves chat alone. */
export function withoutResponses(
  chat: Script,
  refusal = apiError('Invalid URL (POST /v1/responses)'),
): Script {
  const refuse = respond(refusal, 404);
  return (exchange) => (exchange.request.path.startsWith('/v1/responses') ? refuse : chat)(exchange);
}

/** The JSON that an upstream got. */
export function bodyOf(exchange: Exchange | undefined): Record<string, unknown> {
  return JSON.parse(exchange?.request.body.toString('utf8') ?? '');
}

/** One named event of a response. */
export interface ResponseEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly [member: string]: unknown;
}

/** The events of a stream, in order. Each has its name on a line of its own, the same as in its data. */
export function responseEvents(text: string): ResponseEvent[] {
  if (text === '') return [];
  if (!text.endsWith('\n\n')) throw new Error(`The stream ends within an event: ${text.slice(-100)}`);
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((event) => {
      const [, name, data] = /^event: ([^\n]+)\ndata: ([^\n]+)$/.exec(event) ?? [];
      const parsed: ResponseEvent = JSON.parse(data ?? '');
      if (parsed.type !== name) throw new Error(`An event named ${name} is a ${parsed.type}.`);
      return parsed;
    });
}

/** A chunk with a part of a tool call. */
export function callChunk(index: number, call: { id?: string; name?: string; arguments?: string }): string {
  const { id, name, arguments: text } = call;
  return chatChunk({
    tool_calls: [
      {
        index,
        ...(id === undefined ? {} : { id, type: 'function' }),
        function: {
          ...(name === undefined ? {} : { name }),
          ...(text === undefined ? {} : { arguments: text }),
        },
      },
    ],
  });
}
