/** How long an answer has thought. Pure. */
import type { Answer } from '../api/answer.ts';

/** Times in milliseconds, on one clock. */
export interface ThinkingTime {
  /** Since when it thinks; null while it does not. */
  readonly since: number | null;
  /** How long it has thought before that. */
  readonly ms: number;
}

export const NOT_THOUGHT: ThinkingTime = { since: null, ms: 0 };

/** An answer thinks from the first of its reasoning until more of its text comes, as often as it does. */
export function thinkingTime(
  time: ThinkingTime,
  before: Pick<Answer, 'text' | 'reasoning'>,
  next: Pick<Answer, 'text' | 'reasoning'>,
  now: number,
): ThinkingTime {
  if (next.text.length > before.text.length) return stopped(time, now);
  const thinks = time.since === null && next.reasoning.length > before.reasoning.length;
  return thinks ? { ...time, since: now } : time;
}

/** No more comes. */
export function stopped({ since, ms }: ThinkingTime, now: number): ThinkingTime {
  return { since: null, ms: since === null ? ms : ms + now - since };
}
