/** Where the formula begins that a growing text has not finished: until it has, its TeX is nobody's to read. */
import {
  BLOCK_END,
  CJK,
  ENVIRONMENT,
  MAX_LENGTH,
  type MathsToken,
  mathsAt,
  mayHoldMaths,
  TEX_SIGN,
} from './maths-syntax.ts';

/** An opening delimiter, an escape, or a run of backticks. */
const MARK = /`+|\${1,}|\\(?:begin\{|[\s\S])/g;
const OPENING = /^(?:\$\$?|\\(?:[([]|begin\{))$/;
/** Nothing before it in its line but the marks of quotes and lists. */
const LINE_START = /^[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])[ \t]*)*$/;
/** A backslash at the end, and what may become `\begin{name}`. */
const HALF_MARK = /(?<!\\)(?:\\\\)*(\\(?:b(?:e(?:g(?:i(?:n(?:\{[A-Za-z]*\*?)?)?)?)?)?)?)$/;
/** Two words side by side, which a formula only has within a command such as `\text{…}`. */
const PROSE = /[A-Za-z]{2,}\s+[A-Za-z]{2,}/;
const COMMAND = /\\[A-Za-z]+(?:\{[^{}]*\}?)?/g;
/** A formula within a line is not longer. */
const MAX_INLINE = 400;

/**
 * @param source a text that may go on
 * @returns the offset from which on it waits for the end of a formula; its length where nothing does
 */
export function formulaInProgress(source: string): number {
  const half = HALF_MARK.exec(source);
  const end = half ? source.length - (half[1] ?? '').length : source.length;
  if (!half && !mayHoldMaths(source)) return end;
  // A formula holds no empty line.
  const start = Math.max((/.*\n[ \t]*\n/s.exec(source)?.[0] ?? '').length, source.length - 2 * MAX_LENGTH);
  MARK.lastIndex = start;
  /** The last formula in `$$` that stood at the start of its line, which is its own if nothing follows. */
  let first: MathsToken | undefined;
  let firstAt = 0;
  /** Where the text may be cut without leaving that formula alone in its line. */
  const cutAt = (at: number) =>
    first && /^[ \t]*$/.test(source.slice(firstAt + first.raw.length, at)) ? firstAt : at;
  for (let found = MARK.exec(source); found; found = MARK.exec(source)) {
    const [mark] = found;
    const at = found.index;
    if (mark[0] === '`') {
      const closing = closingTicks(source, MARK.lastIndex, mark.length);
      if (closing < 0) break;
      MARK.lastIndex = closing;
    } else if (OPENING.test(mark)) {
      const startsLine = LINE_START.test(source.slice(source.lastIndexOf('\n', at - 1) + 1, at));
      const formula = mathsAt(source, at, startsLine);
      if (formula) {
        MARK.lastIndex = at + formula.raw.length;
        if (startsLine && mark === '$$') [first, firstAt] = [formula, at];
        // A digit behind the closing dollars would say that they close nothing.
        if (mark[0] === '$' && MARK.lastIndex === source.length) return cutAt(at);
      } else if (mayBeFormula(source.slice(at), mark, startsLine)) return cutAt(at);
      else if (mark === '\\begin{') MARK.lastIndex = at + 2;
    }
  }
  return cutAt(end);
}

function closingTicks(source: string, from: number, length: number): number {
  const runs = /`+/g;
  runs.lastIndex = from;
  for (let run = runs.exec(source); run; run = runs.exec(source)) {
    if (run[0].length === length) return runs.lastIndex;
  }
  return -1;
}

/** Whether a text that begins with an opening delimiter may yet become a formula. */
function mayBeFormula(text: string, mark: string, atLineStart: boolean): boolean {
  if (text.length >= MAX_LENGTH || BLOCK_END.test(text)) return false;
  const tex = text.slice(mark.length);
  if (mark === '\\begin{') return ENVIRONMENT.test(text) || !tex.includes('}');
  if (mark[0] === '\\') return !tex.includes(mark) && (mark === '\\[' || tex.length < MAX_INLINE);
  if (mark === '$$' && (atLineStart || /^[ \t]*\n/.test(tex))) return !tex.includes('$$');
  // The first half of the closing dollars decides nothing that was not decided before it.
  if (mark === '$$' && /^[^$]+\$$/.test(tex)) return mayBeFormula(text.slice(0, -1), mark, atLineStart);
  if (tex.includes('$') || tex.length > MAX_INLINE || CJK.test(tex)) return false;
  if (mark === '$$') {
    // Two dollars are no price: words speak against a formula only where they come before any sign of one.
    const words = PROSE.exec(tex);
    return !words || TEX_SIGN.test(tex.slice(0, words.index));
  }
  if (/^\s|\n/.test(tex)) return false;
  return TEX_SIGN.test(tex) ? !PROSE.test(tex.replace(COMMAND, '')) : !/[A-Za-z]{2}/.test(tex);
}
