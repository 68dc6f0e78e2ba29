/** The first step of `npm run check`: it says which command mends what it found, where one does. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyProject } from '../../support/checkout.ts';

test.each([
  ['formatting', 'export const a   = [1,2]\n', true],
  [
    'the order of imports',
    "import { b } from './b.ts';\nimport { a } from './a.ts';\n\nexport { a, b };\n",
    true,
  ],
  ['a rule that people have to mend', 'export const a: any = 1;\n', false],
])('for %s it says npm run format: %#', async (_, source, curable) => {
  await using project = await copyProject('biome.json', '.gitignore');
  await using git = project.run('git', ['init', '-q']);
  expect(await git.ended).toBe(0);
  await writeFile(join(project.folder, 'src/launcher/ugly.ts'), source);
  await using command = project.run('node', ['scripts/check.ts', '--no-tests']);
  expect(await command.ended).toBe(1);
  expect(command.stderr).toContain('FAIL  format and lint');
  expect(command.stderr).toContain('src/launcher/ugly.ts');
  expect(command.stderr.includes('npm run format')).toBe(curable);
});
