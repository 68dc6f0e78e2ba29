/** What a chat call answers, as the events and the output of a response. Pure: it is fed texts and reads no stream. */

import { partOf } from '../completions/choice-part.ts';
import { type ResponseEnd, type ResponseHead, ResponseText } from '../completions/responses.ts';
import { type Usage, wholeUsage } from '../completions/usage.ts';
import type { GatewayError } from '../http/errors.ts';
import { DONE } from '../http/events.ts';
import { isRecord } from '../http/json/read.ts';
import { cutAnswer, upstreamFailure } from '../http/upstream-failure.ts';
import { finishOf, parseChat, parseWholeChat, plainContentOf, tokenList } from '../via-chat/chat-chunk.ts';
import { RepeatedChunk } from '../via-chat/repeated-chunk.ts';
import type { StreamTranslator } from '../via-chat/stream.ts';
import { CallItem } from './call-item.ts';
import { type OpenCall, OpenCalls } from './calls.ts';
import { EventWriter } from './events.ts';
import { MessageItem, type OutputItem, ReasoningItem } from './items.ts';
import { contentOf, logprobText, thinksByName } from './message.ts';
import type { ResponsesPlan } from './plan.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Translates one chat answer, whole (`answer`) or event by event (`event`, then `end` and `closing`). A call is done
 * when the answer is, never before, and only if the model has finished it: clients run a call as soon as it is done.
 */
export class ResponseTranslator implements StreamTranslator {
  done = false;
  usage: Usage | undefined;
  /** The model's reasoning came as `reasoning_content`. */
  hasThought = false;

  readonly #plan: ResponsesPlan;
  readonly #secrets: readonly string[];
  readonly #response: ResponseText;
  readonly #write = new EventWriter();
  /** In the order of their indexes. */
  readonly #items: OutputItem[] = [];
  readonly #calls = new OpenCalls();
  readonly #repeated = new RepeatedChunk();
  #open: ReasoningItem | MessageItem | undefined;
  #finish: string | null = null;

  /** @param secrets what the upstream's errors may quote and must be redacted. */
  constructor(plan: ResponsesPlan, head: ResponseHead, secrets: readonly string[]) {
    this.#plan = plan;
    this.#secrets = secrets;
    this.#response = new ResponseText(head);
  }

  get said(): boolean {
    return this.#finish !== null;
  }

  /** What a stream begins with. */
  opening(): string {
    const response = `"response":${this.#at({ status: 'in_progress', output: [] })}`;
    return (
      this.#write.event('response.created', response) + this.#write.event('response.in_progress', response)
    );
  }

  /** An event without meaning, for a connection that must not look dead. */
  heartbeat(): string {
    return this.#write.event('keepalive', '');
  }

  event(data: string): string {
    const text = data.trim();
    if (this.done || text === '') return '';
    if (text === DONE) {
      this.done = true;
      return '';
    }
    const repeated = this.#repeated.contentOf(text);
    if (repeated !== undefined) {
      return repeated === '' || this.#finish !== null ? '' : this.#speak('output_text', repeated, []);
    }
    const chunk = parseChat(text, this.#secrets);
    if (!isRecord(chunk)) return '';
    if (plainContentOf(chunk)) this.#repeated.learn(text);
    return this.#take(chunk);
  }

  /** @throws {GatewayError} 502 for an answer that ended before it was whole. */
  end(): string {
    if (this.#finish === null && !(this.done && this.#calls.all.every(isWhole))) throw cutAnswer();
    this.done = true;
    this.#finish ??= 'stop';
    return this.#closeAll();
  }

  /** The last event of a stream that came to its end. */
  closing(): string {
    const status = this.#incompleteReason() === null ? 'completed' : 'incomplete';
    return this.#write.event(`response.${status}`, `"response":${this.#ended()}`);
  }

  /** The last events of a stream that failed. */
  failure({ fields }: GatewayError): string {
    const { message, type, param, code } = fields;
    const error = JSON.stringify({ code, message, param, error: { message, type, param, code } }).slice(
      1,
      -1,
    );
    const response = this.#at({
      status: 'failed',
      error: { code: TOLD_CODES.has(code ?? '') ? code : 'server_error', message },
      output: [],
    });
    return this.#write.event('error', error) + this.#write.event('response.failed', `"response":${response}`);
  }

