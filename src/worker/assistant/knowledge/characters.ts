/**
 * Which characters make up words. Told by ranges of code points: a regular expression of Unicode properties costs a
 * cold isolate milliseconds before it has read anything.
 */

/** First and last code points of Chinese, Japanese and Korean letters, in order, as far as texts use them. */
const CJK = [
  0x1100, 0x11ff, 0x2e80, 0x2fd5, 0x3005, 0x3007, 0x3021, 0x3029, 0x3041, 0x3096, 0x309d, 0x309f, 0x30a1,
  0x30fa, 0x30fc, 0x30ff, 0x3131, 0x318e, 0x31f0, 0x31ff, 0x3400, 0x4dbf, 0x4e00, 0x9fff, 0xa960, 0xa97c,
  0xac00, 0xd7fb, 0xf900, 0xfad9, 0x20000, 0x323af,
] as const;

/** Whether a character is Chinese, Japanese or Korean. */
export function isCjk(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x1100) return false;
  for (let at = 0; at < CJK.length; at += 2) if (code <= (CJK[at + 1] ?? 0)) return code >= (CJK[at] ?? 0);
  return false;
}

/** How many characters of a text are Chinese, Japanese or Korean. */
export function cjkCount(text: string): number {
  if (!/[\u1100-\uffff]/.test(text)) return 0;
  let count = 0;
  for (const character of text) if (isCjk(character)) count += 1;
  return count;
}

/** Whether a character is of Japanese kana or of Korean Hangul, and not of Chinese. */
export function isKanaOrHangul(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (
    isCjk(character) &&
    (code < 0x2e80 || (code >= 0x3041 && code <= 0x31ff) || (code >= 0xa960 && code < 0xf900))
  );
}

/** Whether a character is a letter, a mark or a digit of any other script. */
export function isLetter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) {
    return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a);
  }
  if (isPunctuation(code)) return false;
  return !isCjk(character) && /[\p{L}\p{M}\p{N}]/u.test(character);
}

/** Quotation marks, dashes, arrows and what else guides are full of, so that most texts never need the expression. */
function isPunctuation(code: number): boolean {
  return (
    (code >= 0x2000 && code <= 0x206f) ||
    (code >= 0x2190 && code <= 0x245f) ||
    (code >= 0x3000 && code <= 0x3004) ||
    (code >= 0x3008 && code <= 0x3020)
  );
}
