/** JSON whose number literals survive to the digit: `9223372036854775807` and `1.0` come out as they went in. */

declare global {
  /**
   * JSON.parse source text access, which TypeScript's library does not declare yet.
   * @see https://github.com/tc39/proposal-json-parse-with-source
   */
  interface JSON {
    rawJSON(literal: string): RawJson;
    isRawJSON(value: unknown): value is RawJson;
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
  }
}

/** A number literal that JavaScript's own number would not print the same way; `JSON.stringify` prints it as it is. */
export interface RawJson {
  readonly rawJSON: string;
}

/**
 * Finds a literal that may not survive: a fraction, an exponent, sixteen digits or more, a negative zero.
 * A hit inside a string costs time, never correctness; without a hit the reviver (five times the cost) is spared.
 */
const FRAGILE_LITERAL = /(?:^|[[:,\s])-?(?:\d+[.eE]|\d{16}|(?<=-)0)/;

/**
 * Parses JSON text. Numbers that JavaScript prints as they were written become numbers, all others `RawJson`.
 * @throws {SyntaxError} for a text that is not JSON.
 * @throws {RangeError} for one that is nested thousands of levels deep (the reviver recurses, and so does
 * `JSON.stringify` later).
 */
export function parseLossless(text: string): unknown {
  if (!FRAGILE_LITERAL.test(text)) return JSON.parse(text);
  return JSON.parse(text, function keepLiteral(_key, value, { source }) {
    if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
    return JSON.rawJSON(source);
  });
}

/** The same; undefined for a text that is no JSON or is nested too deeply. */
export function readLossless(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}

/** The number behind a parsed value, or undefined where it is no number. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return JSON.isRawJSON(value) ? Number(value.rawJSON) : undefined;
}
