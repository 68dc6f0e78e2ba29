/** The project's own Python: `.venv`, with exactly what requirements.txt pins. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';

const run = promisify(execFile);

const REQUIREMENTS = join(PROJECT_ROOT, 'scripts/python/requirements.txt');
const FOLDER = join(PROJECT_ROOT, '.venv');
const INTERPRETER = join(FOLDER, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** Holds the digest of the requirements that are installed. It is written last, so a folder without it is not complete. */
const COMPLETE = join(FOLDER, 'complete');

/** The command that makes the environment. */
export const MAKE_PYTHON = 'npm run python';

/** The interpreter of `.venv`; undefined where it is missing, unfinished, or made from other requirements. */
export async function projectPython(): Promise<string | undefined> {
  const installed = await readFile(COMPLETE, 'utf8').catch(() => undefined);
  return installed === (await requirementsDigest()) ? INTERPRETER : undefined;
}

/** Whether this machine's `python3` can make the environment: it has venv, and pip to put into it. */
export async function canMakePython(): Promise<boolean> {
  return run('python3', ['-c', 'import venv, ensurepip']).then(
    () => true,
    () => false,
  );
}

/**
 * Makes `.venv` anew from the pinned requirements: wheels alone, and none whose hash is another.
 * @throws the error of python3 or of pip, with what it printed.
 */
export async function makePython(): Promise<string> {
  await rm(FOLDER, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', FOLDER]);
  const options = [
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--require-hashes',
    '--only-binary',
    ':all:',
  ];
  await run(INTERPRETER, ['-m', 'pip', 'install', ...options, '--requirement', REQUIREMENTS]);
  await writeFile(COMPLETE, await requirementsDigest());
  return INTERPRETER;
}

async function requirementsDigest(): Promise<string> {
  return createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex');
}
