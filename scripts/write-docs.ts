/** `npm run docs`: writes the tables of the guides that are made from the code. `--check` fails where a file differs instead. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writtenFiles } from './docs/written-files.ts';
import { scriptOptions } from './options.ts';
import { readTextFile } from './text-lines.ts';

const root = join(import.meta.dirname, '..');
const HELP = `npm run docs: writes the tables of the guides, README and .dev.vars.example that are made from the code.

  --check   writes nothing, and fails where a file differs`;
const options = scriptOptions(HELP, { check: { type: 'boolean', default: false } });

for (const [file, text] of await writtenFiles(root)) {
  const path = join(root, file);
  // A file that differs in its line endings alone is left as it is.
  if ((await readTextFile(path)) === text) continue;
  if (!options.check) await writeFile(path, text);
  else {
    console.error(`${file} differs from what the code says: run \`npm run docs\`.`);
    process.exitCode = 1;
  }
}
