/** The items of a response while they grow: each knows its events and what it is in the end. */
import { newId } from '../completions/responses.ts';
import { type DeltaForm, deltaForm, type EventWriter } from './events.ts';
import { sealReasoning } from './reasoning.ts';
import type { ClientTool } from './tools.ts';

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

/** How the item of a call is named, by the kind of its tool. */
const CALL_IDS = { function: 'fc', custom: 'ctc', tool_search: 'tsc' } as const;

/** A call of a tool. Clients run one as soon as it is done, so that is said last, and only of a whole one. */
export class CallItem implements OutputItem {
  readonly #id: string;
  readonly #index: number;
  readonly #callId: string;
  readonly #tool: ClientTool;
  #arguments = '';
  #form: DeltaForm | undefined;
  #isFinished = false;

  constructor(index: number, callId: string, tool: ClientTool) {
    this.#id = newId(CALL_IDS[tool.kind]);
    this.#index = index;
    this.#callId = callId;
    this.#tool = tool;
  }

  open(write: EventWriter): string {
    return write.event(
      'response.output_item.added',
      `"item":${this.#item('in_progress', '')},"output_index":${this.#index}`,
    );
  }

  /** Only a function's arguments are the client's as they come; the others are unwrapped once they are whole. */
  add(delta: string, write: EventWriter): string {
    if (delta === '') return '';
    this.#arguments += delta;
    return this.#tool.kind === 'function' ? this.#delta('function_call_arguments', delta, write) : '';
  }

  /** Whether the arguments are JSON: of a cut answer nothing else tells a whole call. */
  get isWhole(): boolean {
    try {
      JSON.parse(this.#arguments || '{}');
      return true;
    } catch {
      return false;
    }
  }

  /** Whether arguments have come, and are whole. */
  get hasWhole(): boolean {
    return this.#arguments !== '' && this.isWhole;
  }

  close(write: EventWriter): string {
    this.#isFinished = true;
    const done = write.event.bind(write, 'response.output_item.done');
    if (this.#tool.kind === 'tool_search') {
      return done(`"item":${this.finished},"output_index":${this.#index}`);
    }
    const isCustom = this.#tool.kind === 'custom';
    const kind = isCustom ? 'custom_tool_call_input' : 'function_call_arguments';
    let events = '';
    if (isCustom) {
      events = this.#delta(kind, inputOf(this.#arguments), write);
    } else if (this.#arguments === '') {
      // Some clients parse arguments without a look whether there are any.
      this.#arguments = '{}';
      events = this.#delta(kind, this.#arguments, write);
    }
    const where = `"item_id":"${this.#id}"`;
    const members = isCustom
      ? `"input":${text(inputOf(this.#arguments))},${where}`
      : `"arguments":${text(this.#arguments)},${where},"name":${text(this.#tool.name)}`;
    events += write.event(`response.${kind}.done`, `${members},"output_index":${this.#index}`);
    return events + done(`"item":${this.finished},"output_index":${this.#index}`);
  }

  get finished(): string | undefined {
    return this.#isFinished ? this.#item('completed', this.#arguments) : undefined;
  }

  #delta(kind: string, delta: string, write: EventWriter): string {
    this.#form ??= deltaForm(
      `response.${kind}.delta`,
      '',
      `"item_id":"${this.#id}","output_index":${this.#index}`,
    );
    return write.delta(this.#form, delta);
  }

  #item(status: string, written: string): string {
    const { kind, name, namespace } = this.#tool;
    const begin = `{"id":"${this.#id}","type":`;
    const from = namespace === undefined ? '' : `,"namespace":${text(namespace)}`;
    const callId = text(this.#callId);
    if (kind === 'function') {
      return `${begin}"function_call","status":"${status}","arguments":${text(written)},"call_id":${callId},"name":${text(name)}${from}}`;
    }
    if (kind === 'custom') {
      const input = status === 'completed' ? inputOf(written) : '';
      return `${begin}"custom_tool_call","status":"${status}","call_id":${callId},"input":${text(input)},"name":${text(name)}${from}}`;
    }
    const parsed = status === 'completed' ? objectOf(written) : '{}';
    return `${begin}"tool_search_call","status":"${status}","arguments":${parsed},"call_id":${callId},"execution":"client"}`;
  }
}

/** The raw input within the arguments of the function that stands for a custom tool; a model may leave the wrapping out. */
function inputOf(written: string): string {
  try {
    const parsed: unknown = JSON.parse(written);
    if (
      typeof parsed === 'object' &&
      parsed !== null &&
      'input' in parsed &&
      typeof parsed.input === 'string'
    ) {
      return parsed.input;
    }
  } catch {
    // Raw text, then.
  }
  return written;
}

/** Arguments as the JSON text of an object. */
function objectOf(written: string): string {
  try {
    const parsed: unknown = JSON.parse(written);
    return typeof parsed === 'object' && parsed !== null ? text(parsed) : '{}';
  } catch {
    return '{}';
  }
}
