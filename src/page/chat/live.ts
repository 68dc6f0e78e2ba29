/**
 * Answers that are being received. Their text lives here, not in the page's state, so that a growing answer
 * redraws itself and nothing else; watchers hear of it once per frame.
 */
import { type Answer, NO_ANSWER } from '../api/answer.ts';

/** How often an answer is drawn while its tab is hidden and frames do not come. */
const HIDDEN_TAB_MS = 250;

export interface LiveAnswer {
  get(): Answer;
  grow(answer: Answer): void;
  watch(watcher: () => void): () => void;
  stop(): void;
}

/** @param stop what ends the request behind this answer */
export function liveAnswer(stop: () => void, before: Answer = NO_ANSWER): LiveAnswer {
  let answer = before;
  let drawing = false;
  let first = true;
  const watchers = new Set<() => void>();
  const draw = () => {
    drawing = false;
    for (const watcher of [...watchers]) watcher();
  };
  return {
    get: () => answer,
    grow(next) {
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
