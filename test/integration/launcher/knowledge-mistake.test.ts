/** A mistake in `knowledge/`: what whoever wrote it is told. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failureIn } from '../../../src/launcher/build.ts';
import { type Checkout, copyProject } from '../../support/checkout.ts';
import { call } from '../../support/http.ts';

const PLACE = 'knowledge/notes.md:3: the code fence that opens here is never closed';

async function spoil({ folder }: Checkout): Promise<void> {
  await mkdir(join(folder, 'knowledge'), { recursive: true });
  await writeFile(join(folder, 'knowledge/notes.md'), '# T\n\n```sh\nnever closed\n');
}

test.each([
  ['start', []],
  ['dev', []],
  ['build', []],
  ['deploy', ['--', '--dry-run']],
])('npm run %s prints its file and line, and little else', async (script, args) => {
  await using project = await copyProject();
  await spoil(project);
  await using command = project.run('npm', ['run', script, ...args], { PORT: '0' });
  expect(await command.ended).toBe(1);
  expect(command.stderr).toContain(PLACE);
  expect(command.stderr.trim().split('\n').length).toBeLessThan(4);
  expect(command.stdout).not.toContain('knowledge');
});

test('a mistake that is made while npm run dev runs is printed, and the server goes on', async () => {
  await using project = await copyProject();
  await using command = project.run('npm', ['run', 'dev'], { PORT: '0' });
  const url = await command.serves();
  await spoil(project);
  await command.prints(PLACE);
  expect(command.stdout).not.toContain('Process exited with non-zero status');
  expect((await call(url, { path: '/health' })).status).toBe(200);
  await rm(join(project.folder, 'knowledge/notes.md'));
});

test('of a failed build what the project’s own step printed is shown, and all of any other failure', () => {
  const output =
    '[custom build] Running: node x\n[custom build] src/page/a.ts:1: no\n[custom build] \n✘ k [Error]: Process exited with non-zero status (1)\n at x';
  expect(failureIn(output)).toBe('src/page/a.ts:1: no');
  expect(failureIn('✘ [ERROR] Could not resolve "x"\n')).toBe('✘ [ERROR] Could not resolve "x"');
});
