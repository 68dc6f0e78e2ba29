/** Names with `*` for any characters, matched in time that grows with the name alone. */

/**
 * A pattern for whole names. Between the stars its parts are looked for from left to right, each once: a regular
 * expression of many `.*` would try every way to divide a name among them.
 */
export class NamePattern {
  /** As the operator wrote it. */
  readonly glob: string;
  readonly #first: string;
  readonly #middle: readonly string[];
  /** Undefined where there is no star. */
  readonly #last: string | undefined;

  constructor(glob: string) {
    this.glob = glob;
    const [first = '', ...rest] = glob.split('*');
    this.#first = first;
    this.#last = rest.pop();
    this.#middle = rest;
  }

  test(name: string): boolean {
    const first = this.#first;
    const last = this.#last;
    if (last === undefined) return name === first;
    if (name.length < first.length + last.length) return false;
    if (!name.startsWith(first) || !name.endsWith(last)) return false;
    const end = name.length - last.length;
    let at = first.length;
    for (const part of this.#middle) {
      const found = name.indexOf(part, at);
      if (found === -1 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  }
}
