/**
 * Answers that are being received. Their text lives here, not in the page's state, so that a growing answer
 * redraws itself and nothing else; watchers hear of it once per frame.
 */
import { type Answer, NO_ANSWER } from '../api/answer.ts';
import { NOT_THOUGHT, type ThinkingTime, thinkingTime } from './thinking-time.ts';

/** How often an answer is drawn while its tab is hidden and frames do not come. */
const HIDDEN_TAB_MS = 250;

export interface LiveAnswer {
  /** When it began to be received, on the page's clock. */
  readonly began: number;
  get(): Answer;
  /** How long it has thought; null where that cannot be told, as it is received a second time. */
  thinking(): ThinkingTime | null;
  grow(answer: Answer): void;
  watch(watcher: () => void): () => void;
  stop(): void;
}

/**
 * @param stop what ends the request behind this answer
 * @param again its pieces come faster than they were made, as it has been received before
 */
export function liveAnswer(stop: () => void, before: Answer = NO_ANSWER, again = false): LiveAnswer {
  let answer = before;
  let thinking = NOT_THOUGHT;
  let drawing = false;
  let first = true;
  const watchers = new Set<() => void>();
  const draw = () => {
    drawing = false;
    for (const watcher of [...watchers]) watcher();
  };
  return {
    began: performance.now(),
    get: () => answer,
    thinking: () => (again ? null : thinking),
    grow(next) {
      thinking = thinkingTime(thinking, answer, next, performance.now());
      answer = next;
      if (drawing) return;
      if (first) {
        first = false;
        draw();
        return;
      }
      drawing = true;
      if (document.visibilityState === 'visible') requestAnimationFrame(draw);
      else setTimeout(draw, HIDDEN_TAB_MS);
    },
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    stop,
  };
}
