/**
 * Reasoning that a server leaves in the text: `<think>…</think>` at its start (DeepSeek-R1, QwQ and others under a
 * server without a reasoning parser). Chat templates that open the tag themselves leave only the closing one, on a line
 * of its own. Pure.
 */

const OPENING = /^\s*<(think|thinking|thought|reasoning)>\s*/i;
const MAY_OPEN =
  /^\s*<(?:t|th|thi|thin|think|thinki|thinkin|thinking|tho|thou|thoug|though|thought|r|re|rea|reas|reaso|reason|reasoni|reasonin|reasoning)?$/i;
const CLOSING_ALONE = /(?:^|\n)[ \t]*<\/think>[ \t]*(?=\n)\s*/i;

export interface Thinking {
  readonly thinking: string;
  /** What is said to the reader: the very same string where there is no reasoning in it. */
  readonly text: string;
}

/** @param whole no more comes: the beginning of a tag is then text */
export function splitThinking(text: string, whole: boolean): Thinking {
  const opening = OPENING.exec(text);
  if (opening) return tagged(text, opening[0].length, `</${opening[1]}>`.toLowerCase(), whole);
  if (!whole && text.length < 40 && MAY_OPEN.test(text)) return { thinking: '', text: '' };
  if (!text.includes('</think>')) return { thinking: '', text };
  const closing = CLOSING_ALONE.exec(text);
  // An answer that explains the tag shows it in a code block.
  if (!closing || text.slice(0, closing.index).includes('```')) return { thinking: '', text };
  return {
    thinking: text.slice(0, closing.index).trim(),
    text: text.slice(closing.index + closing[0].length),
  };
}

function tagged(text: string, from: number, closing: string, whole: boolean): Thinking {
  const end = text.toLowerCase().indexOf(closing, from);
  if (end >= 0) {
    return {
      thinking: text.slice(from, end).trimEnd(),
      text: text.slice(end + closing.length).trimStart(),
    };
  }
  const thinking = text.slice(from);
  if (whole) return { thinking, text: '' };
  // Half of the closing tag is not shown as a thought.
  const last = thinking.lastIndexOf('<');
  const half = last >= 0 && closing.startsWith(thinking.slice(last).toLowerCase());
  return { thinking: half ? thinking.slice(0, last) : thinking, text: '' };
}