  /**
   * Translates a whole chat completion.
   * @param text the upstream's JSON text.
   * @throws {GatewayError} 502 for an error under a success status, or for what is no complete chat completion.
   */
  answer(text: string): void {
    const completion = parseWholeChat(text, this.#secrets);
    if (completion.choices.length === 0) throw cutAnswer();
    this.#take(completion);
    this.done = true;
    this.end();
  }

  /** The response in one piece, as JSON text. */
  whole(): string {
    return this.#ended();
  }

  #take(chunk: Json): string {
    this.usage = wholeUsage(chunk['usage']) ?? this.usage;
    const { choices } = chunk;
    const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
    if (!isRecord(choice) || this.#finish !== null) return '';
    const finish = finishOf(choice, this.#secrets);
    const part = partOf(choice);
    const events =
      part === undefined || (part === choice['message'] && this.#repeats(part))
        ? ''
        : this.#say(part, choice['logprobs']);
    this.#finish = finish;
    return events;
  }

  /** Whether a whole message says once more what its pieces have said. */
  #repeats(whole: Json): boolean {
    const sofar = this.#items.map((item) => (item instanceof MessageItem ? item.text : '')).join('');
    if (sofar === '') return this.#calls.all.length > 0;
    return contentOf(whole).text.startsWith(sofar);
  }

  #say(said: Json, logprobs: unknown): string {
    const { thought, text } = contentOf(said);
    this.hasThought ||= thinksByName(said);
    let events = '';
    if (thought !== '') events += this.#think(thought);
    if (text !== '') events += this.#speak('output_text', text, tokenList(logprobs));
    const { refusal, tool_calls: calls, function_call: call } = said;
    if (typeof refusal === 'string' && refusal !== '') events += this.#speak('refusal', refusal, []);
    if (Array.isArray(calls)) for (const each of calls) if (isRecord(each)) events += this.#callPart(each);
    if (isRecord(call)) events += this.#callPart({ index: 'function_call', function: call });
    return events;
  }

  #think(delta: string): string {
    if (this.#open instanceof ReasoningItem) return this.#open.add(delta, this.#write);
    const item = new ReasoningItem(this.#items.length, this.#plan.sealsReasoning);
    return this.#begin(item) + item.add(delta, this.#write);
  }

  #speak(kind: 'output_text' | 'refusal', delta: string, logprobs: readonly unknown[]): string {
    const probabilities = logprobs.flatMap(logprobText);
    if (this.#open instanceof MessageItem) return this.#open.add(kind, delta, probabilities, this.#write);
    const item = new MessageItem(this.#items.length);
    return this.#begin(item) + item.add(kind, delta, probabilities, this.#write);
  }

  /** A new item ends the one that was open, and follows all calls that have begun. */
  #begin(item: ReasoningItem | MessageItem): string {
    const events = this.#closeOpen(false);
    this.#items.push(item);
    this.#calls.follow();
    this.#open = item;
    return events + item.open(this.#write);
  }

  #callPart(part: Json): string {
    const { index, id } = part;
    const fn = isRecord(part['function']) ? part['function'] : {};
    const name = typeof fn['name'] === 'string' ? fn['name'] : '';
    const args = fn['arguments'];
    const delta = typeof args === 'string' ? args : args ? JSON.stringify(args) : '';
    const call = this.#calls.of(index, typeof id === 'string' ? id : '', name);
    if (call.item !== undefined) return call.item.add(delta, this.#write);
    call.early += delta;
    return name === '' ? '' : this.#announce(call, name);
  }

  #announce(call: OpenCall, name: string): string {
    const events = this.#closeOpen(false);
    const item = new CallItem(this.#items.length, this.#calls.idFor(call), this.#plan.tools.toolOf(name));
    this.#items.push(item);
    call.item = item;
    const early = call.early;
    call.early = '';
    return events + item.open(this.#write) + item.add(early, this.#write);
  }

  #closeOpen(isCut: boolean): string {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return '';
    return open instanceof MessageItem ? open.close(isCut, this.#write) : open.close(this.#write);
  }

  #closeAll(): string {
    const isCut = this.#incompleteReason() !== null;
    let events = this.#closeOpen(isCut);
    for (const { item, isFollowed, isResumed } of this.#calls.all) {
      if (item === undefined) {
        if (isCut) continue;
        throw upstreamFailure('The upstream sent a tool call without a name. Send the request again.');
      }
      if (!isCut || (isFollowed && !isResumed && item.isWhole)) events += item.close(this.#write);
    }
    // Some clients ask again and again where there is nothing that they could take for an answer.
    if (!isCut && !this.#items.some((item) => !(item instanceof ReasoningItem))) {
      const empty = new MessageItem(this.#items.length);
      this.#items.push(empty);
      events += empty.open(this.#write) + empty.add('output_text', '', [], this.#write);
      events += empty.close(false, this.#write);
    }
    return events;
  }

  #incompleteReason(): ResponseEnd['incompleteReason'] {
    if (this.#finish === 'length') return 'max_output_tokens';
    return this.#finish === 'content_filter' ? 'content_filter' : null;
  }

  #ended(): string {
    const incompleteReason = this.#incompleteReason();
    return this.#at({
      status: incompleteReason === null ? 'completed' : 'incomplete',
      incompleteReason,
      completedAt: incompleteReason === null ? Math.floor(Date.now() / 1000) : null,
      output: this.#items.map(({ finished }) => finished).filter((item) => item !== undefined),
      usage: this.usage,
    });
  }

  #at(end: Partial<ResponseEnd> & Pick<ResponseEnd, 'status' | 'output'>): string {
    return this.#response.at({
      completedAt: null,
      error: null,
      incompleteReason: null,
      usage: undefined,
      ...end,
    });
  }
}

/** Whether a call is one that could be run. Where no finish reason has come, nothing else tells that the model was through. */
function isWhole({ item }: OpenCall): boolean {
  return item?.isWhole === true;
}

/** The codes of a failed response that clients act on; all others mean the same to them. */
const TOLD_CODES: ReadonlySet<string> = new Set([
  'context_length_exceeded',
  'insufficient_quota',
  'server_is_overloaded',
  'invalid_prompt',
  'rate_limit_exceeded',
]);
