/** The words of the command line in the person's language. */
import type { Language } from '../launcher/locale.ts';
import { en } from './en.ts';
import { enOperator } from './en-operator.ts';
import { zh } from './zh.ts';
import { zhOperator } from './zh-operator.ts';

/** Every text that the command line prints of its own. */
export type Words = typeof en & typeof enOperator;

export function wordsFor(language: Language): Words {
  return language === 'zh' ? { ...zh, ...zhOperator } : { ...en, ...enOperator };
}
