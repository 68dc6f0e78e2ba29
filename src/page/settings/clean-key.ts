/** A key as people paste it, and as it can be sent. Pure. */

/** Format characters, zero-width ones among them: no key holds any. */
const ZERO_WIDTH = /[\p{Cf}\u115f\u1160\u2800\u3164]+/gu;
/** Quotes and separators around a key that was copied out of code. */
const AROUND = /^["'`“”‘’「」『』«»<]+|["'`“”‘’「」『』«»>,;，；。]+$/g;

/** The key without what came along with it when it was copied. */
export function cleanKey(typed: string): string {
  let key = typed
    .replace(ZERO_WIDTH, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  for (let before = ''; before !== key; ) {
    before = key;
    key = key
      .replace(AROUND, '')
      .replace(/^(?:authorization|api-key|x-api-key) ?: ?/i, '')
      .replace(/^bearer /i, '')
      .replace(/^(?:export )?[A-Z]+_[A-Z_\d]+ ?= ?(?=\S)/, '')
      .trim();
  }
  return key.replaceAll(' ', '');
}

/**
 * Whether the server would take the text for a caller's own key. Otherwise it would pay itself while the page said that
 * the reader pays, or could not even be asked: a header holds visible ASCII characters alone.
 * @param pattern the server's CLIENT_KEY_PATTERN; null where it takes any
 */
export function isUsableKey(key: string, pattern: string | null): boolean {
  if (!/^[\x21-\x7e]+$/.test(key)) return false;
  if (pattern === null) return true;
  try {
    return new RegExp(pattern).test(key);
  } catch {
    // A browser that lacks a form of the pattern: the server judges it when it is sent.
    return true;
  }
}
