/** The language an asker writes in. */
import type { Language } from './knowledge-index.ts';

const HAN = /\p{sc=Han}/gu;
const KANA_OR_HANGUL = /[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

/** Chinese as soon as there are Han characters in it (many questions name English things), else English. */
export function languageOf(text: string): Language {
  return !KANA_OR_HANGUL.test(text) && (text.match(HAN)?.length ?? 0) > 0 ? 'zh' : 'en';
}
