/** Starts where a folder that programs take for granted is missing, unreadable or not to be written. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyProject } from '../../support/checkout.ts';
import { call } from '../../support/http.ts';

/** Node itself: npm wants a home of its own. */
const START = ['--import', './src/launcher/node-version.js', 'src/launcher/start.ts'];

test('npm start serves with a HOME that is missing, or that nobody may read', async () => {
  await using project = await copyProject();
  const locked = join(project.folder, 'locked');
  await mkdir(locked);
  await chmod(locked, 0o000);
  const file = join(project.folder, 'file');
  await writeFile(file, '');
  for (const HOME of [join(project.folder, 'no/such/home'), locked, join(file, 'home')]) {
    await using command = project.run(process.execPath, START, { PORT: '0', HOME, XDG_CONFIG_HOME: '' });
    const url = await command.serves();
    expect((await call(url, { path: '/health' })).status).toBe(200);
    expect(command.stderr).toBe('');
  }
}, 120_000);

test.each(['dist', '.wrangler'])(
  'npm start says in a sentence what to do where %s cannot be written',
  async (name) => {
    await using project = await copyProject();
    // Also who may do everything, as in a container, cannot make a folder of a file.
    await writeFile(join(project.folder, name), '');
    await using command = project.run(process.execPath, START, { PORT: '0' });
    expect(await command.ended).toBe(1);
    const [first, second = '', ...rest] = command.stderr.trimEnd().split('\n');
    expect(first).toBe('NexCode is not running.');
    expect(second).toContain(`${join(project.folder, name)} cannot be written (EEXIST)`);
    expect(second).toMatch(/Make it writable .+ or copy the project .+\.$/);
    expect(rest).toEqual([]);
  },
);
