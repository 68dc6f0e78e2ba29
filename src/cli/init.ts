/** `nexcode init`: writes a project that deploys the gateway to Cloudflare, or brings the built parts of one up to date. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
// A package has `built-package.ts` in its place.
import { withBuilt } from '../launcher/built-project.ts';
import { isRecord, parseJson } from '../worker/http/json/read.ts';
import type { CommandContext } from './context.ts';
import {
  BUILT_FOLDERS,
  DEPLOYMENT_GITIGNORE,
  deploymentManifest,
  deploymentToml,
  MADE_BY,
  workerName,
} from './deployment-files.ts';
import { CommandError } from './exit.ts';

/** Version control may be there already. */
const EXPECTED: ReadonlySet<string> = new Set(['.git']);

/** Writes the project. A folder with anything else in it is left alone; in one of its own the built parts are replaced. */
export async function initProject(
  said: string | undefined,
  { stdout, words }: CommandContext,
): Promise<void> {
  const folder = resolve(said ?? '.');
  const entries = await readdir(folder).catch(emptyIfMissing);
  const isOwn = await isOwnProject(folder);
  if (!isOwn && entries.some((name) => !EXPECTED.has(name))) throw new CommandError(words.notEmpty(folder));
  await mkdir(folder, { recursive: true });
  await withBuilt(async ({ worker, site, wranglerToml, devVarsExample }) => {
    for (const name of Object.values(BUILT_FOLDERS))
      await rm(join(folder, name), { recursive: true, force: true });
    await cp(worker, join(folder, BUILT_FOLDERS.worker), {
      recursive: true,
      filter: (file) => !/\.(?:md|map)$/.test(file),
    });
    await cp(site, join(folder, BUILT_FOLDERS.site), { recursive: true });
    const name = workerName(basename(folder));
    const { version, devDependencies } = manifest;
    await writeFile(
      join(folder, 'package.json'),
      isOwn ? await updatedManifest(folder) : deploymentManifest(name, version, devDependencies.wrangler),
    );
    if (isOwn) return;
    await writeFile(
      join(folder, 'wrangler.toml'),
      deploymentToml(await readFile(wranglerToml, 'utf8'), name),
    );
    await writeFile(join(folder, '.gitignore'), DEPLOYMENT_GITIGNORE);
    const example = await readFile(devVarsExample, 'utf8');
    await writeFile(join(folder, '.dev.vars.example'), example.replace('`npm start` and ', ''));
    await writeFile(join(folder, 'README.md'), words.deploymentReadme);
  });
  const place = said === undefined ? '' : said;
  stdout.write(`${isOwn ? words.updated(folder, manifest.version) : words.initialised(folder, place)}\n`);
}

async function isOwnProject(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '');
  const own = parseJson(text);
  return isRecord(own) && typeof own[MADE_BY] === 'string';
}

/** The project's package.json with this version and its wrangler; what else stands there stays. */
async function updatedManifest(folder: string): Promise<string> {
  const own = parseJson(await readFile(join(folder, 'package.json'), 'utf8'));
  const before = isRecord(own) ? own : {};
  const { devDependencies } = before;
  const { wrangler } = manifest.devDependencies;
  const updated = {
    ...before,
    devDependencies: { ...(isRecord(devDependencies) ? devDependencies : {}), wrangler },
    [MADE_BY]: manifest.version,
  };
  return `${JSON.stringify(updated, null, 2)}\n`;
}

function emptyIfMissing(error: unknown): string[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}
