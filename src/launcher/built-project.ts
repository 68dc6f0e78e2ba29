/** Builds this checkout for whoever needs its products as files. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWorker } from './build.ts';
import type { WithBuilt } from './built.ts';
import { PROJECT_ROOT, WRANGLER_TOML } from './project.ts';

/** The configuration of this version. */
export const OWN_WRANGLER_TOML = WRANGLER_TOML;

/** Builds into a folder of its own. Throws BuildError. */
export const withBuilt: WithBuilt = async (use) => {
  const worker = await mkdtemp(join(tmpdir(), 'nexcode-'));
  try {
    await buildWorker(worker);
    return await use({
      worker,
      site: join(PROJECT_ROOT, 'dist/site'),
      wranglerToml: WRANGLER_TOML,
      devVarsExample: join(PROJECT_ROOT, '.dev.vars.example'),
    });
  } finally {
    await rm(worker, { recursive: true, force: true });
  }
};
