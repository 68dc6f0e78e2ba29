/** `npm run deploy`: `wrangler deploy` with `wrangler.local.toml` over wrangler.toml, where there is one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readKnowledge } from '../../scripts/knowledge/read-knowledge.ts';
import { wranglerFile } from './build.ts';
import { mergeConfigs } from './local-config.ts';
import { PROJECT_ROOT } from './project.ts';
import { readConfigFiles } from './sources.ts';

const HELP = `npm run deploy: builds the Worker and deploys it to your Cloudflare account.

Settings in wrangler.local.toml (git ignores it) are deployed over those in wrangler.toml. Whatever wrangler deploy takes
can be said behind --, for example:

  npm run deploy -- --dry-run
  npm run deploy -- --env staging

All of it: npx wrangler deploy --help`;

/** Beside wrangler.toml, since paths in it are relative to it. It holds no secret, and is removed behind the deployment. */
const MERGED = join(PROJECT_ROOT, '.wrangler.merged.json');

const args = process.argv.slice(2);
if (args.includes('--help')) console.log(HELP);
else process.exitCode = await deploy();

async function deploy(): Promise<number> {
  try {
    // Wrangler shows a mistake in there under a hundred lines of its own.
    await readKnowledge(PROJECT_ROOT);
    const { project, local } = readConfigFiles();
    if (local === undefined) return await wrangler(args);
    await writeFile(MERGED, JSON.stringify(mergeConfigs(project, local), null, 2));
    return await wrangler(['--config', MERGED, ...args]);
  } catch (error) {
    console.error(`Nothing was deployed.\n  ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    await rm(MERGED, { force: true });
  }
}

async function wrangler(more: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [wranglerFile(), 'deploy', ...more], {
    cwd: PROJECT_ROOT,
    stdio: 'inherit',
  });
  // Ctrl-C reaches wrangler too, which ends by itself; the merged file is removed then.
  process.on('SIGINT', () => undefined);
  const [code] = await once(child, 'close');
  return typeof code === 'number' ? code : 1;
}
