/** The version is one, wherever it is told. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import lock from '../../../package-lock.json' with { type: 'json' };
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';

const { version } = manifest;
const read = (file: string) => readFile(join(PROJECT_ROOT, file), 'utf8');

test('in package.json, the lockfile and the latest section of the changelog', async () => {
  expect([lock.version, lock.packages[''].version]).toEqual([version, version]);
  const sections = [...(await read('CHANGELOG.md')).matchAll(/^## (\S+)/gm)].map(([, name]) => name);
  expect(sections[0] === 'Unreleased' ? sections[1] : sections[0]).toBe(version);
});

test('no conflict of a merge was left in the changelog', async () => {
  expect(await read('CHANGELOG.md')).not.toMatch(/^(?:<{7}|={7}|>{7})/m);
});

test.each(['en', 'zh'])('in the note for those who upgrade from the one before (%s)', async (language) => {
  const sections = [...(await read('CHANGELOG.md')).matchAll(/^## (\d\S*)/gm)].map(([, name]) => name);
  const headings = (await read(`docs/${language}/deployment.md`)).match(/^## .*$/gm) ?? [];
  expect(
    headings.filter((heading) => heading.includes(`${sections[1]}`) && heading.includes(version)),
  ).toHaveLength(1);
});
