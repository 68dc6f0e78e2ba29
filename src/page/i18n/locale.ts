/** Which of the two languages to speak. Pure. */
import type { Preferences } from '../settings/registry.ts';

export type Locale = 'zh-CN' | 'en';

/** The reader's choice, else the first of the browser's languages that we speak, else English. */
export function chooseLocale(choice: Preferences['language'], languages: readonly string[]): Locale {
  if (choice !== 'auto') return choice;
  for (const language of languages) {
    if (/^zh\b/i.test(language)) return 'zh-CN';
    if (/^en\b/i.test(language)) return 'en';
  }
  return 'en';
}
