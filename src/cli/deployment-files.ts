/** The files of a project that deploys what is built already. Pure. */
import { parse } from 'smol-toml';
import { isRecord } from '../worker/http/json/read.ts';

/** Where the built parts stand in such a project. */
export const BUILT_FOLDERS = { worker: 'worker', site: 'site' } as const;

/** The member of package.json by which a later `nexcode init` knows its own project. */
export const MADE_BY = 'nexcode';

const ADDED = `main = "${BUILT_FOLDERS.worker}/index.js"

# The Worker is built: its files are uploaded as they are.
no_bundle = true
base_dir = "${BUILT_FOLDERS.worker}"
rules = [
  { type = "ESModule", globs = ["**/*.js"], fallthrough = true },
  { type = "Data", globs = ["**/*.bin"], fallthrough = true },
]`;

/**
 * wrangler.toml of such a project: this project's own, without its build, with the name of the Worker.
 * @throws {Error} where this project's file is not as it is expected.
 */
export function deploymentToml(own: string, name: string): string {
  const text = own
    .replace(/^name = .*$/m, `name = ${JSON.stringify(name)}`)
    .replace(/^main = .*$/m, () => ADDED)
    .replace(/(?:^#.*\n)*^\[build\]\n(?:.+\n)*\n/m, '')
    .replace(/^(?:minify|keep_names) = .*\n/gm, '')
    .replace(/^directory = .*$/m, `directory = "${BUILT_FOLDERS.site}"`)
    .replace(/^# Settings of one's own stand in[\s\S]*$/m, SETTINGS_NOTE);
  const config = parse(text);
  const assets = config['assets'];
  const isMade =
    config['no_bundle'] === true &&
    config['build'] === undefined &&
    isRecord(assets) &&
    assets['directory'] === BUILT_FOLDERS.site;
  if (!isMade) throw new Error('wrangler.toml of this version of NexCode has not the expected form.');
  return text;
}

const SETTINGS_NOTE = `# Settings that are no secret stand here, for example:
#
# [vars]
# OPENAI_MODEL = "gpt-4.1-mini"
#
# Secrets never do: \`npx wrangler secret put OPENAI_API_KEY\` (and API_TOKEN, KEYS_SECRET). On this machine they stand in
# .dev.vars, which git ignores.
`;

/** package.json: one exact dependency, and what made it. */
export function deploymentManifest(name: string, version: string, wrangler: string): string {
  const manifest = {
    name,
    private: true,
    type: 'module',
    engines: { node: '>=22' },
    scripts: { deploy: 'wrangler deploy', dev: 'wrangler dev' },
    devDependencies: { wrangler },
    [MADE_BY]: version,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** .gitignore: nothing with a secret, nothing that is installed. */
export const DEPLOYMENT_GITIGNORE = `node_modules/
.wrangler/
.dev.vars
.dev.vars.*
!.dev.vars.example
.env
.env.*
`;

/** The name of a Worker: letters, digits and dashes, 63 at most (https://developers.cloudflare.com/workers/wrangler/configuration/). */
export function workerName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'nexcode' : name;
}
