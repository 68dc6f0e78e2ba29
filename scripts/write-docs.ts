/** `npm run docs`: writes the tables of the guides that are made from the code. `--check` fails where a file differs instead. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writtenFiles } from './docs/written-files.ts';
import { writeIfChanged } from './write-if-changed.ts';

const root = join(import.meta.dirname, '..');
const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

for (const [file, text] of await writtenFiles(root)) {
  const path = join(root, file);
  if (!options.check) await writeIfChanged(path, text);
  else if ((await readFile(path, 'utf8')) !== text) {
    console.error(`${file} differs from what the code says: run \`npm run docs\`.`);
    process.exitCode = 1;
  }
}
