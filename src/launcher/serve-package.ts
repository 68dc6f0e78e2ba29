/** Serves the Worker and the site that stand built in an installed package: neither wrangler nor a build is there. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { loadWorker } from './build.ts';
import type { Command } from './command.ts';
import { launcherWords, ownLanguage } from './locale.ts';
import { PROJECT_ROOT } from './project.ts';
import { serveWorker } from './serve-worker.ts';
import type { WorkerOptions } from './server.ts';
import type { RawSettings, SettingSources } from './settings.ts';
import { settingsFile } from './settings-file.ts';
import { dataFolder } from './user-folders.ts';

/** Beside the compiled command: what a packing wrote of wrangler.toml. */
export const WORKER_OPTIONS = 'dist/cli/worker-options.json';

/** Takes the place of `serve-project.ts` where the command is compiled. */
export const serveHere: Command = {
  readSources: packageSources,
  start: { command: 'nexcode serve', file: settingsFile(process.env) },
  serve: (plan, stop) =>
    serveWorker(
      {
        worker: () => loadWorker(join(PROJECT_ROOT, 'dist/worker')),
        workerOptions: packedWorkerOptions,
        statePlace: { root: dataFolder(process.env), folder: 'nexcode' },
      },
      plan,
      stop,
    ),
};

/** The environment, and the settings file of the person: NEXCODE_SETTINGS, else `settings.env` beside the profiles. */
function packageSources(): SettingSources {
  const file = settingsFile(process.env);
  return {
    environment: process.env,
    devVars: readSettings(file, file === process.env['NEXCODE_SETTINGS']),
    devVarsFile: 'settings.env',
    toml: {},
  };
}

/** Lines of NAME=VALUE. Throws where a file that was named cannot be read. */
function readSettings(file: string, isNamed: boolean): RawSettings {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && !isNamed) return {};
    throw new Error(launcherWords(ownLanguage()).unreadableSettings(file), {
      cause: error,
    });
  }
}

async function packedWorkerOptions(): Promise<WorkerOptions> {
  const options: WorkerOptions = JSON.parse(await readFile(join(PROJECT_ROOT, WORKER_OPTIONS), 'utf8'));
  return { ...options, assets: { ...Object(options['assets']), directory: join(PROJECT_ROOT, 'dist/site') } };
}
