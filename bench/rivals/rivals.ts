/** Which other gateways there are, where they are installed, and how they get there. */
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LITELLM } from './litellm.ts';
import { NGINX } from './nginx.ts';
import { PORTKEY } from './portkey.ts';
import type { Rival } from './rival.ts';

export const RIVALS: readonly Rival[] = [NGINX, PORTKEY, LITELLM];

/** Where they are installed unless somebody says otherwise. */
export const RIVALS_FOLDER = join(homedir(), '.cache/nexcode-rivals');

/** One that is installed. */
export interface InstalledRival {
  readonly rival: Rival;
  /** Its folder. */
  readonly place: string;
}

/** Those that stand in this folder, in the order of the list. */
export async function installedRivals(root: string): Promise<InstalledRival[]> {
  const found: InstalledRival[] = [];
  for (const rival of RIVALS) {
    const place = placeOf(rival, root);
    if (await exists(completeIn(place))) found.push({ rival, place });
  }
  return found;
}

/** Installs one, unless it is there. @throws what its installer printed. */
export async function installRival(rival: Rival, root: string): Promise<void> {
  const place = placeOf(rival, root);
  if (await exists(completeIn(place))) return;
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  await rival.install(place);
  await writeFile(completeIn(place), '');
}

/** One folder for each version. */
function placeOf({ name, version }: Rival, root: string): string {
  return join(root, `${name.toLowerCase().replaceAll(' ', '-')}-${version}`);
}

/** Stands there once the installer has come to its end. */
function completeIn(place: string): string {
  return join(place, 'complete');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
