/** CPU time of a whole process, every thread and the kernel's work for it included (Linux). */
import { readdir, readFile } from 'node:fs/promises';

const NS_PER_MS = 1_000_000;

/**
 * The time that its living threads have run, in milliseconds, to the nanosecond (`/proc/PID/task/TID/schedstat`, first
 * field; Documentation/scheduler/sched-stats.rst of the kernel). The ticks of `/proc/PID/stat` are ten milliseconds each,
 * which is as much as some measurements come to. What is measured here ends none of its threads.
 */
export async function cpuMs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(
    threads.map(async (thread) => {
      const [ran] = (await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')).split(' ');
      return Number(ran) / NS_PER_MS;
    }),
  );
  return times.reduce((sum, ms) => sum + ms, 0);
}
