/** What is known of a stream of named events (`event:` lines), such as the Responses API's, while it passes by. */
import type { EventSourceMessage } from 'eventsource-parser';
import { readUsage } from '../completions/usage.ts';
import type { ErrorFields } from '../http/errors.ts';
import { DONE, eventText } from '../http/events.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { StreamState } from './watch.ts';

/** The last event of a response (https://platform.openai.com/docs/api-reference/responses-streaming). */
const RESPONSE_END = /^response\.(?:completed|failed|incomplete|cancelled)$/;

/**
 * Follows a stream whose events have names. A response must end with one of its closing events; of other kinds of
 * streams the gateway does not know the end, and takes an unbroken one for whole.
 */
export class NamedStreamState extends StreamState {
  #isResponse = false;
  #ended = false;

  get whole(): boolean {
    return this.#ended;
  }

  override get endsSilently(): boolean {
    return !this.#isResponse && !this.lostEvent;
  }

  /** The Responses API's own error event; clients of the other streams raise on its name or its `error` object. */
  errorEvent({ message, type, param, code }: ErrorFields): string {
    const data = {
      type: 'error',
      code,
      message,
      param,
      sequence_number: this.events,
      error: { message, type, param, code },
    };
    return eventText(JSON.stringify(data), 'error');
  }

  protected see({ event, data }: EventSourceMessage): void {
    if (event === 'error') this.failed = true;
    if (event?.startsWith('response.')) this.#isResponse = true;
    if (data.trim() === DONE) this.#ended = true;
    if (event === undefined || !RESPONSE_END.test(event)) return;
    this.#ended = true;
    const body = parseJson(data);
    const response = isRecord(body) ? body['response'] : undefined;
    const usage = isRecord(response) ? response['usage'] : undefined;
    this.usage = readUsage(usage);
  }
}
