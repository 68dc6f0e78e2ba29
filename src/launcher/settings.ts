/** Merges the places where a setting can stand into what the Worker is given. Pure: `sources.ts` does the reading. */
import type { Json } from 'miniflare';
import { INTERNAL_NAMES, SECRET_NAMES, SETTING_NAMES } from '../worker/config/settings.ts';
import { isRecord, parseJson } from '../worker/http/json/read.ts';
import { meantSetting } from './misspelt.ts';

/** Raw settings by name: strings, or TOML values. */
export type RawSettings = Readonly<Record<string, Json | undefined>>;

/** The places where a setting can stand, the strongest first. */
export interface SettingSources {
  readonly environment: RawSettings;
  readonly devVars: RawSettings;
  /** The file that `devVars` came from. */
  readonly devVarsFile: DevVarsFile;
  /** `[vars]` of wrangler.local.toml. */
  readonly local?: RawSettings;
  /** `[vars]` of wrangler.toml. */
  readonly toml: RawSettings;
}

/** The file of settings that are not for the repository. `.env` counts where there is no `.dev.vars`, as for wrangler; `settings.env` is that of an installed package. */
export type DevVarsFile = '.dev.vars' | '.env' | 'settings.env';

/** Where a value was found, as the operator calls it. */
export type Origin = 'the environment' | DevVarsFile | 'wrangler.local.toml' | 'wrangler.toml';

/** The merged settings. */
export interface MergedSettings {
  /** The Worker's bindings, without those that the launcher adds. */
  readonly bindings: Readonly<Record<string, Json>>;
  /** The names of bindings that are secrets. */
  readonly secrets: ReadonlySet<string>;
  /** Where each setting was found. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Names that are no setting and were most likely meant to be one. */
  readonly unknown: readonly UnknownName[];
  /** Settings of the launcher itself, still unchecked. */
  readonly host: Json | undefined;
  readonly port: Json | undefined;
  readonly stateDir: Json | undefined;
}

/**
 * A name that is no setting. Every one in `.dev.vars` and `[vars]` is told; the environment and a `.env` serve other
 * programs too, so there only those that are near a setting which is not set itself.
 */
export interface UnknownName {
  readonly name: string;
  readonly origin: Origin;
  /** The setting that was most likely meant. */
  readonly meant: string | undefined;
}

/** Read by the launcher alone. */
const OWN = ['HOST', 'PORT', 'STATE_DIR'];

/**
 * Takes each setting from the strongest place that has it: environment, `.dev.vars`, wrangler.local.toml, wrangler.toml. An empty value
 * counts as unset. Secrets that an upstream's `key` names are settings too.
 */
export function mergeSettings({
  environment,
  devVars,
  devVarsFile,
  local = {},
  toml,
}: SettingSources): MergedSettings {
  const places: readonly (readonly [Origin, RawSettings])[] = [
    ['the environment', environment],
    [devVarsFile, devVars],
    ['wrangler.local.toml', local],
    ['wrangler.toml', toml],
  ];
  const find = (name: string): Found | undefined => {
    for (const [origin, values] of places) {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (isSet(value)) return { origin, value };
    }
    return undefined;
  };

  const secrets = new Set([...SECRET_NAMES, ...secretNames(find('UPSTREAMS')?.value)]);
  const names = new Set<string>([...SETTING_NAMES, ...secrets]);
  // Said by the launcher, never by a file or the environment: LOCAL_SERVER opens a server to whoever can reach it.
  for (const name of INTERNAL_NAMES) names.delete(name);

  const bindings: Record<string, Json> = {};
  const origins = new Map<string, Origin>();
  for (const name of [...names, ...OWN]) {
    const found = find(name);
    if (found === undefined) continue;
    origins.set(name, found.origin);
    if (names.has(name)) bindings[name] = found.value;
  }
  return {
    bindings,
    secrets,
    origins,
    unknown: unknownNames(places, new Set([...names, ...OWN]), origins),
    host: find('HOST')?.value,
    port: find('PORT')?.value,
    stateDir: find('STATE_DIR')?.value,
  };
}

function unknownNames(
  places: readonly (readonly [Origin, RawSettings])[],
  known: ReadonlySet<string>,
  set: ReadonlyMap<string, Origin>,
): UnknownName[] {
  const found = new Map<string, UnknownName>();
  for (const [origin, values] of places) {
    const shared = origin === 'the environment' || origin === '.env';
    for (const [name, value] of Object.entries(values)) {
      if (known.has(name) || found.has(name) || !isSet(value)) continue;
      const meant = meantSetting(name, known);
      if (shared && (meant === undefined || set.has(meant))) continue;
      found.set(name, { name, origin, meant });
    }
  }
  return [...found.values()];
}

interface Found {
  readonly origin: Origin;
  readonly value: Json;
}

function isSet(value: Json | undefined): value is Json {
  return value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '');
}

/** The secrets that the `key` entries of UPSTREAMS name. Malformed settings name none: the Worker's check reports them. */
function secretNames(upstreams: Json | undefined): string[] {
  const tables: unknown = typeof upstreams === 'string' ? parseJson(upstreams) : upstreams;
  if (!isRecord(tables)) return [];
  return Object.values(tables).flatMap((table) => {
    const { key } = isRecord(table) ? table : {};
    const names: readonly unknown[] = Array.isArray(key) ? key : [key];
    return names.filter((name): name is string => typeof name === 'string' && name !== '');
  });
}
