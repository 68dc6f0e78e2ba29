/**
 * `npm run dev`: what `wrangler dev` runs, with the settings of `npm start`. The Worker and the page's files are
 * reloaded when they change; changed settings need a new start. It runs in this process, so that no secret stands on
 * a command line or in a temporary file.
 */
import { unstable_startWorker } from 'wrangler';
import { readKnowledge } from '../../scripts/knowledge/read-knowledge.ts';
import { announce } from './announce.ts';
import { runCommand, type Serve } from './command.ts';
import { launcherWords, ownLanguage } from './locale.ts';
import type { Plan } from './plan.ts';
import { KEEPS_LAST_BUILD, PROJECT_ROOT, WRANGLER_TOML } from './project.ts';
import { askServedModels } from './served-models.ts';
import { readSources } from './sources.ts';
import { PROJECT_STATE, prepareState } from './state.ts';
import { ownSignals } from './stopping.ts';

const serve: Serve = async (plan, stop) => {
  const { host, port } = plan.address;
  // Wrangler shows a mistake in there under a hundred lines of its own.
  await readKnowledge(PROJECT_ROOT);
  const served = askServedModels(plan, stop.signal);
  // `wrangler dev` keeps the objects in a folder of its own; the secret is the same, so keys fit their tags in both.
  const state = prepareState(plan, PROJECT_STATE, launcherWords(ownLanguage()));
  const worker = await unstable_startWorker({
    config: WRANGLER_TOML,
    bindings: devBindings({ ...plan, bindings: { ...plan.bindings, ...state.bindings } }),
    dev: { server: { hostname: host, port }, watch: true, inspector: false },
  });
  // From now on a mistake in there keeps what was built before.
  process.env[KEEPS_LAST_BUILD] = 'true';
  try {
    const url = await Promise.race([worker.url, stop.promise]);
    ownSignals();
    if (url) announce(plan, { host, port: Number(url.port || 80) }, served, state);
    await stop.promise;
  } finally {
    await worker.dispose();
  }
};

await runCommand({ serve, readSources });

/** Wrangler prints the bindings it was given: whatever may be secret goes as a secret, which it prints as hidden. */
function devBindings({ bindings, merged }: Plan) {
  return Object.fromEntries(
    Object.entries(bindings).map(([name, value]) => {
      if (typeof value !== 'string') return [name, { type: 'json' as const, value }];
      const origin = merged.origins.get(name);
      const hidden =
        name === 'KEYS_SECRET' ||
        merged.secrets.has(name) ||
        (origin !== undefined && origin !== 'the environment' && origin !== 'wrangler.toml');
      return [name, { type: hidden ? ('secret_text' as const) : ('plain_text' as const), value }];
    }),
  );
}
