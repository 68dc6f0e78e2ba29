/** What stands built in an installed package. Takes the place of `built-project.ts` where the command is compiled. */
import { join } from 'node:path';
import type { WithBuilt } from './built.ts';
import { PROJECT_ROOT } from './project.ts';

/** Beside the compiled command: copies of the project's own files, by names that npm does not leave out. */
export const PACKED_FILES = {
  wranglerToml: 'dist/cli/wrangler.toml',
  devVarsExample: 'dist/cli/dev-vars.txt',
};

/** The configuration of this version. */
export const OWN_WRANGLER_TOML = join(PROJECT_ROOT, PACKED_FILES.wranglerToml);

/** Hands out the package's own folders. */
export const withBuilt: WithBuilt = (use) =>
  use({
    worker: join(PROJECT_ROOT, 'dist/worker'),
    site: join(PROJECT_ROOT, 'dist/site'),
    wranglerToml: OWN_WRANGLER_TOML,
    devVarsExample: join(PROJECT_ROOT, PACKED_FILES.devVarsExample),
  });
