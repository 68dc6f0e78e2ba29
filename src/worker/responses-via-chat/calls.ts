/** The tool calls of one answer while their fragments come: which fragment belongs to which call. */
import { type CallMarks, callOf } from '../completions/tool-call.ts';
import { randomId } from '../http/random-id.ts';
import type { CallItem } from './call-item.ts';

/** A call under way. Its item is announced once its name is known. */
export class OpenCall implements CallMarks {
  id: string | undefined;
  readonly index: unknown;
  item: CallItem | undefined;
  /** What of the arguments came before the name. */
  early = '';
  /** Something else came behind it: another call, or text. */
  isFollowed = false;
  /** More of it came behind that. */
  isResumed = false;

  constructor(index: unknown, id: string) {
    this.index = index;
    this.id = id || undefined;
  }

  get isNamed(): boolean {
    return this.item !== undefined;
  }

  isWhole(): boolean {
    return this.item?.hasWhole === true;
  }
}

/** The calls that have begun, in the order in which they did. */
export class OpenCalls {
  readonly #all: OpenCall[] = [];
  readonly #ids = new Set<string>();

  /** All of them. */
  get all(): readonly OpenCall[] {
    return this.#all;
  }

  /** The call that a fragment belongs to. */
  of(index: unknown, id: string, name: string): OpenCall {
    const marks = { id, index, isNamed: name !== '', isWhole: () => false };
    const call = this.#all[callOf(marks, this.#all)] ?? this.#begin(index, id);
    call.id ??= id || undefined;
    if (call.isFollowed) call.isResumed = true;
    return call;
  }

  /** Something else has come behind all that have begun. */
  follow(): void {
    for (const call of this.#all) call.isFollowed = true;
  }

  /** Clients tell calls apart by their ids: one that is missing or repeated gets another. */
  idFor({ id }: OpenCall): string {
    const own = id === undefined || this.#ids.has(id) ? randomId('call_') : id;
    this.#ids.add(own);
    return own;
  }

  #begin(index: unknown, id: string): OpenCall {
    this.follow();
    const call = new OpenCall(index, id);
    this.#all.push(call);
    return call;
  }
}
