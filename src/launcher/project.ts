/** The places and the quiet environment that every command of the project shares. */
import { join, resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

/** The folder of wrangler.toml and package.json. */
export const PROJECT_ROOT = resolve(import.meta.dirname, '../..');

/** The configuration of the Worker, for Cloudflare and for this machine. */
export const WRANGLER_TOML = join(PROJECT_ROOT, 'wrangler.toml');

/** The operator's own configuration, which git ignores; there may be none. */
export const WRANGLER_LOCAL_TOML = join(PROJECT_ROOT, 'wrangler.local.toml');

/** Keeps wrangler offline and to itself: no banner with its update check, no metrics, error reports, log files or location data. */
export const OFFLINE_ENVIRONMENT = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  X_LOCAL_EXPLORER: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
} as const;

/** Set in the environment of `[build] command`: a mistake in the knowledge is printed, and does not fail the build. */
export const KEEPS_LAST_BUILD = 'NEXCODE_KEEPS_LAST_BUILD';

/** The version of this checkout. */
export const PROJECT_VERSION: string = manifest.version;
