/** A section trimmed to what was asked: whole where it can be, else the parts that speak of the question, each whole. */
/** What an excerpt holds at most, in characters, unless one part alone is longer. */
const EXCERPT_LENGTH = 3_000;
/** What the first sentences of a section hold at most, in characters. */
const BEGINNING_LENGTH = 240;

export interface Excerpt {
  readonly text: string;
  /** Whether something was left out. */
  readonly shortened: boolean;
}

/**
 * Trims a section. Rows, lists of steps and blocks of code are kept whole or left out whole, and what leads to a block
 * ("like this:") stays with it.
 * @param speaksOf How many things that were asked for a text speaks of.
 */
export function excerpt(body: string, speaksOf: (text: string) => number, length = EXCERPT_LENGTH): Excerpt {
  if (body.length <= length) return { text: body, shortened: false };
  const parts = partsOf(body).map((part) => (part.length > length / 2 ? shortenTable(part, speaksOf) : part));
  const ranked = parts
    .map((text, at) => ({ text, at, relevance: speaksOf(text) }))
    .sort((a, b) => b.relevance - a.relevance || a.at - b.at);
  const kept = new Set<number>();
  let used = 0;
  for (const { text, at, relevance } of ranked) {
    if (kept.size > 0 && (relevance === 0 || used + text.length > length)) continue;
    kept.add(at);
    used += text.length;
  }
  const text = parts.filter((_, at) => kept.has(at)).join('\n\n');
  return { text, shortened: text.length < body.length };
}

/** What a section says first: the sentences of its first paragraph, as many as fit; empty where it begins otherwise. */
export function firstSentences(body: string, length = BEGINNING_LENGTH): string {
  const paragraph = blocksOf(body).find((block) => kindOf(block) === 'text') ?? '';
  const text = paragraph.replaceAll('\n', ' ').trim();
  if (text.length <= length) return text;
  let kept = '';
  for (const sentence of text.split(/(?<=[.!?] |[。！？])/u)) {
    if (kept !== '' && kept.length + sentence.length > length) break;
    kept += sentence;
  }
  return kept.trim();
}

type Kind = 'text' | 'list' | 'table' | 'fence' | 'indented';

/** Blocks that are understood together: a list with what belongs to its items, and a block with what leads to it. */
function partsOf(body: string): string[] {
  const parts: string[] = [];
  let before: Kind | undefined;
  let leads = false;
  for (const block of blocksOf(body)) {
    const kind = kindOf(block);
    const goesOn = kind === 'indented' || (kind === 'list' && before === 'list');
    const last = parts.at(-1);
    if (last !== undefined && (goesOn || leads)) parts[parts.length - 1] = `${last}\n\n${block}`;
    else parts.push(block);
    leads = kind === 'text' && /[:：]\s*$/u.test(block);
    if (kind !== 'indented') before = kind;
  }
  return parts;
}

function kindOf(block: string): Kind {
  if (/^(?: {2,}|\t)/.test(block)) return 'indented';
  if (/^ ?(?:`{3,}|~{3,})/.test(block)) return 'fence';
  if (/^(?:[-*+]|\d{1,9}[.)]) /.test(block)) return 'list';
  if (/^\s*\|/.test(block)) return 'table';
  return 'text';
}

/** Markdown blocks: what blank lines separate, a fenced block being one whatever it holds. */
function blocksOf(body: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence: string | undefined;
  for (const line of body.split('\n')) {
    const mark = /^ *(`{3,}|~{3,})/.exec(line)?.[1];
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
function shortenTable(part: string, speaksOf: (text: string) => number): string {
  const lines = part.split('\n');
  const rule = lines.findIndex(
    (line, at) => at > 0 && /^\s*\|?[\s|:-]*-[\s|:-]*$/.test(line) && line.includes('|'),
  );
  if (rule < 0) return part;
  const rows = lines.slice(rule + 1).map((row) => ({ row, relevance: speaksOf(row) }));
  const most = Math.max(...rows.map(({ relevance }) => relevance));
  if (most === 0) return part;
  const kept = rows.filter(({ row, relevance }) => !row.includes('|') || relevance * 2 > most);
  return [...lines.slice(0, rule + 1), ...kept.map(({ row }) => row)].join('\n');
}
