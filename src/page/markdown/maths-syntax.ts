/** Where maths stands in a text: `$$…$$`, `\(…\)` and `\[…\]`. A single `$` is money. */

/** A formula: `text` is the TeX without its delimiters, `raw` with them. */
export type MathsToken = { type: 'maths'; raw: string; text: string; display: boolean };

const OPENINGS = new Set(['$$', '\\(', '\\[']);

/** Longer than any formula, short enough that looking for its end costs little. */
const MAX_LENGTH = 4096;

/** An empty line, a heading or a fence: the block that the formula would be in ends there. */
const BLOCK_END = /\n(?:[ \t]*\n| {0,3}(?:#{1,6}[ \t]|`{3}|~{3}))/;

/** Whether the text may hold maths at all. */
export function mayHoldMaths(text: string): boolean {
  return text.includes('$$') || text.includes('\\(') || text.includes('\\[');
}

/**
 * The formula that starts exactly at `at`, if one does. It holds no empty line, as in TeX. `$$` inside a sentence is
 * part of it; only on lines of its own it is displayed.
 */
export function mathsAt(text: string, at: number): MathsToken | undefined {
  const opening = text.slice(at, at + 2);
  if (!OPENINGS.has(opening) || text[at + 2] === '$') return undefined;
  const window = text.slice(at, at + MAX_LENGTH);
  const end = opening === '$$' ? window.indexOf('$$', 2) : closingBracket(window, opening);
  if (end < 0) return undefined;
  const tex = window.slice(2, end);
  if (tex.trim() === '' || BLOCK_END.test(tex)) return undefined;
  return { type: 'maths', raw: window.slice(0, end + 2), text: tex, display: opening === '\\[' };
}

/** Where `\)` or `\]` closes the formula at the start; nowhere if another opens before. `\\[2pt]` is a line break. */
function closingBracket(text: string, opening: string): number {
  const closing = opening === '\\(' ? '\\)' : '\\]';
  const commands = /\\[\s\S]/g;
  commands.lastIndex = 2;
  for (let found = commands.exec(text); found; found = commands.exec(text)) {
    if (found[0] === closing) return found.index;
    if (found[0] === opening) return -1;
  }
  return -1;
}

/** Dollars that open no formula, all of them at once: marked would look far ahead from each. */
export function dollarsAt(text: string): { type: 'text'; raw: string; text: string } | undefined {
  const raw = /^\${2,}/.exec(text)?.[0];
  return raw === undefined ? undefined : { type: 'text', raw, text: raw };
}

/** A display formula that has its lines to itself, so that no line of it is taken for a list or a heading. */
export function mathsBlock(text: string): MathsToken | undefined {
  const indent = /^ {0,3}(?=\$\$|\\\[)/.exec(text);
  if (!indent) return undefined;
  const token = mathsAt(text, indent[0].length);
  if (!token) return undefined;
  const after = /^[ \t]*(?:\n|$)/.exec(text.slice(indent[0].length + token.raw.length));
  if (!after) return undefined;
  return { ...token, raw: indent[0] + token.raw + after[0], display: true };
}

/** The offset at which a display formula interrupts the paragraph at the start of `text`, if one does. */
export function mathsBlockStart(text: string): number | undefined {
  if (!mayHoldMaths(text)) return undefined;
  const blank = text.indexOf('\n\n');
  const paragraph = blank < 0 ? text : text.slice(0, blank);
  for (const found of paragraph.matchAll(/\n(?= {0,3}(?:\$\$|\\\[))/g)) {
    if (mathsBlock(paragraph.slice(found.index + 1))) return found.index + 1;
  }
  return undefined;
}

/**
 * Hides formulas from the search for emphasis, which may not start or end inside one.
 * @param source the inline text
 * @param masked the same text, equally long, in which marked has hidden code, links and escapes
 */
export function maskMaths(source: string, masked: string): string {
  const openings = /\$\$|\\\(|\\\[/g;
  let result = '';
  let done = 0;
  for (let found = openings.exec(source); found; found = openings.exec(source)) {
    const hidden = masked[found.index] !== '$' && masked[found.index] !== '+';
    const token = hidden ? undefined : mathsAt(source, found.index);
    if (!token) {
      openings.lastIndex = found.index + 1;
      continue;
    }
    const end = found.index + token.raw.length;
    result += masked.slice(done, found.index) + 'a'.repeat(token.raw.length);
    done = end;
    openings.lastIndex = end;
  }
  return result + masked.slice(done);
}
