/** Settings of one's own in `wrangler.local.toml`, which git ignores: read by start, dev and deploy, over wrangler.toml. */
import { isRecord } from '../worker/http/json/read.ts';

/** A parsed configuration of wrangler. */
export type RawConfig = Readonly<Record<string, unknown>>;

/** Bindings that wrangler leaves out of an environment which does not name them: the Worker's own, which it needs everywhere. */
const NOT_INHERITED = [
  'ratelimits',
  'durable_objects',
  'kv_namespaces',
  'd1_databases',
  'r2_buckets',
  'queues',
];

/**
 * The configuration that both files come to. What the local one says takes the place of the other's, a setting of `vars`
 * and an environment of `env` each by itself. Environments have the bindings of the project beside their own.
 */
export function mergeConfigs(project: RawConfig, local: RawConfig): RawConfig {
  const merged: Record<string, unknown> = { ...project, ...local };
  if (isRecord(project['vars']) && isRecord(local['vars']))
    merged['vars'] = { ...project['vars'], ...local['vars'] };
  const [environments, own] = [tableOf(project['env']), tableOf(local['env'])];
  const names = Object.keys({ ...environments, ...own });
  if (names.length > 0) {
    const bindings = Object.fromEntries(
      NOT_INHERITED.filter((name) => merged[name] !== undefined).map((name) => [name, merged[name]]),
    );
    merged['env'] = Object.fromEntries(
      names.map((name) => [
        name,
        { ...bindings, ...mergeConfigs(tableOf(environments[name]), tableOf(own[name])) },
      ]),
    );
  }
  return merged;
}

function tableOf(value: unknown): RawConfig {
  return isRecord(value) ? value : {};
}
