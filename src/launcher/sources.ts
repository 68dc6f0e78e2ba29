/** Reads the places where a setting can stand. */
import { unstable_getVarsForDev, unstable_readConfig } from 'wrangler';
import { OFFLINE_ENVIRONMENT, WRANGLER_TOML } from './project.ts';
import type { SettingSources } from './settings.ts';

/**
 * Reads the process environment, `.dev.vars` (or `.env`, as wrangler does) and wrangler.toml's `[vars]`.
 * Throws wrangler's own error, which names the line, if a file is malformed.
 */
export function readSources(): SettingSources {
  Object.assign(process.env, OFFLINE_ENVIRONMENT);
  const config = unstable_readConfig({ config: WRANGLER_TOML });
  const devVars = unstable_getVarsForDev(WRANGLER_TOML, undefined, {}, undefined, true);
  return {
    environment: process.env,
    devVars: Object.fromEntries(
      Object.entries(devVars).map(([name, binding]) => [
        name,
        'value' in binding ? binding.value : undefined,
      ]),
    ),
    toml: config.vars,
  };
}
