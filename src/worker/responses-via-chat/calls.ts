/** The tool calls of one answer while their fragments come: which fragment belongs to which call. */
import { isGiven } from '../http/json/read.ts';
import type { CallItem } from './items.ts';

/** A call under way. Its item is announced once its name is known. */
export interface OpenCall {
  readonly id: string | undefined;
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
  /** By what their fragments are told apart by. */
  readonly #byIndex = new Map<unknown, OpenCall>();

  /** All of them. */
  get all(): readonly OpenCall[] {
    return this.#all;
  }

  /** The call that a fragment belongs to. Without an index, an id or a name begins a new one. */
  of(index: unknown, id: string, name: string): OpenCall {
    const call = this.#known(index, id, name) ?? this.#begin(index, id);
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

  #known(index: unknown, id: string, name: string): OpenCall | undefined {
    const known = isGiven(index) ? this.#byIndex.get(index) : undefined;
    const isNew = typeof index === 'number' || typeof index === 'string' || id !== '' || name !== '';
    return known ?? (isNew ? undefined : this.#all.at(-1));
  }

  #begin(index: unknown, id: string): OpenCall {
    this.follow();
    const call: OpenCall = {
      id: id === '' ? undefined : id,
      item: undefined,
      early: '',
      isFollowed: false,
      isResumed: false,
    };
    this.#all.push(call);
    if (isGiven(index)) this.#byIndex.set(index, call);
    return call;
  }
}
