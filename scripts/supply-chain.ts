/**
 * Whether everything installed that can run is under a hash in the lockfile: npm compares each package with its hash as
 * it unpacks it, so what must not be there is a package without one, a package beside the lockfile, and an install
 * script, which could fetch anything.
 */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import * as z from 'zod';

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.optional(z.string()),
      integrity: z.optional(z.string()),
      resolved: z.optional(z.string()),
      hasInstallScript: z.optional(z.boolean()),
    }),
  ),
});

/** The packages of a lockfile, by their folder (`node_modules/NAME`). */
export type LockedPackages = z.infer<typeof lockfile>['packages'];

/** What was installed. */
export interface Installed {
  /** The version of each package, by its folder, with `/`. */
  readonly packages: ReadonlyMap<string, string>;
  /** Where each command of `node_modules/.bin` really stands, by its name, with `/`. */
  readonly commands: ReadonlyMap<string, string>;
  /** Whether `.npmrc` lets packages run scripts of their own as they are installed. */
  readonly runsInstallScripts: boolean;
}

const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** A sentence for everything that no hash covers. Pure. */
export function uncovered(
  locked: LockedPackages,
  { packages, commands, runsInstallScripts }: Installed,
): string[] {
  const found: string[] = [];
  for (const [folder, { integrity = '', resolved, hasInstallScript }] of Object.entries(locked)) {
    if (folder === '') continue;
    if (!SHA512.test(integrity)) found.push(`${folder} has no SHA-512 in package-lock.json.`);
    if (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'))
      found.push(`${folder} comes from another place than the registry.`);
    if (hasInstallScript === true && runsInstallScripts)
      found.push(`${folder} has an install script, which could fetch anything.`);
  }
  for (const [folder, version] of packages) {
    const expected = locked[folder]?.version;
    if (expected === undefined) found.push(`${folder} is installed and not in package-lock.json.`);
    else if (expected !== version)
      found.push(`${folder} is ${version}, and ${expected} in package-lock.json.`);
  }
  for (const [name, path] of commands) {
    const isPackaged = [...packages.keys()].some((folder) => path.startsWith(`${folder}/`));
    if (!isPackaged) found.push(`The command ${name} stands in no package: ${path}.`);
  }
  return found;
}

/** Reads a project's lockfile and what is installed. */
export async function readInstalled(root: string): Promise<[LockedPackages, Installed]> {
  const { packages: locked } = lockfile.parse(
    JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')),
  );
  const packages = new Map<string, string>();
  await collect(root, 'node_modules', packages);
  const commands = new Map<string, string>();
  const realRoot = await realpath(root);
  for (const name of await readdir(join(root, 'node_modules/.bin'))) {
    const path = await realpath(join(root, 'node_modules/.bin', name));
    commands.set(name, relative(realRoot, path).split(sep).join('/'));
  }
  const npmrc = await readFile(join(root, '.npmrc'), 'utf8');
  return [locked, { packages, commands, runsInstallScripts: !/^ignore-scripts=true$/m.test(npmrc) }];
}

const manifest = z.looseObject({ version: z.string() });

async function collect(root: string, folder: string, packages: Map<string, string>): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const path = `${folder}/${entry.name}`;
    if (entry.name.startsWith('@')) {
      await collect(root, path, packages);
      continue;
    }
    const text = await readFile(join(root, path, 'package.json'), 'utf8').catch(
      () => '{"version":"unknown"}',
    );
    packages.set(path, manifest.parse(JSON.parse(text)).version);
    await collect(root, `${path}/node_modules`, packages);
  }
}
