/** The upstream's completion on its way to the client, in the form that the client asked for. */

import { ANSWER_HEADERS } from '../../shared/contract.ts';
import type { Aggregated } from '../completions/aggregate.ts';
import { aggregateChat, expandChat } from '../completions/chat.ts';
import { aggregateText, expandText } from '../completions/text.ts';
import { readUsage } from '../completions/usage.ts';
import { baseSetting } from '../config/upstream.ts';
import { readLossless } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';
import { redact } from '../http/log.ts';
import { cutAnswer, fellSilent, reportedError, unusableAnswer } from '../http/upstream-failure.ts';
import { boundedText, wholeText } from '../stream/read.ts';
import { ChatStreamState } from '../stream/watch-chat.ts';
import { type AnswerKind, answerKind, type Beginning, beginningKind } from './answer-kind.ts';
import { secretsOf } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { responseHeaders } from './headers.ts';
import { type PassStream, passError, passEvents, passOn, streamHeaders } from './pass-on.ts';
import type { UpstreamAnswer } from './started-call.ts';
import { passJson } from './success-json.ts';
import { isPacked } from './unpack.ts';
import { passWholeJson } from './whole-json.ts';

/** How the answers of an endpoint change between one object and a stream of its pieces. */
interface AnswerForm {
  readonly aggregate: (eventStream: string, asked: number) => Aggregated;
  readonly expand: (answer: unknown, includeUsage: boolean) => string | undefined;
}

const CHAT: AnswerForm = { aggregate: aggregateChat, expand: expandChat };
const TEXT: AnswerForm = { aggregate: aggregateText, expand: expandText };

/** What the client asked for. */
export interface ResponseOptions {
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** How many choices were asked for. */
  readonly choices: number;
}

/**
 * Turns the upstream's chat completion into the client's.
 * @param passStream passes an event stream on to a client that asked for one.
 * @throws {GatewayError} 502 for an answer that no client could use.
 */
export function relayChatAnswer(
  answer: UpstreamAnswer,
  options: ResponseOptions,
  context: UpstreamContext,
  passStream: PassStream = passEvents,
): Promise<Response> {
  return relayAnswer(answer, options, CHAT, context, passStream);
}

/**
 * Turns the upstream's legacy text completion into the client's.
 * @throws {GatewayError} 502 for an answer that no client could use.
 */
export function relayTextAnswer(
  answer: UpstreamAnswer,
  options: ResponseOptions,
  context: UpstreamContext,
): Promise<Response> {
  return relayAnswer(answer, options, TEXT, context, passEvents);
}

async function relayAnswer(
  answer: UpstreamAnswer,
  options: ResponseOptions,
  form: AnswerForm,
  context: UpstreamContext,
  passStream: PassStream,
): Promise<Response> {
  const { response } = answer;
  if (response.status < 400 && isPacked(response)) {
    context.account.close({ end: 'handed_over', usage: undefined });
    return passOn(response);
  }
  const kind = answerKind(response.status, response.headers.get('content-type'), options.stream);
  if (kind !== 'inspect') return relayAs(kind, answer, options, form, context, passStream);
  const [known, same] = await inspect(response, options, baseSetting(context.upstream));
  return relayAs(known, { response: same, readAhead: [] }, options, form, context, passStream);
}

async function relayAs(
  kind: Exclude<AnswerKind, 'inspect'>,
  answer: UpstreamAnswer,
  options: ResponseOptions,
  form: AnswerForm,
  context: UpstreamContext,
  passStream: PassStream,
): Promise<Response> {
  const { response } = answer;
  switch (kind) {
    case 'error':
      return passError(response, context);
    case 'passthrough':
      if (context.hasNext || context.account.readsUsage) return passWholeJson(response, context);
      context.account.close({ end: 'handed_over', usage: undefined, http: response.status });
      return passJson(response, context);
    case 'events':
      return passStream(answer, new ChatStreamState(options.choices, context.settings.debug), context);
    case 'aggregate':
      return aggregate(response, options, form, context);
    case 'expand':
      return expand(response, options, form, context);
  }
}

async function aggregate(
  upstream: Response,
  options: ResponseOptions,
  form: AnswerForm,
  context: UpstreamContext,
): Promise<Response> {
  const { kind, text } = await boundedText(upstream, context.upstream.idleMs);
  // The events tell whether the answer is whole, as they do in a stream: a connection may break behind its end.
  const aggregated = form.aggregate(text, options.choices);
  if (aggregated.kind === 'cut') throw kind === 'silent' ? fellSilent() : cutAnswer();
  if (aggregated.kind === 'error') throw reportedError(aggregated.error, secretsOf(context));
  const headers = responseHeaders(upstream.headers);
  headers['content-type'] = 'application/json';
  headers[ANSWER_HEADERS.converted] = 'json';
  closeWhole(aggregated.completion, context);
  return new Response(redact(JSON.stringify(aggregated.completion), secretsOf(context)), {
    status: upstream.status,
    headers,
  });
}

async function expand(
  upstream: Response,
  options: ResponseOptions,
  form: AnswerForm,
  context: UpstreamContext,
): Promise<Response> {
  const answer = readLossless(await wholeText(upstream));
  if (isRecord(answer) && answer['error']) throw reportedError(answer['error'], secretsOf(context));
  const events = form.expand(answer, options.includeUsage);
  if (events === undefined) throw unusableAnswer('JSON of another kind', baseSetting(context.upstream));
  const headers = streamHeaders(upstream.headers);
  headers[ANSWER_HEADERS.converted] = 'stream';
  closeWhole(answer, context);
  return new Response(redact(events, secretsOf(context)), { status: upstream.status, headers });
}

function closeWhole(answer: unknown, { account }: UpstreamContext): void {
  account.close({ end: 'whole', usage: readUsage(isRecord(answer) ? answer['usage'] : undefined) });
}

/** The type says nothing: the first bytes tell an event stream from JSON, and both from anything else. */
async function inspect(
  upstream: Response,
  options: ResponseOptions,
  setting: string,
): Promise<[Exclude<AnswerKind, 'inspect'>, Response]> {
  if (upstream.body === null) throw unusableAnswer('nothing', setting);
  const [body, sample] = upstream.body.tee();
  const start = await beginningOf(sample);
  const headers = new Headers(upstream.headers);
  const typed = (type: string) => {
    headers.set('content-type', type);
    return new Response(body, { status: upstream.status, headers });
  };
  if (start === 'events') return [options.stream ? 'events' : 'aggregate', typed('text/event-stream')];
  if (start === 'json') return [options.stream ? 'expand' : 'passthrough', typed('application/json')];
  await body.cancel();
  throw unusableAnswer(
    start === 'page' ? 'a web page' : 'something that is neither JSON nor an event stream',
    setting,
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
