/** The language that a person's system is set to, and the words of a start in it. */
import { en, type LauncherWords } from './words-en.ts';
import { zh } from './words-zh.ts';

/** The languages of the commands. */
export type Language = 'en' | 'zh';

/**
 * Reads the locale as POSIX orders its variables: LC_ALL, LC_MESSAGES, LANG
 * (https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02). Pure.
 * @param system the locale where none of them is set, as a BCP 47 tag: Windows sets none.
 */
export function languageOf(environment: NodeJS.ProcessEnv, system: string): Language {
  const said = [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
  return /^zh/i.test(said ?? system) ? 'zh' : 'en';
}

/** The language of whoever started this process. */
export function ownLanguage(): Language {
  return languageOf(process.env, Intl.DateTimeFormat().resolvedOptions().locale);
}

/** The words of a start in a language. */
export function launcherWords(language: Language): LauncherWords {
  return language === 'zh' ? zh : en;
}
