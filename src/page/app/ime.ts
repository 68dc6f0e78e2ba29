/** The one rule for keys that belong to an input method (Chinese, Japanese, Korean …), for every field of the page. */

/** Safari reports the Enter that ends a composition after `compositionend`, within this time. */
export const AFTER_COMPOSITION_MS = 60;

const KEYS_OF_THE_INPUT_METHOD = /^(?:Enter|Escape|Tab|Arrow\w+|Process)$/;

interface KeyPress {
  readonly key: string;
  readonly isComposing: boolean;
  readonly keyCode: number;
  /** Milliseconds on the same clock as `composedAt`. */
  readonly timeStamp: number;
}

/** Whether a key press is part of composing text and must not act on the page. */
export function belongsToInputMethod(press: KeyPress, composedAt: number): boolean {
  if (press.isComposing || press.keyCode === 229) return true;
  return KEYS_OF_THE_INPUT_METHOD.test(press.key) && press.timeStamp - composedAt < AFTER_COMPOSITION_MS;
}

/**
 * Keeps such presses from every handler below `root`. Listening once, in the capture phase, it holds for fields
 * that are yet to be made too. The browser's own reaction (submitting a form, closing a dialog) is prevented for the
 * late Enter and Escape only: while text is being composed the key is the input method's.
 */
export function guardInputMethod(root: EventTarget): void {
  let composedAt = Number.NEGATIVE_INFINITY;
  root.addEventListener('compositionend', (event) => (composedAt = event.timeStamp), true);
  for (const type of ['keydown', 'keypress']) {
    root.addEventListener(
      type,
      (event) => {
        if (!(event instanceof KeyboardEvent) || !belongsToInputMethod(event, composedAt)) return;
        event.stopImmediatePropagation();
        if (/^(?:Enter|Escape)$/.test(event.key)) event.preventDefault();
      },
      true,
    );
  }
}
