/** The table of clients says the versions that are installed, and only tests that are there. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';

const manifest = z.looseObject({ devDependencies: z.record(z.string(), z.string()) });

test.each(['docs/clients.md', 'docs/clients.zh-CN.md'])('%s tells the truth', async (name) => {
  const text = await readFile(join(PROJECT_ROOT, name), 'utf8');
  const { devDependencies } = manifest.parse(
    JSON.parse(await readFile(join(PROJECT_ROOT, 'package.json'), 'utf8')),
  );
  const rows = [...text.matchAll(/^\|[^|`]*`([@\w/-]+)`[^|]*\| (\d+\.\d+\.\d+) \|/gm)];
  expect(rows.length).toBe(5);
  for (const [, client = '', version] of rows)
    expect([client, version]).toEqual([client, devDependencies[client]]);
  for (const [, file = ''] of text.matchAll(/`(test\/[^`]+)`/g)) await access(join(PROJECT_ROOT, file));
});

test('the security guide names only files that are there', async () => {
  for (const language of ['en', 'zh']) {
    const text = await readFile(join(PROJECT_ROOT, 'docs', language, 'security.md'), 'utf8');
    const files = [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) await access(join(PROJECT_ROOT, file));
  }
});
