/** Saving a code block as a file, under a name that its language gives. */
import { fileName, saveFile } from '../app/save-file.ts';

export function saveCode(text: string, info: string): void {
  saveFile(codeFileName(info), new Blob([`${text}\n`], { type: 'text/plain;charset=utf-8' }));
}

/** Endings of languages that are not named by them. */
const ENDINGS: Readonly<Record<string, string>> = {
  bash: 'sh',
  'c#': 'cs',
  'c++': 'cpp',
  console: 'txt',
  csharp: 'cs',
  golang: 'go',
  javascript: 'js',
  jsonc: 'json',
  kotlin: 'kt',
  latex: 'tex',
  markdown: 'md',
  perl: 'pl',
  plaintext: 'txt',
  powershell: 'ps1',
  python: 'py',
  python3: 'py',
  ruby: 'rb',
  rust: 'rs',
  shell: 'sh',
  text: 'txt',
  typescript: 'ts',
  yml: 'yaml',
  zsh: 'sh',
};

/** Files that have no ending. */
const NAMES: Readonly<Record<string, string>> = { dockerfile: 'Dockerfile', makefile: 'Makefile' };

/** @param info what stands after the fence: a language, or the name of a file, with or without its folders */
export function codeFileName(info: string): string {
  const named = info.split(/[\\/:=]/).at(-1) ?? '';
  if (/^[\w-][\w.-]*\.[a-z\d]{1,8}$/i.test(named)) return fileName(named);
  const language = info.toLowerCase();
  const ending = ENDINGS[language] ?? (/^[a-z\d]{1,10}$/.test(language) ? language : 'txt');
  return NAMES[language] ?? `code.${ending}`;
}
