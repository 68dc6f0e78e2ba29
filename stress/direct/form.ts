/** What an upstream is asked for, and the good answer to it as bytes, from which the behaviours are made. */
import { chatChunk, chatCompletion, events, respond, streamBytes } from '../../test/support/answers.ts';
import { CHAT, type ModelApi, RESPONSES } from '../../test/support/model-apis.ts';
import type { Exchange, Framing, RecordedRequest, Script } from '../../test/support/upstream.ts';

/** The APIs that are asked: chat, responses, and the older text completions. */
export type Api = 'chat' | 'responses' | 'text';

/** One way of asking: an API, and whether the answer is wanted as a stream. */
export interface Form {
  readonly api: Api;
  readonly streamed: boolean;
}

/** An answer as bytes. */
export interface Recorded {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The pieces in which the body is written; a stream's are its events. */
  readonly pieces: readonly Buffer[];
}

/** Several bytes a character, so that cuts fall into characters. */
export const TEXT = 'Grüße, 世界! 👋';

export const PATHS: Readonly<Record<Api, string>> = {
  chat: CHAT.path,
  responses: RESPONSES.path,
  text: '/v1/completions',
};

const APIS: Readonly<Record<Api, Pick<ModelApi, 'says' | 'calls'>>> = {
  chat: CHAT,
  responses: RESPONSES,
  text: { says: completes, calls: ({ arguments: text }) => completes(text) },
};

/** A text completion, whole or streamed as the request asks. */
function completes(text: string): Script {
  const part = (object: string, piece: string, finish: string | null) =>
    JSON.stringify({
      id: 'cmpl-test',
      object,
      created: 1_790_000_000,
      model: 'm',
      choices: [{ text: piece, index: 0, logprobs: null, finish_reason: finish }],
      ...(finish !== null && { usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } }),
    });
  const pieces = text.match(/.{1,4}/gsu) ?? [];
  return (exchange) =>
    isStreamed(exchange.request)
      ? streamBytes([
          ...pieces.map((piece) => events([part('text_completion', piece, null)])),
          events([part('text_completion', '', 'stop')]),
          events(['[DONE]']),
        ])(exchange)
      : respond(part('text_completion', text, 'stop'))(exchange);
}

function isStreamed({ body }: RecordedRequest): boolean {
  return JSON.parse(body.toString())['stream'] === true;
}

/** The answer that says a text, in this form. */
export function saying(form: Form, text = TEXT): Promise<Recorded> {
  return record(APIS[form.api].says(text), form);
}

/** The answer that calls a tool with these arguments, in this form. */
export function calling(form: Form, argumentsText: string): Promise<Recorded> {
  return record(APIS[form.api].calls({ id: 'call_1', name: 'add', arguments: argumentsText }), form);
}

/** A chat answer of these members of its message, whole. */
export function chatAnswer(
  message: Readonly<Record<string, unknown>>,
  finish: string | null = 'stop',
  extra = {},
): Recorded {
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }];
  return json(chatCompletion({ choices, ...extra }));
}

/** A chat stream of these deltas, its finish reason and `[DONE]`. */
export function chatDeltas(
  deltas: readonly Readonly<Record<string, unknown>>[],
  finish: string | null = 'stop',
): Recorded {
  return sse([
    ...deltas.map((delta) => chatChunk(delta)),
    ...(finish === null ? [] : [chatChunk({}, finish)]),
    '[DONE]',
  ]);
}

/** A JSON answer. */
export function json(body: string, status = 200, headers: Readonly<Record<string, string>> = {}): Recorded {
  return { status, headers: { 'content-type': 'application/json', ...headers }, pieces: [Buffer.from(body)] };
}

/** An event stream of these payloads. */
export function sse(payloads: readonly string[]): Recorded {
  return raw(payloads.map((payload) => events([payload])));
}

/** An event stream of exactly these pieces. */
export function raw(pieces: readonly (string | Buffer)[]): Recorded {
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    pieces: pieces.map((piece) => Buffer.from(piece)),
  };
}

/** The whole body of an answer. */
export function bodyOf({ pieces }: Recorded): Buffer {
  return Buffer.concat(pieces);
}

/** Sends an answer's head. Its body is framed in chunks where it is a stream, else by its length, unless told otherwise. */
export async function sendHead(exchange: Exchange, answer: Recorded, framing?: Framing): Promise<void> {
  const streamed = answer.headers['content-type']?.startsWith('text/event-stream') === true;
  await exchange.head(
    answer.status,
    answer.headers,
    framing ?? (streamed ? 'chunked' : bodyOf(answer).length),
  );
}

/** Sends an answer, its pieces in one write each. */
export function send(answer: Recorded, framing?: Framing): Script {
  return async (exchange) => {
    await sendHead(exchange, answer, framing);
    for (const piece of answer.pieces) await exchange.body(piece);
    await exchange.end();
  };
}

/** Runs a script against nobody, and keeps what it writes. */
async function record(script: Script, { api, streamed }: Form): Promise<Recorded> {
  let head: Pick<Recorded, 'status' | 'headers'> = { status: 0, headers: {} };
  const pieces: Buffer[] = [];
  const request = {
    method: 'POST',
    path: PATHS[api],
    head: { startLine: '', rawHeaders: [], header: () => undefined },
    body: Buffer.from(
      JSON.stringify({ model: 'm', stream: streamed, stream_options: { include_usage: true } }),
    ),
  };
  const write = (bytes: string | Uint8Array) => {
    pieces.push(Buffer.from(bytes));
    return Promise.resolve();
  };
  const exchange: Exchange = {
    request,
    whole: Promise.resolve(true),
    gone: Promise.resolve('fin'),
    eventsWritten: 0,
    raw: write,
    head: (status, headers) => {
      head = { status, headers };
      return Promise.resolve();
    },
    body: write,
    bodyByByte: write,
    event: (payload) => write(events([payload])),
    end: () => Promise.resolve(),
    cut: () => undefined,
    reset: () => undefined,
  };
  await script(exchange);
  return { ...head, pieces };
}
