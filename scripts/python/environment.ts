/** The project's own Pythons: folders that git ignores, each with exactly what its requirements pin. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';

const run = promisify(execFile);

/** One of them. */
export interface PythonEnvironment {
  /** Its folder in the project. */
  readonly folder: string;
  /** The file beside this one that pins its packages by hash. */
  readonly requirements: string;
}

/** With the official clients that the tests run. */
const CLIENTS: PythonEnvironment = { folder: '.venv', requirements: 'requirements.txt' };

/** With schemathesis, which `npm run schema` runs. */
export const SCHEMATHESIS: PythonEnvironment = {
  folder: '.venv-schema',
  requirements: 'schemathesis.txt',
};

/** The command that makes the environment. */
export const MAKE_PYTHON = 'npm run python';

/** The interpreter; undefined where it is missing, unfinished, or made from other requirements. */
export async function projectPython(of = CLIENTS): Promise<string | undefined> {
  const installed = await readFile(completeFile(of), 'utf8').catch(() => undefined);
  return installed === (await requirementsDigest(of)) ? interpreter(of) : undefined;
}

/** Whether this machine's `python3` can make the environment: it has venv, and pip to put into it. */
export async function canMakePython(): Promise<boolean> {
  return run('python3', ['-c', 'import venv, ensurepip']).then(
    () => true,
    () => false,
  );
}

/**
 * Makes an environment anew from the pinned requirements: wheels alone, and none whose hash is another.
 * @throws the error of python3 or of pip, with what it printed.
 */
export async function makePython(of = CLIENTS): Promise<string> {
  const folder = join(PROJECT_ROOT, of.folder);
  await rm(folder, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', folder]);
  const options = [
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--require-hashes',
    '--only-binary',
    ':all:',
  ];
  await run(interpreter(of), ['-m', 'pip', 'install', ...options, '--requirement', requirementsFile(of)]);
  await writeFile(completeFile(of), await requirementsDigest(of));
  return interpreter(of);
}

function interpreter({ folder }: PythonEnvironment): string {
  return join(PROJECT_ROOT, folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
}

function requirementsFile({ requirements }: PythonEnvironment): string {
  return join(PROJECT_ROOT, 'scripts/python', requirements);
}

/** Holds the digest of the requirements that are installed. It is written last, so a folder without it is not complete. */
function completeFile({ folder }: PythonEnvironment): string {
  return join(PROJECT_ROOT, folder, 'complete');
}

async function requirementsDigest(of: PythonEnvironment): Promise<string> {
  return createHash('sha256')
    .update(await readFile(requirementsFile(of)))
    .digest('hex');
}
