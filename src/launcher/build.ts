/**
 * Builds the Worker exactly as a deployment would, and reads the result. Whatever has to be made before the Worker
 * (the page's bundle) belongs into `[build] command` of wrangler.toml: then dev, build, start and deploy all make it.
 */
import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { OFFLINE_ENVIRONMENT, PROJECT_ROOT } from './project.ts';
import { homeAt } from './user-folders.ts';

const run = promisify(execFile);

/** The Worker's entry module among the built files. */
const ENTRY = 'index.js';

/** How workerd reads a built file, by its extension: wrangler's default module rules. Others are no modules. */
const MODULE_TYPES: Readonly<Record<string, ModuleType>> = {
  '.js': 'ESModule',
  '.bin': 'Data',
  '.wasm': 'CompiledWasm',
  '.txt': 'Text',
  '.html': 'Text',
  '.sql': 'Text',
};

export type ModuleType = 'ESModule' | 'Data' | 'CompiledWasm' | 'Text';

/** One module of the built Worker. */
export interface WorkerModule {
  /** The file name, by which the other modules import it. */
  readonly name: string;
  readonly type: ModuleType;
  readonly contents: Buffer<ArrayBuffer>;
}

/** The build failed; the message is what the build printed. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

/**
 * Builds the Worker into `outDir`, which then holds nothing else; the signal gives up. Throws BuildError.
 * @param more further arguments for wrangler's dry deployment.
 */
export async function buildWorker(
  outDir: string,
  signal?: AbortSignal,
  more: readonly string[] = [],
): Promise<void> {
  await requireWritable(PROJECT_ROOT);
  await rm(outDir, { recursive: true, force: true });
  // wrangler makes a folder in the home, which may be unreadable or missing; a dry run needs nothing of it.
  const home = await mkdtemp(join(tmpdir(), 'nexcode-home-'));
  try {
    await run(process.execPath, [wranglerFile(), 'deploy', '--dry-run', '--outdir', outDir, ...more], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, ...OFFLINE_ENVIRONMENT, ...homeAt(home), FORCE_COLOR: '0' },
      ...(signal && { signal }),
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
    throw new BuildError(failureIn(`${stdout}\n${stderr}`) || error.message, { cause: error });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** The folders of the project that a build writes into. */
const WRITTEN = ['dist', '.wrangler', 'src/worker/assistant/knowledge'] as const;

/** Throws BuildError, with what to do, where the project cannot be built in its folder. */
async function requireWritable(root: string): Promise<void> {
  for (const name of WRITTEN) {
    const folder = join(root, name);
    try {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new BuildError(
        `The folder ${folder} cannot be written (${reason}), and the page and the assistant's knowledge are built into it. Make it writable for the user who runs this command, or copy the project to a folder that is.`,
        { cause: error },
      );
    }
  }
}

/** The file by which Node runs wrangler. */
export function wranglerFile(): string {
  return join(dirname(createRequire(import.meta.url).resolve('wrangler/package.json')), 'bin/wrangler.js');
}

const CUSTOM_BUILD = '[custom build] ';

/**
 * What of wrangler's output says why a build failed. Where it was the project's own step (`[build] command`), that is
 * what the step printed; wrangler shows the failed process under it, in a hundred lines that tell nothing.
 */
export function failureIn(output: string): string {
  if (!output.includes('Process exited with non-zero status')) return output.trim();
  const printed = output
    .split(/\r?\n/)
    .filter((line) => line.startsWith(CUSTOM_BUILD.trimEnd()))
    .map((line) => line.slice(CUSTOM_BUILD.length).trimEnd())
    .filter((line) => line !== '' && !line.startsWith('Running: '));
  return printed.join('\n') || output.trim();
}

/** Reads a built Worker, its entry module first. Throws if there is none in `outDir`. */
export async function loadWorker(outDir: string): Promise<WorkerModule[]> {
  const names = (await readdir(outDir)).filter((name) => extname(name) in MODULE_TYPES).sort();
  if (!names.includes(ENTRY))
    throw new Error(`There is no built Worker in ${outDir}: run \`npm run build\`.`);
  return Promise.all(
    [ENTRY, ...names.filter((name) => name !== ENTRY)].map(async (name) => ({
      name,
      type: MODULE_TYPES[extname(name)] ?? 'ESModule',
      contents: await readFile(join(outDir, name)),
    })),
  );
}
