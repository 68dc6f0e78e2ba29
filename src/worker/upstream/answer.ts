/** The upstream's completion on its way to the client, in the form that the client asked for. */

import { ANSWER_HEADERS } from '../../shared/contract.ts';
import type { Aggregated } from '../completions/aggregate.ts';
import { aggregateChat, expandChat } from '../completions/chat.ts';
import { aggregateText, expandText } from '../completions/text.ts';
import { readUsage } from '../completions/usage.ts';
import { baseSetting } from '../config/upstream.ts';
import { beginningKind } from '../http/beginning.ts';
import { eventsOf } from '../http/events.ts';
import { errorForCompletion, errorUnderSuccess, mayBeError } from '../http/foreign-error.ts';
import { readLossless } from '../http/json/lossless.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { redact } from '../http/redact.ts';
import { cutAnswer, fellSilent, reportedError, unusableAnswer } from '../http/upstream-failure.ts';
import {
  type BodyStart,
  readStart,
  readStartBeside,
  rejoined,
  type StartLimits,
} from '../stream/body-start.ts';
import { boundedText, wholeText } from '../stream/read.ts';
import { ChatStreamState } from '../stream/watch-chat.ts';
import { type AnswerKind, answerKind } from './answer-kind.ts';
import { secretsOf } from './call.ts';
import type { UpstreamContext } from './context.ts';
import { isTold, kindByBytes, LABEL_LOOK } from './first-bytes.ts';
import { responseHeaders } from './headers.ts';
import { AS_IT_IS, type PassStream, passError, passOn, restored, streamHeaders } from './pass-on.ts';
import type { Received } from './received.ts';
import { readShortBody } from './short-body.ts';
import type { UpstreamAnswer } from './started-call.ts';
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
  passStream: PassStream = AS_IT_IS,
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
  return relayAnswer(answer, options, TEXT, context, AS_IT_IS);
}

/** The first bytes decide what a success is; its label counts only where they do not come in time. */
async function relayAnswer(
  answer: UpstreamAnswer,
  options: ResponseOptions,
  form: AnswerForm,
  context: UpstreamContext,
  passStream: PassStream,
): Promise<Response> {
  const { response, readAhead } = answer;
  const setting = baseSetting(context.upstream);
  if (response.status < 400 && isPacked(response)) {
    context.account.close({ end: 'handed_over', usage: undefined });
    return passOn(response, context);
  }
  const label = answerKind(response.status, response.headers.get('content-type'), options.stream);
  if (label === 'error') return passError(response, context);
  const limits = label === 'inspect' || !passStream.takesLate ? { ...LABEL_LOOK, ms: 0 } : LABEL_LOOK;
  const told = (text: string) => isTold(text, options.stream);
  if (!options.stream) {
    const { start, same } = await startOfWhole(answer, label, told, limits, setting);
    const kind = kindByBytes(label, start, false, setting);
    if (start.kind === 'cut' && kind === 'passthrough') throw cutAnswer();
    if (kind === 'passthrough') return passWholeJson(same, start, context, errorForCompletion);
    return aggregate(start.kind === 'whole' ? restored(response, start) : same, options, form, context);
  }
  if (response.body === null) throw unusableAnswer('nothing', setting);
  const start = await readStart(response.body, readAhead, told, limits);
  const firstError = foreignFirst(start);
  if (firstError !== undefined) {
    await response.body.cancel().catch(() => undefined);
    throw reportedError(firstError, secretsOf(context));
  }
  if (kindByBytes(label, start, true, setting) === 'expand')
    return expand(restored(response, start), options, form, context);
  const { pieces, next } = start;
  const state = new ChatStreamState(options.choices, context.settings.debug);
  const convert = (text: string) => lateEvents(text, options, form, state, context);
  const late = next === undefined ? {} : { next, convert };
  return passStream.pass({ response, readAhead: pieces, ...late }, state, context);
}

/** What JSON of a declared length may have to be read at once. */
const SHORT_BYTES = 64 * 1024;

