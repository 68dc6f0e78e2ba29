/** An answer in its row: how it grows there, and what the row is at the end. Pure. */
import type { Answer, Extras } from '../api/answer.ts';
import type { Ending } from '../api/converse.ts';
import type { Figures, Message, MessageState } from './types.ts';

/** How long it thought, with what was thought before it was gone on with: where one of both is not known, neither is. */
export function thoughtMs(row: Message, ms: number | null): Pick<Figures, 'thoughtMs'> {
  const before = row.reasoning ? row.figures?.thoughtMs : 0;
  const all = before === undefined || ms === null ? 0 : Math.round(before + ms);
  return all > 0 ? { thoughtMs: all } : {};
}

/** What was there and what came behind it, as one answer. */
export function joined(before: Answer, answer: Answer): Answer {
  return {
    ...extrasOf(before),
    ...answer,
    text: before.text + answer.text,
    reasoning: before.reasoning + answer.reasoning,
  };
}

/** What an answer has beside its text. */
export function extrasOf({ images, tools, sources }: Extras): Extras {
  return { ...(images && { images }), ...(tools && { tools }), ...(sources && { sources }) };
}

/** The text so far stands while the repetition is still a part of it. */
export function afterRepetition(before: Answer, answer: Answer): Answer {
  return {
    ...answer,
    text: longer(before.text, answer.text),
    reasoning: longer(before.reasoning, answer.reasoning),
  };
}

function longer(before: string, now: string): string {
  return before.startsWith(now) ? before : now;
}

/** The row with the answer as it stands. */
export function withText(row: Message, answer: Answer): Message {
  const { text, reasoning } = answer;
  return { ...row, ...extrasOf(answer), text, ...(reasoning && { reasoning }) };
}

/** The row at the answer's end. @param finish why the model stopped. */
export function ended(row: Message, ending: Ending, figures: Figures, finish: string | null): Message {
  const states: Record<Ending['type'], MessageState> = {
    whole: 'done',
    stopped: 'stopped',
    interrupted: 'interrupted',
    failed: 'failed',
  };
  const { finish: _, stream: __, ...before } = row;
  return {
    ...before,
    state: states[ending.type],
    ...(row.text && { figures }),
    ...(ending.type === 'failed' && { failure: ending.failure }),
    ...((finish === 'length' || finish === 'content_filter') && { finish }),
  };
}

/** What an answer took. Times are of `performance.now()`. */
export function figuresOf(answer: Answer, started: number, firstToken: number | null, now: number): Figures {
  return {
    totalMs: Math.round(now - started),
    ...(firstToken !== null && { firstTokenMs: Math.round(firstToken - started) }),
    ...(answer.promptTokens !== undefined && { promptTokens: answer.promptTokens }),
    ...(answer.completionTokens !== undefined && { completionTokens: answer.completionTokens }),
    ...(answer.cost !== undefined && { cost: answer.cost }),
  };
}
