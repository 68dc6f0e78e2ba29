/** The command line of the scripts of package.json: what `--help` prints, and what is refused. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';

const run = promisify(execFile);

/** The scripts that are files of the project: what they are called, and the file. The others are tools with a help of their own. */
const SCRIPTS = Object.entries(manifest.scripts).flatMap(([name, line]) => {
  const file = /^node --import \S+ (\S+\.ts)$/.exec(line)?.[1];
  return file === undefined ? [] : [[name, file] as const];
});

/** Each script is started several times: Node keeps what it made of its files (https://nodejs.org/api/module.html#module-compile-cache). */
const env = { ...process.env, NODE_COMPILE_CACHE: join(PROJECT_ROOT, 'node_modules/.cache/node') };

async function outcome(file: string, ...args: string[]) {
  const ran = run('node', [file, ...args], { cwd: PROJECT_ROOT, env });
  return ran.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

describe('every script', () => {
  test('is there', () => {
    expect(SCRIPTS.map(([name]) => name)).toEqual(
      expect.arrayContaining(['attack', 'faults', 'fuzz', 'soak']),
    );
    expect(SCRIPTS.length).toBeGreaterThan(8);
  });

  test.each(SCRIPTS)('%s prints its help and does nothing else', async (name, file) => {
    const { code, stdout, stderr } = await outcome(file, '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      ['start', 'dev'].includes(name) ? /npm start -- \[options\]/ : new RegExp(`^npm run ${name}: `),
    );
  });

  // What wrangler takes is passed on to it, and refused by it.
  test.each(SCRIPTS.filter(([name]) => name !== 'deploy'))(
    '%s refuses what it does not know',
    async (_, file) => {
      await expectRefused(file, '--no-such-option');
    },
  );

  test('refuses a word where options alone are taken', async () => {
    await expectRefused('stress/fuzz.ts', 'word');
  });
});

async function expectRefused(file: string, unknown: string): Promise<void> {
  const { code, stdout, stderr } = await outcome(file, unknown);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(unknown);
  expect(stderr).toContain('--help');
}

test('a count that is none is refused', async () => {
  for (const [file, option] of [
    ['stress/fuzz.ts', '--requests'],
    ['stress/soak.ts', '--parallel'],
  ] as const) {
    const { code, stderr } = await outcome(file, option, 'many');
    expect([code, stderr]).toEqual([1, `${option} takes a whole number. --help shows what there is.\n`]);
  }
});
