/** Reads the places where a setting can stand. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { experimental_readRawConfig, unstable_getVarsForDev } from 'wrangler';
import * as z from 'zod';
import type { RawConfig } from './local-config.ts';
import { OFFLINE_ENVIRONMENT, PROJECT_ROOT, WRANGLER_LOCAL_TOML, WRANGLER_TOML } from './project.ts';
import type { RawSettings, SettingSources } from './settings.ts';

/** What wrangler's errors about a file carry. */
const faultyPlace = z.looseObject({ location: z.looseObject({ line: z.number().optional() }).optional() });

/** The two configuration files as they are parsed. */
export interface ConfigFiles {
  readonly project: RawConfig;
  /** Undefined where there is no wrangler.local.toml. */
  readonly local: RawConfig | undefined;
}

/**
 * Reads the process environment, `.dev.vars` (or `.env`, as wrangler does), and the `[vars]` of wrangler.local.toml and
 * wrangler.toml. Throws if one of these is malformed, naming the line but not its text, which may hold a secret.
 */
export function readSources(): SettingSources {
  Object.assign(process.env, OFFLINE_ENVIRONMENT);
  const { project, local } = readConfigFiles();
  const devVars = unstable_getVarsForDev(WRANGLER_TOML, undefined, {}, undefined, true);
  return {
    environment: process.env,
    devVars: Object.fromEntries(
      Object.entries(devVars).map(([name, binding]) => [
        name,
        'value' in binding ? binding.value : undefined,
      ]),
    ),
    devVarsFile: existsSync(join(PROJECT_ROOT, '.dev.vars')) ? '.dev.vars' : '.env',
    local: varsOf(local),
    toml: varsOf(project),
  };
}

/** Reads wrangler.toml and, where there is one, wrangler.local.toml. Throws as `readSources` does. */
export function readConfigFiles(): ConfigFiles {
  return {
    project: readToml(WRANGLER_TOML),
    local: existsSync(WRANGLER_LOCAL_TOML) ? readToml(WRANGLER_LOCAL_TOML) : undefined,
  };
}

const varsSchema = z.looseObject({ vars: z.record(z.string(), z.json()).optional() });

function varsOf(config: RawConfig | undefined): RawSettings {
  return varsSchema.parse(config ?? {}).vars ?? {};
}

function readToml(path: string): RawConfig {
  try {
    return z.record(z.string(), z.unknown()).parse(experimental_readRawConfig({ config: path }).rawConfig);
  } catch (error) {
    const { location } = faultyPlace.catch({}).parse(error);
    const file = basename(path);
    const place = location?.line === undefined ? file : `${file}, line ${location.line}`;
    throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
