/** What is known of a stream of named events (`event:` lines), such as the Responses API's, while it passes by. */
import type { EventSourceMessage } from 'eventsource-parser';
import { readUsage } from '../completions/usage.ts';
import type { ErrorFields } from '../http/errors.ts';
import { DONE, eventText } from '../http/events.ts';
import { isRecord, parseJson } from '../http/json/read.ts';
import { StreamState } from './watch.ts';

/** A kind of stream: how the names of its events begin, and which of them ends it. */
interface NamedKind {
  readonly begins: RegExp;
  readonly ends: RegExp;
}

/** Streams whose last event is known; of others an unbroken end is taken for their end. */
const KINDS: readonly NamedKind[] = [
  // https://platform.openai.com/docs/api-reference/responses-streaming
  { begins: /^response\./, ends: /^response\.(?:completed|failed|incomplete|cancelled)$/ },
  // https://platform.openai.com/docs/api-reference/audio/speech-audio-done-event
  { begins: /^speech\.audio\./, ends: /^speech\.audio\.done$/ },
  // https://platform.openai.com/docs/api-reference/audio/transcript-text-done-event
  { begins: /^transcript\.text\./, ends: /^transcript\.text\.done$/ },
  // https://platform.openai.com/docs/api-reference/images-streaming
  { begins: /^image_generation\./, ends: /^image_generation\.completed$/ },
  { begins: /^image_edit\./, ends: /^image_edit\.completed$/ },
  // https://platform.openai.com/docs/api-reference/assistants-streaming/events
  { begins: /^thread\.(?:created|run\.)/, ends: /^done$/ },
  // https://docs.mistral.ai/agents/agents_basics, https://docs.mistral.ai/capabilities/audio_transcription
  { begins: /^conversation\.response\./, ends: /^conversation\.response\.(?:done|error)$/ },
  { begins: /^transcription\./, ends: /^transcription\.done$/ },
  // https://docs.cohere.com/v2/docs/streaming
  { begins: /^message-start$/, ends: /^message-end$/ },
  // https://docs.anthropic.com/en/docs/build-with-claude/streaming
  { begins: /^message_start$/, ends: /^message_stop$/ },
];

/** The name of an event that has no `event:` line, as it stands in its data. */
const TYPE_IN_DATA = /^\s*\{(?:[^{}[\]]*?,)?\s*"type"\s*:\s*"([\w.-]+)"/;

/**
 * Follows a stream whose events have names. A stream of a known kind must end with one of its closing
 * events; of others the gateway does not know the end, and takes an unbroken one for whole.
 */
export class NamedStreamState extends StreamState {
  #kind: NamedKind | undefined;
  #ended = false;

  get whole(): boolean {
    return this.#ended;
  }

  override get endsSilently(): boolean {
    return this.#kind === undefined && !this.lostEvent;
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
    const name = event ?? TYPE_IN_DATA.exec(data)?.[1];
    if (name === 'error') this.failed = true;
    if (data.trim() === DONE) this.#ended = true;
    if (name === undefined) return;
    this.#kind ??= KINDS.find(({ begins }) => begins.test(name));
    if (this.#kind === undefined || !this.#kind.ends.test(name)) return;
    this.#ended = true;
    const body = parseJson(data);
    const response = isRecord(body) ? (body['response'] ?? body) : undefined;
    this.usage = readUsage(isRecord(response) ? response['usage'] : undefined) ?? this.usage;
  }
}
