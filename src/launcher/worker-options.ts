/** What wrangler.toml says of the Worker, in Miniflare's form. */
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { WRANGLER_TOML } from './project.ts';
import type { WorkerOptions } from './server.ts';

/** Reads this checkout's wrangler.toml. */
export function projectWorkerOptions(): WorkerOptions {
  return unstable_getMiniflareWorkerOptions(WRANGLER_TOML).workerOptions;
}
