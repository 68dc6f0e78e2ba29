/** The upstream's completion on its way to the client, in the form that the client asked for. */

import { collectChat, unfoldChat } from '../completions/chat.ts';
import type { Collected } from '../completions/collect.ts';
import { collectText, unfoldText } from '../completions/text.ts';
import { readLossless } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';
import { cutAnswer, fellSilent, reportedError, unusableAnswer } from '../http/upstream-failure.ts';
import { boundedText, wholeText } from '../stream/read.ts';
import { ChatStreamState } from '../stream/watch-chat.ts';
import { type AnswerKind, answerKind, type Beginning, beginningKind } from './answer-kind.ts';
import { secretsOf } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { responseHeaders } from './headers.ts';
import { logEnd, logUsage, passError, passEvents, passOn, streamHeaders } from './pass-on.ts';

/** How the answers of an endpoint change between one object and a stream of its pieces. */
interface AnswerForm {
  readonly collect: (eventStream: string, asked: number) => Collected;
  readonly unfold: (answer: unknown, includeUsage: boolean) => string | undefined;
}

const CHAT: AnswerForm = { collect: collectChat, unfold: unfoldChat };
const TEXT: AnswerForm = { collect: collectText, unfold: unfoldText };

/** What the client asked for. */
export interface Wanted {
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** How many choices were asked for. */
  readonly choices: number;
}

/**
 * Turns the upstream's chat completion into the client's.
 * @throws {GatewayError} 502 for an answer that no client could use.
 */
export function relayChatAnswer(
  upstream: Response,
  wanted: Wanted,
  context: UpstreamContext,
): Response | Promise<Response> {
  return relayAnswer(upstream, wanted, CHAT, context);
}

/**
 * Turns the upstream's legacy text completion into the client's.
 * @throws {GatewayError} 502 for an answer that no client could use.
 */
export function relayTextAnswer(
  upstream: Response,
  wanted: Wanted,
  context: UpstreamContext,
): Response | Promise<Response> {
  return relayAnswer(upstream, wanted, TEXT, context);
}

function relayAnswer(
  upstream: Response,
  wanted: Wanted,
  form: AnswerForm,
  context: UpstreamContext,
): Response | Promise<Response> {
  const kind = answerKind(upstream.status, upstream.headers.get('content-type'), wanted.stream);
  return relayAs(kind, upstream, wanted, form, context);
}

function relayAs(
  kind: AnswerKind,
  upstream: Response,
  wanted: Wanted,
  form: AnswerForm,
  context: UpstreamContext,
): Response | Promise<Response> {
  switch (kind) {
    case 'error':
      return passError(upstream, context);
    case 'native':
      return passOn(context.settings.debug ? logUsage(upstream, context) : upstream);
    case 'events':
      return passEvents(upstream, new ChatStreamState(wanted.choices, context.settings.debug), context);
    case 'collect':
      return collect(upstream, wanted, form, context);
    case 'unfold':
      return unfold(upstream, wanted, form, context);
    case 'inspect':
      return inspect(upstream, wanted).then(([known, same]) => relayAs(known, same, wanted, form, context));
  }
}

async function collect(
  upstream: Response,
  wanted: Wanted,
  form: AnswerForm,
  context: UpstreamContext,
): Promise<Response> {
  const { kind, text } = await boundedText(upstream, context.upstream.idleMs);
  // The events tell whether the answer is whole, as they do in a stream: a connection may break behind its end.
  const collected = form.collect(text, wanted.choices);
  if (collected.kind === 'cut') throw kind === 'silent' ? fellSilent() : cutAnswer();
  if (collected.kind === 'error') throw reportedError(collected.error, secretsOf(context));
  const headers = responseHeaders(upstream.headers);
  headers['content-type'] = 'application/json';
  headers['x-nexcode-converted'] = 'json';
  logEnd(collected.completion, context);
  return new Response(JSON.stringify(collected.completion), { status: upstream.status, headers });
}

async function unfold(
  upstream: Response,
  wanted: Wanted,
  form: AnswerForm,
  context: UpstreamContext,
): Promise<Response> {
  const answer = readLossless(await wholeText(upstream));
  if (isRecord(answer) && answer['error']) throw reportedError(answer['error'], secretsOf(context));
  const events = form.unfold(answer, wanted.includeUsage);
  if (events === undefined) throw unusableAnswer('JSON of another kind');
  const headers = streamHeaders(upstream.headers);
  headers['x-nexcode-converted'] = 'stream';
  logEnd(answer, context);
  return new Response(events, { status: upstream.status, headers });
}

/** The type says nothing: the first bytes tell an event stream from JSON, and both from anything else. */
async function inspect(
  upstream: Response,
  wanted: Wanted,
): Promise<[Exclude<AnswerKind, 'inspect'>, Response]> {
  if (upstream.body === null) throw unusableAnswer('nothing');
  const [body, sample] = upstream.body.tee();
  const start = await beginningOf(sample);
  const headers = new Headers(upstream.headers);
  const typed = (type: string) => {
    headers.set('content-type', type);
    return new Response(body, { status: upstream.status, headers });
  };
  if (start === 'events') return [wanted.stream ? 'events' : 'collect', typed('text/event-stream')];
  if (start === 'json') return [wanted.stream ? 'unfold' : 'native', typed('application/json')];
  await body.cancel();
  throw unusableAnswer(
    start === 'page' ? 'a web page' : 'something that is neither JSON nor an event stream',
  );
}

/** Reads until the text tells what it is, then leaves the rest alone. */
async function beginningOf(sample: ReadableStream<Uint8Array>): Promise<Beginning | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of sample) {
      text = (text + decoder.decode(chunk, { stream: true })).trimStart();
      const beginning = beginningKind(text);
      if (beginning !== undefined) return beginning;
    }
  } catch {
    throw cutAnswer();
  }
  return undefined;
}
