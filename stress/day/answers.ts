/** What the upstream of the run says: every byte follows from the number of the call. Pure. */
import { createHash } from 'node:crypto';
import { chatChunk, chatCompletion, events, usageChunk } from '../../test/support/answers.ts';
import { randomOf } from '../random.ts';
import { contentOf } from '../stream-content.ts';

/**
 * What goes wrong with an answer. `cut`: it breaks off in its middle. `reset`: the connection breaks before its head.
 * `late`, `slow`: it takes its time before its head, or between its pieces.
 */
export const FAULTS = ['none', 'late', 'slow', 'cut', 'reset', 'refused', 'failed'] as const;
/** One of them. */
export type Fault = (typeof FAULTS)[number];

/** An answer as it would be without a fault, and what goes wrong with it. */
export interface Planned {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly bytes: Buffer;
  readonly fault: Fault;
}

/** The text of a call's answer. */
export function wordsOf(number: number): string {
  return `${number} 你好 🙂 ${randomOf(number)()}`;
}

/** The bytes of a file. */
export function fileOf(number: number): Buffer {
  const random = randomOf(number + 4_000_000);
  return Buffer.from(Array.from({ length: 20_000 }, () => Math.floor(random() * 256)));
}

/** What the upstream answers to an upload: what it got. */
export function receiptOf(body: Buffer): string {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return JSON.stringify({ id: 'file-day', object: 'file', bytes: body.length, sha256 });
}

/** The answer to a request. */
export function answerFor(path: string, body: Buffer, number: number, fault: Fault): Planned {
  if (fault === 'refused') return refusal(429, 'rate_limit_exceeded', fault);
  if (fault === 'failed') return refusal(500, 'server_error', fault);
  if (path.endsWith('/content')) return bytesOf(fileOf(number), 'application/octet-stream', fault);
  if (path.endsWith('/files')) return json(receiptOf(body), fault);
  if (path.endsWith('/embeddings')) return json(embeddingOf(number), fault);
  const isStream = /"stream":\s*true/.test(body.toString('latin1'));
  if (path.endsWith('/responses'))
    return isStream ? stream(responseEventsOf(number), fault) : json(responseOf(number), fault);
  return isStream ? stream(chatEventsOf(number), fault) : json(chatOf(number), fault);
}

/** A chat completion. */
export function chatOf(number: number): string {
  return chatCompletion({ content: wordsOf(number) });
}

/** The same as a stream; every second one is long. */
export function chatEventsOf(number: number): string {
  if (number % 2 === 0) return contentOf(number).text;
  const words = wordsOf(number).split(' ');
  return events([
    chatChunk({ role: 'assistant', content: '' }),
    ...words.map((content) => chatChunk({ content })),
    chatChunk({}, 'stop'),
    usageChunk(),
    '[DONE]',
  ]);
}

/** Embeddings. */
export function embeddingOf(number: number): string {
  const random = randomOf(number);
  const embedding = Array.from({ length: 32 }, () => random() - 0.5);
  const data = [{ object: 'embedding', index: 0, embedding }];
  const usage = { prompt_tokens: 5, total_tokens: 5 };
  return JSON.stringify({ object: 'list', model: 'text-embedding-day', data, usage });
}

function responseObject(number: number, status: string): object {
  const content = [{ type: 'output_text', text: wordsOf(number), annotations: [] }];
  const output = [{ type: 'message', id: 'msg_day', role: 'assistant', status, content }];
  const usage = { input_tokens: 5, output_tokens: 2, total_tokens: 7 };
  return { id: `resp_${number}`, object: 'response', status, model: 'gpt-test', output, usage };
}

/** A response. */
export function responseOf(number: number): string {
  return JSON.stringify(responseObject(number, 'completed'));
}

/** The same as a stream. */
export function responseEventsOf(number: number): string {
  const named = (type: string, fields: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const deltas = wordsOf(number).split(' ');
  return [
    named('response.created', {
      sequence_number: 0,
      response: { id: `resp_${number}`, status: 'in_progress' },
    }),
    ...deltas.map((delta, at) =>
      named('response.output_text.delta', { sequence_number: at + 1, item_id: 'msg_day', delta }),
    ),
    named('response.completed', {
      sequence_number: deltas.length + 1,
      response: responseObject(number, 'completed'),
    }),
  ].join('');
}

function refusal(status: number, code: string, fault: Fault): Planned {
  const bytes = Buffer.from(
    JSON.stringify({ error: { message: 'Not now.', type: code, param: null, code } }),
  );
  return {
    status,
    headers: { 'content-type': 'application/json', 'content-length': bytes.length },
    bytes,
    fault,
  };
}

function json(text: string, fault: Fault): Planned {
  return bytesOf(Buffer.from(text), 'application/json', fault);
}

function bytesOf(bytes: Buffer, type: string, fault: Fault): Planned {
  return { status: 200, headers: { 'content-type': type, 'content-length': bytes.length }, bytes, fault };
}

function stream(text: string, fault: Fault): Planned {
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, bytes: Buffer.from(text), fault };
}
