/** The two floors that everything is measured beside. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkerModule } from '../src/launcher/build.ts';
import { startModules } from '../test/support/workerd.ts';
import { type Contender, chatForm } from './contender.ts';
import type { Floor } from './result.ts';

/** No decision, no check, no look at the answer. */
const BARE: readonly WorkerModule[] = [
  {
    name: 'index.js',
    type: 'ESModule',
    contents: Buffer.from(`export default {
      fetch(request, env) {
        const url = new URL(request.url);
        return fetch(env.UPSTREAM + url.pathname + url.search, request);
      },
    };`),
  },
];

/** What the figures stand beside: see `least-relay.js` for the second. */
export const FLOOR_CONTENDERS: Readonly<Record<Floor, Contender>> = {
  bare: {
    name: 'bare Worker',
    start: (upstream) => startModules(BARE, { UPSTREAM: upstream }),
    form: chatForm(),
    streams: true,
  },
  least: {
    name: 'least relay',
    start: async (upstream) => {
      const contents = await readFile(join(import.meta.dirname, 'least-relay.js'));
      const settings = { UPSTREAM: upstream, AUTHORIZATION: 'Bearer sk-of-the-server' };
      return startModules([{ name: 'index.js', type: 'ESModule', contents }], settings);
    },
    form: chatForm(),
    streams: true,
  },
};
