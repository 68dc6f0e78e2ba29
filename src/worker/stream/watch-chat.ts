/** What is known of a chat stream while its bytes pass by: how it ended, its usage, its events. */
import type { EventSourceMessage } from 'eventsource-parser';
import { readUsage } from '../completions/usage.ts';
import { type ErrorFields, errorEnvelope } from '../http/errors.ts';
import { DONE, eventText } from '../http/events.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { StreamState } from './watch.ts';

/** Only such events are parsed; in a name or a text of the answer the quotes would be escaped. */
const FINISH = /"finish_reason"\s*:\s*"[^"]/;
const USAGE = /"usage"\s*:\s*\{/;
/** Anything but the `null` that some upstreams write into every chunk. */
const ERROR = /"error"\s*:\s*[^\sn]/;

/**
 * What one of the three looks like before events are told apart; a value may stand on a line of its own. The form is
 * the one that is searched for fastest.
 */
const TELLING = /(?:_reason"|\busage"|\berror")\s*(?:[^\s:]|:\s*[^\sn])/;

/**
 * Follows a stream of chat completion chunks (https://platform.openai.com/docs/api-reference/chat-streaming).
 * Feeding costs little: an event is parsed as JSON only where a cheap look says that it matters.
 */
export class ChatStreamState extends StreamState {
  /** The upstream said `[DONE]`. */
  done = false;

  readonly #choices: number;
  readonly #countsEvents: boolean;
  readonly #begun = new Set<unknown>();
  readonly #finished = new Set<unknown>();

  /**
   * @param choices how many were asked for; with several, every event is read to know which have ended.
   * @param countsEvents whether `events` has to be exact; otherwise it counts those that were parsed.
   */
  constructor(choices: number, countsEvents = false) {
    super();
    this.#choices = choices;
    this.#countsEvents = countsEvents;
  }

  protected override mayTell(events: string): boolean {
    return this.#choices > 1 || this.#countsEvents || TELLING.test(events) || events.includes(DONE);
  }

  /** Whether the answer is whole: `[DONE]`, or a finish reason for every choice that was asked for or began. */
  get whole(): boolean {
    if (this.done) return true;
    const finished = this.#finished.size >= this.#choices && this.#begun.isSubsetOf(this.#finished);
    return finished && !this.lostEvent;
  }

  /** A finish reason came for every choice, and neither the usage nor `[DONE]` did. */
  override get awaitsUsage(): boolean {
    return this.countsContent && this.whole && !this.done && this.usage === undefined;
  }

  override get saysDone(): boolean {
    return true;
  }

  errorEvent(error: ErrorFields): string {
    return eventText(errorEnvelope(error));
  }

  protected see({ data }: EventSourceMessage): void {
    if (data.trim() === DONE) {
      this.done = true;
      return;
    }
    if (this.#choices > 1 || FINISH.test(data) || USAGE.test(data) || ERROR.test(data)) this.#read(data);
  }

  #read(data: string): void {
    const chunk = parseJson(data);
    if (!isRecord(chunk)) return;
    // Clients raise on what is truthy, and on nothing else.
    if (chunk['error']) this.failed = true;
    this.usage = readUsage(chunk['usage']) ?? this.usage;
    if (!Array.isArray(chunk['choices'])) return;
    for (const choice of chunk['choices']) {
      if (!isRecord(choice)) continue;
      const index = choice['index'] ?? 0;
      this.#begun.add(index);
      if (typeof choice['finish_reason'] === 'string' && choice['finish_reason'] !== '') {
        this.#finished.add(index);
      }
    }
  }
}
