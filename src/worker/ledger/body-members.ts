/** The members of a body by the places that a scan has found: only those few are made into values. */
import { parseJson } from '../http/json/read.ts';
import type { JsonScan } from '../http/json/scan.ts';

/** Longer values are none of those that are read here. */
const LONGEST_VALUE_BYTES = 4096;

const decoder = new TextDecoder();

/** The values of a body's members. A name may occur more than once: which one an upstream takes is not known. */
export class Members {
  readonly #body: Uint8Array<ArrayBuffer>;
  readonly #scan: JsonScan;

  constructor(body: Uint8Array<ArrayBuffer>, scan: JsonScan) {
    this.#body = body;
    this.#scan = scan;
  }

  /** All values of a name; `true` stands for one that is too long to be looked at. */
  all(name: string): readonly unknown[] {
    return this.#scan.members
      .filter((member) => member.name === name)
      .map(({ start, end }) =>
        end - start > LONGEST_VALUE_BYTES ? true : parseJson(decoder.decode(this.#body.subarray(start, end))),
      );
  }

  last(name: string): unknown {
    return this.all(name).at(-1);
  }

  /** Numbers above 1, those that are written as texts too: there are upstreams that take them. */
  numbers(name: string): readonly number[] {
    return this.all(name).flatMap((value) =>
      typeof value === 'number' || typeof value === 'string' ? countIn(String(value)) : [],
    );
  }

  begins(name: string): number | undefined {
    const member = this.#scan.members.findLast((each) => each.name === name);
    return member === undefined ? undefined : this.#body[member.start];
  }

  /** The bytes of the longest value of a name. */
  length(name: string): number {
    const lengths = this.#scan.members.filter((each) => each.name === name);
    return Math.max(0, ...lengths.map(({ start, end }) => end - start));
  }
}

/** A number above 1 in a text, rounded up; nothing for any other. */
export function countIn(text: string): readonly number[] {
  const number = Math.ceil(Number(text));
  return number > 1 ? [number] : [];
}
