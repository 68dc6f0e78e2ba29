/** The language that a person's system is set to. Pure. */

/** The languages of the command line. */
export type Language = 'en' | 'zh';

/**
 * Reads the locale as POSIX orders its variables: LC_ALL, LC_MESSAGES, LANG
 * (https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02).
 * @param system the locale where none of them is set, as a BCP 47 tag: Windows sets none.
 */
export function languageOf(environment: NodeJS.ProcessEnv, system: string): Language {
  const said = [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
  return /^zh/i.test(said ?? system) ? 'zh' : 'en';
}
