/** Saves a growing answer: at most twice a second, and at once when the page may be about to go. */

export const SAVE_EVERY_MS = 500;

export interface Saver {
  /** There is something new to save. */
  touch(): void;
  /** No more is to come; nothing is saved after this. */
  end(): void;
}

/** @param save writes the answer as it stands; its page may be about to go */
export function saver(save: () => void): Saver {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    save();
  };
  const leaving = () => {
    if (document.visibilityState === 'hidden') now();
  };
  document.addEventListener('visibilitychange', leaving);
  addEventListener('pagehide', now);
  return {
    touch: () => (timer ??= setTimeout(now, SAVE_EVERY_MS)),
    end() {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', leaving);
      removeEventListener('pagehide', now);
    },
  };
}
