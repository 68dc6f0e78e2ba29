/** What a model thinks and says, as items of a response while they grow: each knows its events and what it is in the end. */
import { newId } from '../completions/responses.ts';
import { type DeltaForm, deltaForm, type EventWriter } from './events.ts';
import { sealReasoning } from './reasoning.ts';

const text = JSON.stringify;

/** An item of a response's output. */
export interface OutputItem {
  /** The item as JSON text; undefined for one that the model did not finish and no client may act on. */
  readonly finished: string | undefined;
}

/** A model's reasoning. Clients show it as a summary, and some return it. */
export class ReasoningItem implements OutputItem {
  readonly #id = newId('rs');
  readonly #where: string;
  readonly #delta: DeltaForm;
  readonly #index: number;
  readonly #seals: boolean;
  #text = '';

  constructor(index: number, seals: boolean) {
    this.#index = index;
    this.#seals = seals;
    this.#where = `"item_id":"${this.#id}","output_index":${index}`;
    this.#delta = deltaForm('response.reasoning_summary_text.delta', '', `${this.#where},"summary_index":0`);
  }

  open(write: EventWriter): string {
    const item = `"item":{"id":"${this.#id}","type":"reasoning","summary":[]},"output_index":${this.#index}`;
    return (
      write.event('response.output_item.added', item) +
      write.event(
        'response.reasoning_summary_part.added',
        this.#part('"part":{"type":"summary_text","text":""},'),
      )
    );
  }

  add(delta: string, write: EventWriter): string {
    this.#text += delta;
    return write.delta(this.#delta, delta);
  }

  close(write: EventWriter): string {
    const whole = text(this.#text);
    return (
      write.event(
        'response.reasoning_summary_text.done',
        `${this.#where},"summary_index":0,"text":${whole}`,
      ) +
      write.event(
        'response.reasoning_summary_part.done',
        this.#part(`"part":{"type":"summary_text","text":${whole}},`),
      ) +
      write.event('response.output_item.done', `"item":${this.finished},"output_index":${this.#index}`)
    );
  }

  get finished(): string {
    const sealed = this.#seals ? `,"encrypted_content":"${sealReasoning(this.#text)}"` : '';
    return `{"id":"${this.#id}","type":"reasoning","summary":[{"type":"summary_text","text":${text(this.#text)}}]${sealed}}`;
  }

  #part(part: string): string {
    return `"item_id":"${this.#id}","output_index":${this.#index},${part}"summary_index":0`;
  }
}

type PartKind = 'output_text' | 'refusal';

interface Part {
  readonly kind: PartKind;
  /** Of a piece without log probabilities. */
  readonly delta: DeltaForm;
  text: string;
  /** JSON texts. */
  readonly logprobs: string[];
}

/** What the model says to the user. */
export class MessageItem implements OutputItem {
  readonly #id = newId('msg');
  readonly #index: number;
  readonly #parts: Part[] = [];
  #status: 'completed' | 'incomplete' = 'completed';

  constructor(index: number) {
    this.#index = index;
  }

  open(write: EventWriter): string {
    return write.event(
      'response.output_item.added',
      `"item":${this.#item('in_progress', '')},"output_index":${this.#index}`,
    );
  }

  /** @param logprobs JSON texts, one a token. */
  add(kind: PartKind, delta: string, logprobs: readonly string[], write: EventWriter): string {
    let events = '';
    let part = this.#parts.at(-1);
    if (part?.kind !== kind) {
      events = this.#closePart(write);
      part = { kind, delta: this.#deltaForm(kind, this.#parts.length, []), text: '', logprobs: [] };
      this.#parts.push(part);
      events += write.event(
        'response.content_part.added',
        `${this.#where()},"part":${partText({ ...part, text: '', logprobs: [] })}`,
      );
    }
    part.text += delta;
    if (logprobs.length === 0) return events + write.delta(part.delta, delta);
    part.logprobs.push(...logprobs);
    return events + write.delta(this.#deltaForm(kind, this.#parts.length - 1, logprobs), delta);
  }

  /** @param isCut whether the model was stopped in the middle of it. */
  close(isCut: boolean, write: EventWriter): string {
    this.#status = isCut ? 'incomplete' : 'completed';
    return (
      this.#closePart(write) +
      write.event('response.output_item.done', `"item":${this.finished},"output_index":${this.#index}`)
    );
  }

  /** What it says so far. */
  get text(): string {
    return this.#parts.map((part) => part.text).join('');
  }

  get finished(): string {
    return this.#item(this.#status, this.#parts.map(partText).join(','));
  }

  #closePart(write: EventWriter): string {
    const part = this.#parts.at(-1);
    if (part === undefined) return '';
    const member = part.kind === 'refusal' ? 'refusal' : 'text';
    const probabilities = part.kind === 'output_text' ? `,"logprobs":[${part.logprobs.join(',')}]` : '';
    return (
      write.event(
        `response.${part.kind}.done`,
        `${this.#where()}${probabilities},"${member}":${text(part.text)}`,
      ) + write.event('response.content_part.done', `${this.#where()},"part":${partText(part)}`)
    );
  }

  #deltaForm(kind: PartKind, at: number, logprobs: readonly string[]): DeltaForm {
    const probabilities = kind === 'output_text' ? `,"logprobs":[${logprobs.join(',')}]` : '';
    return deltaForm(
      `response.${kind}.delta`,
      `"content_index":${at}`,
      `"item_id":"${this.#id}"${probabilities},"output_index":${this.#index}`,
    );
  }

  #where(): string {
    return `"content_index":${this.#parts.length - 1},"item_id":"${this.#id}","output_index":${this.#index}`;
  }

  #item(status: string, content: string): string {
    return `{"id":"${this.#id}","type":"message","status":"${status}","content":[${content}],"role":"assistant"}`;
  }
}

function partText(part: Part): string {
  return part.kind === 'refusal'
    ? `{"type":"refusal","refusal":${text(part.text)}}`
    : `{"type":"output_text","annotations":[],"logprobs":[${part.logprobs.join(',')}],"text":${text(part.text)}}`;
}
