/** The words of the command line in the person's language. */
import { en } from './en.ts';
import type { Language } from './locale.ts';
import { zh } from './zh.ts';

/** Every text that the command line prints of its own. */
export type Words = typeof en;

export function wordsFor(language: Language): Words {
  return language === 'zh' ? zh : en;
}
