/** `npm run docs`: writes what the guides say of the settings. `--check` fails where a file differs instead. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { settingsFiles } from './docs/settings-tables.ts';
import { writeIfChanged } from './write-if-changed.ts';

const root = join(import.meta.dirname, '..');
const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

for (const [file, text] of await settingsFiles(root)) {
  const path = join(root, file);
  if (!options.check) await writeIfChanged(path, text);
  else if ((await readFile(path, 'utf8')) !== text) {
    console.error(`${file} is not what the table of settings says: run \`npm run docs\`.`);
    process.exitCode = 1;
  }
}
