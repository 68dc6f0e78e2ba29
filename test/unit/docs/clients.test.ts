/** The tables of clients say the versions that are installed, and exactly the tests that are there. */
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';

const versions = z.record(z.string(), z.string());
const manifest = z.looseObject({ dependencies: versions, devDependencies: versions });

test.each(['docs/clients.md', 'docs/clients.zh-CN.md'])('%s tells the truth', async (name) => {
  const text = await readFile(join(PROJECT_ROOT, name), 'utf8');
  const { dependencies, devDependencies } = manifest.parse(
    JSON.parse(await readFile(join(PROJECT_ROOT, 'package.json'), 'utf8')),
  );
  const rows = [...text.matchAll(/^\|[^|`]*`([@\w/-]+)`[^|]*\| (\d+\.\d+\.\d+) \|/gm)];
  const ofNode = rows.filter(([row]) => !row.includes('Python'));
  expect(ofNode.length).toBe(6);
  for (const [, client = '', version] of ofNode)
    expect([client, version]).toEqual([client, { ...dependencies, ...devDependencies }[client]]);
  const python = [...text.matchAll(/^\| `([\w-]+)`\s?[(（]Python[)）] \| (\d+\.\d+\.\d+) \|/gm)];
  const pinned = await readFile(join(PROJECT_ROOT, 'scripts/python/requirements.txt'), 'utf8');
  expect(python.length).toBe(2);
  for (const [, client, version] of python) expect(pinned).toContain(`\n${client}==${version} \\\n`);
  const named = new Set([...text.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file));
  for (const file of named) await access(join(PROJECT_ROOT, file));
  const there = await readdir(join(PROJECT_ROOT, 'test/integration'));
  for (const file of there.filter((one) => /^client-.*\.test\.ts$/.test(one)))
    expect(named).toContain(`test/integration/${file}`);
});

test('the two tables of what is run say the same', async () => {
  const words: Readonly<Record<string, string>> = {
    是: 'yes',
    无: 'none',
    字节: 'bytes',
    事件: 'events',
  };
  const tables = ['docs/clients.md', 'docs/clients.zh-CN.md'].map(async (name) => {
    const text = await readFile(join(PROJECT_ROOT, name), 'utf8');
    const rows = text.split('\n').filter((line) => line.split('|').length === 10);
    const cells = rows.slice(2).map((row) => row.split('|').slice(2, 9));
    return cells.map((row) => row.map((cell) => words[cell.trim()] ?? cell.trim()));
  });
  const [english, chinese] = await Promise.all(tables);
  expect(english).toEqual(chinese);
  const known = ['yes', 'none', 'bytes', 'events', ''];
  expect(english?.flat().filter((cell) => !known.includes(cell))).toEqual([]);
  expect(english?.length).toBeGreaterThan(15);
});

test('the security guide names only files that are there', async () => {
  for (const language of ['en', 'zh']) {
    const text = await readFile(join(PROJECT_ROOT, 'docs', language, 'security.md'), 'utf8');
    const files = [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) await access(join(PROJECT_ROOT, file));
  }
});
