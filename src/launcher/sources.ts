/** Reads the places where a setting can stand. */
import { unstable_getVarsForDev, unstable_readConfig } from 'wrangler';
import * as z from 'zod';
import { OFFLINE_ENVIRONMENT, WRANGLER_TOML } from './project.ts';
import type { SettingSources } from './settings.ts';

/** What wrangler's errors about a file carry. */
const faultyPlace = z.looseObject({ location: z.looseObject({ line: z.number().optional() }).optional() });

/**
 * Reads the process environment, `.dev.vars` (or `.env`, as wrangler does) and wrangler.toml's `[vars]`.
 * Throws if wrangler.toml is malformed, naming the line but not its text, which may hold a secret.
 */
export function readSources(): SettingSources {
  Object.assign(process.env, OFFLINE_ENVIRONMENT);
  const { vars } = readToml();
  const devVars = unstable_getVarsForDev(WRANGLER_TOML, undefined, {}, undefined, true);
  return {
    environment: process.env,
    devVars: Object.fromEntries(
      Object.entries(devVars).map(([name, binding]) => [
        name,
        'value' in binding ? binding.value : undefined,
      ]),
    ),
    toml: vars,
  };
}

function readToml() {
  try {
    return unstable_readConfig({ config: WRANGLER_TOML });
  } catch (error) {
    const { location } = faultyPlace.catch({}).parse(error);
    const place = location?.line === undefined ? 'wrangler.toml' : `wrangler.toml, line ${location.line}`;
    throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
