/** Settings of one's own in `wrangler.local.toml`, which git ignores: read by start, dev and deploy, over wrangler.toml. */

/** A parsed configuration of wrangler. */
export type RawConfig = Readonly<Record<string, unknown>>;

/**
 * The configuration that both files come to. What the local one says takes the place of the other's, a setting of `vars`
 * and an environment of `env` each by itself.
 */
export function mergeConfigs(project: RawConfig, local: RawConfig): RawConfig {
  const merged: Record<string, unknown> = { ...project, ...local };
  if (isTable(project['vars']) && isTable(local['vars']))
    merged['vars'] = { ...project['vars'], ...local['vars'] };
  const [environments, own] = [project['env'], local['env']];
  if (isTable(environments) && isTable(own)) {
    const names = Object.keys({ ...environments, ...own });
    merged['env'] = Object.fromEntries(
      names.map((name) => [name, mergeConfigs(tableOf(environments[name]), tableOf(own[name]))]),
    );
  }
  return merged;
}

function tableOf(value: unknown): RawConfig {
  return isTable(value) ? value : {};
}

function isTable(value: unknown): value is RawConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
