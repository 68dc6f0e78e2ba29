/** Answers of an OpenAI-compatible upstream: the JSON of completions and chunks, and scripts that send them. */
import { gzipSync } from 'node:zlib';
import type { Framing, Script } from './upstream.ts';

/** The fields of a chat completion that tests vary. */
export interface CompletionParts {
  readonly content?: string | null;
  readonly model?: string;
  readonly finish?: string | null;
  readonly [extra: string]: unknown;
}

/** The JSON text of a chat completion, in the form of the public API. Further keys are added at the top level. */
export function chatCompletion({
  content = 'Hello!',
  model = 'gpt-test',
  finish = 'stop',
  ...extra
}: CompletionParts = {}): string {
  return JSON.stringify({
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 1_790_000_000,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null },
        logprobs: null,
        finish_reason: finish,
      },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    ...extra,
  });
}

/** The JSON text of one streamed chunk with this delta. Further keys are added at the top level. */
export function chatChunk(
  delta: Readonly<Record<string, unknown>>,
  finish: string | null = null,
  extra: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    id: 'chatcmpl-test',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'gpt-test',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...extra,
  });
}

/** The JSON text of the last chunk of a stream that was asked to include its usage. */
export function usageChunk(): string {
  return JSON.stringify({
    id: 'chatcmpl-test',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'gpt-test',
    choices: [],
    usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
  });
}

/** The payloads of a whole streamed answer: role, one chunk per word, finish reason, `[DONE]`. */
export function chatStream(words: readonly string[] = ['Hel', 'lo', '!']): string[] {
  return [
    chatChunk({ role: 'assistant', content: '' }),
    ...words.map((content) => chatChunk({ content })),
    chatChunk({}, 'stop'),
    '[DONE]',
  ];
}

/** Payloads as server-sent events, one string. */
export function events(payloads: readonly string[], lineEnd = '\n'): string {
  return payloads.map((payload) => `data: ${payload}${lineEnd}${lineEnd}`).join('');
}

/** The JSON text of an error in the form of the public API. */
export function apiError(
  message: string,
  type = 'invalid_request_error',
  code: string | null = null,
): string {
  return JSON.stringify({ error: { message, type, param: null, code } });
}

/** Answers with one body of exact length. */
export function respond(
  body: string | Uint8Array = chatCompletion(),
  status = 200,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Script {
  return async (exchange) => {
    const bytes = Buffer.from(body);
    await exchange.head(status, headers, bytes.length);
    await exchange.body(bytes);
    await exchange.end();
  };
}

/** The headers of a streamed answer, as the public API sends them. */
export const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8' } as const;

/** How a scripted stream ends: whole, by FIN without its end marker, by RST, or never. */
export type StreamEnd = 'whole' | 'cut' | 'reset' | 'stall';

/** Streams payloads as events, one write each, and ends as told. */
export function stream(
  payloads: readonly string[] = chatStream(),
  end: StreamEnd = 'whole',
  framing: Framing = 'chunked',
): Script {
  return async (exchange) => {
    await exchange.head(200, EVENT_STREAM, framing);
    for (const payload of payloads) await exchange.event(payload);
    if (end === 'whole') await exchange.end();
    if (end === 'cut') exchange.cut();
    if (end === 'reset') exchange.reset();
  };
}

/** Streams exact body bytes, in the pieces given, and ends whole. */
export function streamBytes(pieces: Iterable<string | Uint8Array>, framing: Framing = 'chunked'): Script {
  return async (exchange) => {
    await exchange.head(200, EVENT_STREAM, framing);
    for (const piece of pieces) await exchange.body(piece);
    await exchange.end();
  };
}

/** Streams exact body bytes, one byte a write, and ends whole. */
export function streamByByte(bytes: string | Uint8Array): Script {
  return async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    await exchange.bodyByByte(bytes);
    await exchange.end();
  };
}

/** A gzip-encoded body of exact length. */
export function respondGzip(body: string, contentType = 'application/json'): Script {
  return respond(gzipSync(body), 200, { 'content-type': contentType, 'content-encoding': 'gzip' });
}

/** A redirect elsewhere. */
export function redirect(location: string, status = 307): Script {
  return respond('', status, { location });
}

/** Breaks the connection instead of answering. */
export const resetBeforeHead: Script = (exchange) => exchange.reset();

/** Closes the connection instead of answering. */
export const closeBeforeHead: Script = (exchange) => exchange.cut();

/** Never answers. */
export const stall: Script = () => {};

/** Promises more bytes than it sends, then closes. */
export function tooShort(body: string = chatCompletion(), missing = 1): Script {
  return async (exchange) => {
    await exchange.head(200, { 'content-type': 'application/json' }, Buffer.byteLength(body) + missing);
    await exchange.body(body);
    exchange.cut();
  };
}

/** An interim answer (such as 103) before the real one. */
export function afterInterim(script: Script, status = 103): Script {
  return async (exchange) => {
    await exchange.raw(`HTTP/1.1 ${status} Interim\r\nlink: </x>\r\n\r\n`);
    await script(exchange);
  };
}
