/** The package as `npm run package` makes it, installed into an empty folder as npm would, without asking a registry. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import { type Checkout, copyProject } from './checkout.ts';
import { type Home, makeHome } from './cli.ts';

/** An installed package. */
export interface InstalledPackage extends AsyncDisposable {
  /** The copy of the project that it was packed from. */
  readonly checkout: Checkout;
  readonly tarball: string;
  /** Where it is installed. */
  readonly place: Home;
  /** Its own folder there. */
  readonly folder: string;
  /** The file that `bin` names. */
  readonly program: string;
}

/** Packs a copy of the project and installs what came of it; the packages beside it are those of the project. */
export async function installPackage(): Promise<InstalledPackage> {
  const checkout = await copyProject('README.md', 'LICENSE', '.dev.vars.example');
  const packing = checkout.run('npm', ['run', 'package']);
  const code = await packing.ended;
  if (code !== 0) throw new Error(`npm run package ended with ${code}: ${packing.stderr}`);
  const tarball = join(checkout.folder, `nexcode-${manifest.version}.tgz`);
  const place = await makeHome();
  const modules = join(place.folder, 'node_modules');
  const folder = join(modules, 'nexcode');
  await mkdir(folder, { recursive: true });
  await promisify(execFile)('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
  // What npm would install beside it, and nothing else.
  for (const name of [...Object.keys(manifest.dependencies), ...ownNodes()]) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(PROJECT_ROOT, 'node_modules', name), join(modules, name));
  }
  return {
    checkout,
    tarball,
    place,
    folder,
    program: join(folder, 'src/cli/nexcode.js'),
    [Symbol.asyncDispose]: async () => {
      for (const each of [place, checkout]) await each[Symbol.asyncDispose]();
    },
  };
}

/** The packages of Node that are installed for this platform. */
export function ownNodes(): readonly string[] {
  return Object.keys(manifest.optionalDependencies).filter((name) =>
    existsSync(join(PROJECT_ROOT, 'node_modules', name)),
  );
}
