/** The upstream's chat answer on its way to the client, in the form that the client asked for. */
import { isRecord, parseJson } from '../json/read.ts';
import { type AnswerKind, answerKind } from './answer-kind.ts';
import { collectChat } from './chat-collect.ts';
import { ChatStreamState } from './chat-stream-state.ts';
import { unfoldChat } from './chat-unfold.ts';
import type { UpstreamContext } from './context.ts';
import { responseHeaders } from './headers.ts';
import { logUsage } from './log-usage.ts';
import { passError, passEvents, passOn, streamHeaders } from './pass-on.ts';
import { readText } from './read-text.ts';
import { answerTooLarge, cutAnswer, reportedError, unusableAnswer } from './upstream-error.ts';

/** What an answer may hold when it must be converted as a whole. */
const CONVERTED_LIMIT_BYTES = 64 * 1024 * 1024;

/** What the client asked for. */
export interface Wanted {
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** More than one choice was asked for. */
  readonly severalChoices: boolean;
}

/**
 * Turns the upstream's answer into the client's.
 * @throws {GatewayError} 502 for an answer that no client could use.
 */
export function relayChatAnswer(
  upstream: Response,
  wanted: Wanted,
  context: UpstreamContext,
): Response | Promise<Response> {
  const kind = answerKind(upstream.status, upstream.headers.get('content-type'), wanted.stream);
  return relayAs(kind, upstream, wanted, context);
}

function relayAs(
  kind: AnswerKind,
  upstream: Response,
  wanted: Wanted,
  context: UpstreamContext,
): Response | Promise<Response> {
  switch (kind) {
    case 'error':
      return passError(upstream, context);
    case 'native':
      return passOn(context.settings.debug ? logUsage(upstream, context) : upstream);
    case 'events':
      return passEvents(upstream, new ChatStreamState(wanted.severalChoices), context);
    case 'collect':
      return collect(upstream);
    case 'unfold':
      return unfold(upstream, wanted);
    case 'inspect':
      return inspect(upstream, wanted).then(([known, same]) => relayAs(known, same, wanted, context));
  }
}

async function collect(upstream: Response): Promise<Response> {
  const collected = collectChat(await wholeText(upstream));
  if (collected.kind === 'cut') throw cutAnswer();
  if (collected.kind === 'error') throw reportedError(collected.error);
  const headers = responseHeaders(upstream.headers);
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify(collected.completion), { status: upstream.status, headers });
}

async function unfold(upstream: Response, wanted: Wanted): Promise<Response> {
  const answer = parseJson(await wholeText(upstream));
  if (isRecord(answer) && answer['error']) throw reportedError(answer['error']);
  const events = unfoldChat(answer, wanted.includeUsage);
  if (events === undefined) throw unusableAnswer('JSON of another kind');
  return new Response(events, { status: upstream.status, headers: streamHeaders(upstream.headers) });
}

/** The type says nothing: the first bytes tell an event stream from JSON, and both from anything else. */
async function inspect(
  upstream: Response,
  wanted: Wanted,
): Promise<[Exclude<AnswerKind, 'inspect'>, Response]> {
  if (upstream.body === null) throw unusableAnswer('nothing');
  const [body, sample] = upstream.body.tee();
  const start = await firstText(sample);
  const headers = new Headers(upstream.headers);
  const typed = (type: string) => {
    headers.set('content-type', type);
    return new Response(body, { status: upstream.status, headers });
  };
  if (/^(?:data|event|id|retry)?:/.test(start)) {
    return [wanted.stream ? 'events' : 'collect', typed('text/event-stream')];
  }
  if (start.startsWith('{')) return [wanted.stream ? 'unfold' : 'native', typed('application/json')];
  await body.cancel();
  throw unusableAnswer(
    start.startsWith('<') ? 'a web page' : 'something that is neither JSON nor an event stream',
  );
}

/** Reads until something other than white space has come, then leaves the rest alone. */
async function firstText(sample: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of sample) {
      text += decoder.decode(chunk, { stream: true }).trimStart();
      if (text !== '') break;
    }
  } catch {
    throw cutAnswer();
  }
  return text;
}

async function wholeText(upstream: Response): Promise<string> {
  const read = await readText(upstream.body, CONVERTED_LIMIT_BYTES);
  if (read.kind === 'too_large') throw answerTooLarge();
  if (read.kind === 'cut') throw cutAnswer();
  return read.text;
}
