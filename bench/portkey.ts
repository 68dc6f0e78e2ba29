/**
 * Portkey's gateway in the same workerd. It is no part of this project: whoever wants it measured builds it for Workers
 * somewhere else and names the folder with its `index.js`.
 */
import { loadWorker } from '../src/launcher/build.ts';
import { startModules } from '../test/support/workerd.ts';
import { type Contender, chatForm } from './contenders.ts';

export const PORTKEY = 'Portkey gateway';

/** The contender that stands in this folder. It learns its upstream from headers of each request. */
export async function portkey(folder: string): Promise<(upstream: string) => Contender> {
  const modules = await loadWorker(folder);
  return (upstream) => ({
    name: PORTKEY,
    start: () => startModules(modules, {}),
    form: chatForm({ 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream}/v1` }),
    streams: true,
  });
}
