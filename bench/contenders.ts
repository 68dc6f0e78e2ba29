/** Who is measured: each a workerd process of its own before the same upstream. */
import type { WorkerModule } from '../src/launcher/build.ts';
import { startModules, startWorkerd, type Workerd } from '../test/support/workerd.ts';

/** The token that every measured request carries; the contenders that check it know it. */
export const TOKEN = 'the-token-of-the-measurements';

/** One thing to measure. The first is the base line. */
export interface Contender {
  readonly name: string;
  readonly start: (upstream: string) => Promise<Workerd>;
}

/** The least a Worker can do: no decision, no check, no look at the answer. */
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

export const CONTENDERS: readonly [baseline: Contender, ...Contender[]] = [
  { name: 'bare', start: (upstream) => startModules(BARE, { UPSTREAM: upstream }) },
  {
    name: 'NexCode',
    start: (upstream) =>
      startWorkerd({
        OPENAI_API_BASE: `${upstream}/v1`,
        OPENAI_API_KEY: 'sk-of-the-server',
        API_TOKEN: TOKEN,
        REQUIRE_AUTH: 'true',
      }),
  },
];
