/** How long a start takes: of the Worker alone, of `npm start`, and of the installed package. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Checkout, copyProject } from '../../test/support/checkout.ts';
import { installPackage } from '../../test/support/installed-package.ts';
import type { Contender } from '../contender.ts';
import { cpuMs } from '../cpu.ts';
import { FLOOR_CONTENDERS } from '../floors.ts';
import { load } from '../load.ts';
import { MAIN } from '../modes.ts';
import { median } from '../statistics.ts';

/** What a cold start of a Worker came to, medians. */
export interface WorkerStart {
  readonly contender: string;
  /** From nothing to the first answer. */
  readonly ms: number;
  /** CPU of the process until then. */
  readonly cpuMs: number;
  /** CPU of the second answer, for comparison. */
  readonly secondMs: number;
}

/** One start of a whole server, until it has answered, in ms. */
export interface ServerStart {
  readonly what:
    | 'npm start, the first time'
    | 'npm start, again'
    | 'nexcode serve, the first time'
    | 'nexcode serve, again';
  readonly ms: number;
}

/** Starts of the bare Worker, the least relay and the gateway in bare workerd. */
export async function workerStarts(upstream: string, rounds: number): Promise<WorkerStart[]> {
  const contenders: readonly Contender[] = [FLOOR_CONTENDERS.bare, FLOOR_CONTENDERS.least, MAIN];
  const seen = contenders.map((): { ms: number; cpu: number; second: number }[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { start, form }] of contenders.entries()) {
      const begin = performance.now();
      const running = await start(upstream);
      try {
        const to = { url: running.url, form };
        await load(to, {}, 1, 1);
        const ms = performance.now() - begin;
        const cpu = await cpuMs(running.pid);
        await load(to, {}, 1, 1);
        seen[index]?.push({ ms, cpu, second: (await cpuMs(running.pid)) - cpu });
      } finally {
        await running.close();
      }
    }
  }
  return contenders.map(({ name }, index) => {
    const all = seen[index] ?? [];
    return {
      contender: name,
      ms: median(all.map(({ ms }) => ms)),
      cpuMs: median(all.map(({ cpu }) => cpu)),
      secondMs: median(all.map(({ second }) => second)),
    };
  });
}

/** Starts of a fresh copy of the project and of the installed package, each twice: the second finds what the first has left. */
export async function serverStarts(): Promise<ServerStart[]> {
  const starts: ServerStart[] = [];
  {
    await using project = await copyProject();
    for (const what of ['npm start, the first time', 'npm start, again'] as const)
      starts.push({ what, ms: await timeOf(project, 'npm', ['start']) });
  }
  await using installed = await installPackage();
  for (const what of ['nexcode serve, the first time', 'nexcode serve, again'] as const) {
    const settings = { HOME: installed.place.folder };
    const args = [installed.program, 'serve'];
    starts.push({ what, ms: await timeOf(installed.checkout, process.execPath, args, settings) });
  }
  return starts;
}

async function timeOf(
  checkout: Checkout,
  program: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<number> {
  const begin = performance.now();
  await using command = checkout.run(program, args, { PORT: '0', ...settings });
  const page = await command.serves();
  await answered(new URL('/health', page).href);
  const ms = performance.now() - begin;
  command.signal('SIGINT', 'group');
  await command.ended;
  return ms;
}

async function answered(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer !== undefined) return;
    await wait(5);
  }
}
