/** CPU time of a whole process, every thread and the kernel's work for it included (Linux). */
import { readFile } from 'node:fs/promises';

/** The kernel's unit for these figures, fixed for user space on every architecture that workerd runs on. */
const MS_PER_TICK = 10;

/** User and system time in milliseconds, to 10 ms (proc(5), `/proc/PID/stat`, fields 14 and 15). */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
