/** Saves a growing answer: at most twice a second, and at once when the page may be about to go. */

export const SAVE_EVERY_MS = 500;

export interface Saver {
  /** There is something new to save. */
  touch(): void;
  /** No more is to come; nothing is saved after this. */
  end(): void;
}

/**
 * @param save writes the answer as it stands
 * @param saveNow does so at once, before the page goes away
 */
export function saver(save: () => void, saveNow: () => void): Saver {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    save();
  };
  const gone = () => {
    saveNow();
    now();
  };
  const leaving = () => {
    if (document.visibilityState === 'hidden') gone();
  };
  document.addEventListener('visibilitychange', leaving);
  addEventListener('pagehide', gone);
  return {
    touch: () => (timer ??= setTimeout(now, SAVE_EVERY_MS)),
    end() {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', leaving);
      removeEventListener('pagehide', gone);
    },
  };
}
