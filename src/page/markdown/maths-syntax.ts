/**
 * Where maths stands in a text: `$$…$$`, `\(…\)`, `\[…\]`, `\begin{…}…\end{…}`, and `$…$` where it cannot be money.
 */
import { CJK_POINTS } from './cjk.ts';

/** A formula: `text` is the TeX without its delimiters, `raw` with them. */
export type MathsToken = { type: 'maths'; raw: string; text: string; display: boolean };

const OPENINGS = new Set(['$$', '\\(', '\\[']);

/** Environments that are maths by themselves; others (`itemize`, `document`) are LaTeX that is talked about. */
export const ENVIRONMENT =
  /^\\begin\{((?:equation|align|alignat|flalign|gather|multline|eqnarray|displaymath|math|split|cases|array|[pbvBV]?(?:small)?matrix|[dr]cases|aligned|alignedat|gathered|subarray|CD)\*?)\}/;

/** What only a formula holds: a command, an index, an equation. */
export const TEX_SIGN = /[\\^_=]/;
/** A letter on its own, among no words. */
const LONE_LETTER = /^(?!.*[A-Za-z]{2}).*[A-Za-z]/s;
export const CJK = new RegExp(`[${CJK_POINTS}]`, 'u');

/** Longer than any formula, short enough that looking for its end costs little. */
export const MAX_LENGTH = 4096;

/** An empty line, a heading or a fence: the block that the formula would be in ends there. */
export const BLOCK_END = /\n(?:[ \t]*\n| {0,3}(?:#{1,6}[ \t]|`{3}|~{3}))/;

/** What a line that opens a displayed formula begins with. */
const DISPLAY_START = /^ {0,3}(?=\$\$|\\\[|\\begin\{)/;

/** Whether the text may hold maths at all. */
export function mayHoldMaths(text: string): boolean {
  return text.includes('$') || /\\(?:[([]|begin\{)/.test(text);
}

/**
 * The formula that starts exactly at `at`, if one does. It holds no empty line, as in TeX. `$$` inside a sentence is
 * part of it; only on lines of its own it is displayed.
 */
export function mathsAt(text: string, at: number, block = false): MathsToken | undefined {
  const opening = text.slice(at, at + 2);
  if (opening === '\\b') return environmentAt(text, at);
  if (opening[0] === '$' && opening[1] !== '$') return dollarMathsAt(text, at);
  if (!OPENINGS.has(opening) || text[at + 2] === '$') return undefined;
  const window = text.slice(at, at + MAX_LENGTH);
  const end = opening === '$$' ? window.indexOf('$$', 2) : closingBracket(window, opening);
  if (end < 0) return undefined;
  const tex = window.slice(2, end);
  if (tex.trim() === '' || BLOCK_END.test(tex)) return undefined;
  if (opening === '$$' && !block && (!isFormula(tex) || /^\d/.test(window.slice(end + 2)))) return undefined;
  return { type: 'maths', raw: window.slice(0, end + 2), text: tex, display: opening === '\\[' };
}

/** `$…$` within a line: no space inside the dollars, no letter or digit behind them, and something that is no price. */
function dollarMathsAt(text: string, at: number): MathsToken | undefined {
  const found = /^\$((?:[^$\\\n]|\\[^\n])+)\$(?![\w$])/.exec(text.slice(at, at + MAX_LENGTH));
  const [raw, tex] = found ?? [];
  if (raw === undefined || tex === undefined || tex !== tex.trim() || !isFormula(tex)) return undefined;
  return { type: 'maths', raw, text: tex, display: false };
}

function isFormula(tex: string): boolean {
  return !CJK.test(tex) && (TEX_SIGN.test(tex) || LONE_LETTER.test(tex));
}

function environmentAt(text: string, at: number): MathsToken | undefined {
  const window = text.slice(at, at + MAX_LENGTH);
  const name = ENVIRONMENT.exec(window)?.[1];
  if (name === undefined) return undefined;
  let depth = 0;
  const marks = new RegExp(`\\\\(begin|end)\\{${name.replace('*', '\\*')}\\}`, 'g');
  for (let mark = marks.exec(window); mark; mark = marks.exec(window)) {
    depth += mark[1] === 'begin' ? 1 : -1;
    if (depth > 0) continue;
    const raw = window.slice(0, marks.lastIndex);
    return BLOCK_END.test(raw) ? undefined : { type: 'maths', raw, text: raw, display: true };
  }
  return undefined;
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
  const indent = DISPLAY_START.exec(text);
  if (!indent) return undefined;
  const token = mathsAt(text, indent[0].length, true);
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
  for (const found of paragraph.matchAll(/\n(?= {0,3}(?:\$\$|\\\[|\\begin\{))/g)) {
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
  const openings = /\$\$?|\\[([]|\\begin\{/g;
  let result = '';
  let done = 0;
  for (let found = openings.exec(source); found; found = openings.exec(source)) {
    // marked hides an escape such as `\(` or `\$` as `++`: a dollar that is escaped is none.
    const mark = masked[found.index];
    const hidden = mark !== source[found.index] && (mark !== '+' || found[0][0] === '$');
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
