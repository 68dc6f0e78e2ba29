/** How the costs of a curve are read off a process. */

import type { Running } from '../contender.ts';
import { cpuMs } from '../cpu.ts';
import { type Addressee, type Call, load } from '../load.ts';
import { MAIN } from '../modes.ts';

const US_PER_MS = 1000;

/** Enough for the first compilers; each size is warmed up for itself. */
const WARM_UP_CALLS = 300;

/** What the CPU of a process came to while something was done, in us. */
export async function cpuWhile(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = await cpuMs(pid);
  await work();
  return ((await cpuMs(pid)) - before) * US_PER_MS;
}

/** CPU of a call in us, over so many calls. */
export async function cpuPerCall(
  to: Addressee & { readonly pid: number },
  call: Call,
  total: number,
  parallel: number,
): Promise<number> {
  return (await cpuWhile(to.pid, () => load(to, call, total, parallel))) / total;
}

/** The gateway in its main mode, before this upstream and warm, for as long as the work takes. */
export async function withGateway<Value>(
  upstream: string,
  work: (gateway: Running) => Promise<Value>,
  contender = MAIN,
): Promise<Value> {
  const gateway = await contender.start(upstream);
  try {
    await load({ url: gateway.url, form: contender.form }, {}, WARM_UP_CALLS, 16);
    return await work(gateway);
  } finally {
    await gateway.close();
  }
}