/** The start of an answer for a client that wants no stream, and the same answer; its body counts unless the start is whole. */
async function startOfWhole(
  { response, readAhead }: UpstreamAnswer,
  label: AnswerKind,
  told: (text: string) => boolean,
  limits: StartLimits,
  setting: string,
): Promise<{ readonly start: BodyStart; readonly same: Received }> {
  if (label === 'passthrough' && readAhead.length === 0) {
    const short = await readShortBody(response, SHORT_BYTES);
    if (short?.kind === 'cut') throw cutAnswer();
    if (short !== undefined) {
      const text = new TextDecoder().decode(short.bytes);
      return { start: { pieces: [short.bytes], text, kind: 'whole' }, same: response };
    }
  }
  const { body } = response;
  if (body === null) throw unusableAnswer('nothing', setting);
  const whole = readAhead.length === 0 ? body : rejoined(body, { pieces: readAhead });
  const [start, rest] = await readStartBeside(whole, told, limits);
  if (start.kind !== 'whole') return { start, same: response.withBody(rest) };
  await rest.cancel().catch(() => undefined);
  return { start, same: response };
}

/** The error with which a stream begins, where it has another form than OpenAI's: no client knows it. */
function foreignFirst({ text, kind }: BodyStart): unknown {
  if (kind === 'late' || beginningKind(text) !== 'events' || !mayBeError(text)) return undefined;
  const first = parseJson(eventsOf(text)[0]?.data ?? '');
  return isRecord(first) && first['error'] ? undefined : errorUnderSuccess(first);
}

/** A whole answer, or an error, that came late under the label of a stream, as events. */
function lateEvents(
  text: string,
  options: ResponseOptions,
  form: AnswerForm,
  state: ChatStreamState,
  context: UpstreamContext,
): string {
  const answer = readLossless(text);
  const error = errorForCompletion(answer);
  if (error !== undefined) return state.errorEvent(reportedError(error, secretsOf(context)).fields);
  return redact(form.expand(answer, options.includeUsage) ?? '', secretsOf(context));
}

async function aggregate(
  upstream: Received,
  options: ResponseOptions,
  form: AnswerForm,
  context: UpstreamContext,
): Promise<Response> {
  const { kind, text } = await boundedText(upstream, context.upstream.idleMs);
  // The events tell whether the answer is whole, as they do in a stream: a connection may break behind its end.
  const aggregated = form.aggregate(text, options.choices);
  if (aggregated.kind === 'cut') throw kind === 'silent' ? fellSilent() : cutAnswer();
  if (aggregated.kind === 'unknown')
    throw unusableAnswer('a stream in which no text was found', baseSetting(context.upstream));
  if (aggregated.kind === 'error') throw reportedError(aggregated.error, secretsOf(context));
  const headers = responseHeaders(upstream.headers, context);
  headers['content-type'] = 'application/json';
  headers[ANSWER_HEADERS.converted] = 'json';
  closeWhole(aggregated.completion, context);
  return new Response(redact(JSON.stringify(aggregated.completion), secretsOf(context)), {
    status: upstream.status,
    headers,
  });
}

async function expand(
  upstream: Received,
  options: ResponseOptions,
  form: AnswerForm,
  context: UpstreamContext,
): Promise<Response> {
  const answer = readLossless(await wholeText(upstream));
  const error = errorForCompletion(answer);
  if (error !== undefined) throw reportedError(error, secretsOf(context));
  const events = form.expand(answer, options.includeUsage);
  if (events === undefined) throw unusableAnswer('JSON of another kind', baseSetting(context.upstream));
  const headers = streamHeaders(upstream.headers, context);
  headers[ANSWER_HEADERS.converted] = 'stream';
  closeWhole(answer, context);
  return new Response(redact(events, secretsOf(context)), { status: upstream.status, headers });
}

function closeWhole(answer: unknown, { account }: UpstreamContext): void {
  account.close({ end: 'whole', usage: readUsage(isRecord(answer) ? answer['usage'] : undefined) });
}
