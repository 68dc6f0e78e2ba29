/** The upstream's chat answer on its way to the client, in the form that the client asked for. */
import { GatewayError } from '../errors.ts';
import { isRecord, parseJson } from '../json/read.ts';
import { type AnswerKind, answerKind } from './answer-kind.ts';
import { collectChat } from './chat-collect.ts';
import { ChatStreamState } from './chat-stream-state.ts';
import { unfoldChat } from './chat-unfold.ts';
import { relayEventStream, type StreamEnd } from './event-stream.ts';
import { responseHeaders } from './headers.ts';
import {
  answerTooLarge,
  cutAnswer,
  redirectRefused,
  reportedError,
  unusableAnswer,
} from './upstream-error.ts';

/** What an answer may hold when it must be converted as a whole, in bytes. */
const CONVERTED_LIMIT_BYTES = 64 * 1024 * 1024;

/** What the client wants, and who is told how a stream ended. */
export interface AnswerOptions {
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** More than one choice was asked for. */
  readonly severalChoices: boolean;
  readonly idleMs: number;
  readonly clientGone: AbortSignal;
  /** Called once for a relayed stream, after its last byte. */
  readonly onStreamEnd: (end: StreamEnd, state: ChatStreamState) => void;
  /** Keeps the invocation alive for a promise. */
  readonly waitUntil: (promise: Promise<unknown>) => void;
}

/**
 * Turns the upstream's answer into the client's.
 * @throws {GatewayError} 502 for an answer that no client could use.
 */
export async function relayChatAnswer(upstream: Response, options: AnswerOptions): Promise<Response> {
  const kind = answerKind(upstream.status, upstream.headers.get('content-type'), options.stream);
  return relayAs(kind, upstream, options);
}

async function relayAs(kind: AnswerKind, upstream: Response, options: AnswerOptions): Promise<Response> {
  switch (kind) {
    case 'error':
    case 'native':
      return passOn(upstream);
    case 'events':
      return relayEvents(upstream, options);
    case 'collect':
      return collect(upstream);
    case 'unfold':
      return unfold(upstream, options);
    case 'inspect':
      return inspect(upstream, options);
    case 'redirect':
      await upstream.body?.cancel();
      throw redirectRefused();
  }
}

/** The body as it is, pumped by the runtime alone. */
function passOn(upstream: Response): Response {
  return new Response(upstream.body, { status: upstream.status, headers: responseHeaders(upstream.headers) });
}

function relayEvents(upstream: Response, options: AnswerOptions): Response {
  if (upstream.body === null) throw cutAnswer();
  const state = new ChatStreamState(options.severalChoices);
  const { readable, ended } = relayEventStream(upstream.body, {
    state,
    clientGone: options.clientGone,
    idleMs: options.idleMs,
  });
  options.waitUntil(ended.then((end) => options.onStreamEnd(end, state)));
  return new Response(readable, { status: upstream.status, headers: streamHeaders(upstream.headers) });
}

async function collect(upstream: Response): Promise<Response> {
  const collected = collectChat(await readAll(upstream));
  if (collected.kind === 'cut') throw cutAnswer();
  if (collected.kind === 'error') throw reportedError(collected.error);
  return json(upstream, JSON.stringify(collected.completion));
}

async function unfold(upstream: Response, options: AnswerOptions): Promise<Response> {
  const answer = parseJson(await readAll(upstream));
  if (isRecord(answer) && answer['error']) throw reportedError(answer['error']);
  const events = unfoldChat(answer, options.includeUsage);
  if (events === undefined) throw unusableAnswer('JSON of another kind');
  return new Response(events, { status: upstream.status, headers: streamHeaders(upstream.headers) });
}

/** The type says nothing: the first bytes tell an event stream from JSON, and both from anything else. */
async function inspect(upstream: Response, options: AnswerOptions): Promise<Response> {
  if (upstream.body === null) throw unusableAnswer('nothing');
  const [body, sample] = upstream.body.tee();
  const start = await firstText(sample);
  const same = new Response(body, { status: upstream.status, headers: upstream.headers });
  if (/^(?:data|event|id|retry)?:/.test(start))
    return options.stream ? relayEvents(same, options) : collect(same);
  if (!start.startsWith('{')) {
    await body.cancel();
    throw unusableAnswer(
      start.startsWith('<') ? 'a web page' : 'something that is neither JSON nor an event stream',
    );
  }
  if (options.stream) return unfold(same, options);
  const text = await readAll(same);
  if (!isRecord(parseJson(text))) throw cutAnswer();
  return json(same, text);
}

/** Reads until something other than white space has come, then leaves the rest alone. */
async function firstText(sample: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  const reader = sample.getReader();
  let text = '';
  try {
    while (text === '') {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true }).trimStart();
    }
  } catch {
    throw cutAnswer();
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return text;
}

async function readAll(upstream: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of upstream.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > CONVERTED_LIMIT_BYTES) throw answerTooLarge();
    }
  } catch (cause) {
    throw cause instanceof GatewayError ? cause : cutAnswer();
  }
  return text + decoder.decode();
}

function json(upstream: Response, body: string): Response {
  const headers = responseHeaders(upstream.headers);
  headers.set('content-type', 'application/json');
  return new Response(body, { status: upstream.status, headers });
}

/** No proxy on the way may hold events back: `no-transform` stops compression, the last one is nginx's switch. */
function streamHeaders(upstream: Headers): Headers {
  const headers = responseHeaders(upstream);
  headers.set('content-type', 'text/event-stream; charset=utf-8');
  headers.set('cache-control', 'no-cache, no-transform');
  headers.set('x-accel-buffering', 'no');
  return headers;
}
