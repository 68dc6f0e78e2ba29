/** A section trimmed to what was asked: whole where it is short, else its parts that speak of the question. */
import { lex, termsOf } from './lex.ts';

/** What an excerpt holds at most, in characters, unless one block alone is longer. */
const EXCERPT_LENGTH = 1_500;

export interface Excerpt {
  readonly text: string;
  /** Whether something was left out. */
  readonly shortened: boolean;
}

/** @param asked The terms of the question, synonyms included. */
export function excerpt(body: string, asked: ReadonlySet<string>, length = EXCERPT_LENGTH): Excerpt {
  if (body.length <= length) return { text: body, shortened: false };
  const blocks = blocksOf(body).map((block) => shortenTable(block, asked));
  const ranked = blocks
    .map((text, at) => ({ text, at, relevance: relevanceOf(text, asked) }))
    .sort((a, b) => b.relevance - a.relevance || a.at - b.at);
  const kept = new Set<number>();
  let used = 0;
  for (const { text, at, relevance } of ranked) {
    if (kept.size > 0 && (relevance === 0 || used + text.length > length)) continue;
    kept.add(at);
    used += text.length;
  }
  // A block of code is understood by the sentence that leads to it.
  for (const at of [...kept]) {
    const before = blocks[at - 1];
    if (at > 0 && before !== undefined && isFence(blocks[at]) && before.length < length / 4) kept.add(at - 1);
  }
  const text = blocks.filter((_, at) => kept.has(at)).join('\n\n');
  return { text, shortened: text.length < body.length };
}

/** Markdown blocks: what blank lines separate, a fenced block being one whatever it holds. */
function blocksOf(body: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence: string | undefined;
  for (const line of body.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
    } else if (mark !== undefined) {
      fence = mark;
    } else if (line.trim() === '') {
      if (lines.length > 0) blocks.push(lines.join('\n'));
      lines = [];
      continue;
    }
    lines.push(line);
  }
  if (lines.length > 0) blocks.push(lines.join('\n'));
  return blocks;
}

/** A table keeps its head and the rows that speak of the question, all of them if none does. */
function shortenTable(block: string, asked: ReadonlySet<string>): string {
  const [head, rule, ...rows] = block.split('\n');
  if (head === undefined || rule === undefined || !/^\s*\|?[\s|:-]+\|[\s|:-]*$/.test(rule)) return block;
  const scored = rows.map((row) => ({ row, relevance: relevanceOf(row, asked) }));
  const most = Math.max(...scored.map(({ relevance }) => relevance));
  if (most === 0) return block;
  return [head, rule, ...scored.filter(({ relevance }) => relevance * 2 > most).map(({ row }) => row)].join(
    '\n',
  );
}

/** How many different terms of the question a text has. */
function relevanceOf(text: string, asked: ReadonlySet<string>): number {
  const present = new Set(lex(text).flatMap(termsOf));
  let count = 0;
  for (const term of asked) if (present.has(term)) count += 1;
  return count;
}

function isFence(block: string | undefined): boolean {
  return block !== undefined && /^ {0,3}(`{3,}|~{3,})/.test(block);
}
