/** The tool calls of one answer while their fragments come: which fragment belongs to which call. */
import { type CallMarks, callOf } from '../completions/tool-call.ts';
import type { CallItem } from './call-item.ts';

/** A call under way. Its item is announced once its name is known. */
export interface OpenCall {
  id: string | undefined;
  readonly index: unknown;
  item: CallItem | undefined;
  /** What of the arguments came before the name. */
  early: string;
  /** Something else came behind it: another call, or text. */
  isFollowed: boolean;
  /** More of it came behind that. */
  isResumed: boolean;
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
    const call = this.#all[callOf(marks, this.#all.map(marksOf))] ?? this.#begin(index, id);
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
    const own =
      id === undefined || this.#ids.has(id) ? `call_${crypto.randomUUID().replaceAll('-', '')}` : id;
    this.#ids.add(own);
    return own;
  }

  #begin(index: unknown, id: string): OpenCall {
    this.follow();
    const call: OpenCall = {
      id: id || undefined,
      index,
      item: undefined,
      early: '',
      isFollowed: false,
      isResumed: false,
    };
    this.#all.push(call);
    return call;
  }
}

function marksOf({ id, index, item }: OpenCall): CallMarks {
  return { id, index, isNamed: item !== undefined, isWhole: () => item?.hasWhole === true };
}
