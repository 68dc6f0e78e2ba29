/** Tables in Markdown, and pages of the documentation in both languages. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../src/launcher/project.ts';
import type { Language } from './words.ts';

/** One line of a table. */
export function rowOf(cells: readonly (string | undefined)[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A table whose first column says what a line is about. @param align how the other columns stand: figures, to the right. */
export function tableOf(
  head: readonly string[],
  rows: readonly (readonly (string | undefined)[])[],
  align: '---:' | ':---:' = '---:',
): string {
  const line = ['---', ...head.slice(1).map(() => align)];
  return [head, line, ...rows].map(rowOf).join('\n');
}

/** Writes files of both languages into docs/. */
export async function writeDocs(
  filesOf: (language: Language) => Readonly<Record<string, string>>,
): Promise<void> {
  for (const language of ['en', 'zh'] as const)
    for (const [name, text] of Object.entries(filesOf(language)))
      await writeFile(join(PROJECT_ROOT, 'docs', name), text);
}
