/**
 * Builds the Worker exactly as a deployment would, and reads the result. Whatever has to be made before the Worker
 * (the page's bundle) belongs into `[build] command` of wrangler.toml: then dev, build, start and deploy all make it.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { OFFLINE_ENVIRONMENT, PROJECT_ROOT } from './project.ts';

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

/** Builds the Worker into `outDir`, which then holds nothing else; the signal gives up. Throws BuildError. */
export async function buildWorker(outDir: string, signal?: AbortSignal): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  try {
    await run(process.execPath, [wranglerFile(), 'deploy', '--dry-run', '--outdir', outDir], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, ...OFFLINE_ENVIRONMENT, FORCE_COLOR: '0' },
      ...(signal && { signal }),
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
    throw new BuildError(failureIn(`${stdout}\n${stderr}`) || error.message, { cause: error });
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
