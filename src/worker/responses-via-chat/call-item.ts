/** A call of a tool as an item of a response, while its arguments grow. */
import { newId } from '../completions/responses.ts';
import { type DeltaForm, deltaForm, type EventWriter } from './events.ts';
import type { OutputItem } from './items.ts';
import type { ClientTool } from './tools.ts';

const text = JSON.stringify;

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
