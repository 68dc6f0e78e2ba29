/** The memory of a process (Linux). */
import { readFile } from 'node:fs/promises';

/** The resident memory in MiB (proc(5), `/proc/PID/status`, which gives KiB). */
export async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status does not tell VmRSS.`);
  return Number(kibibytes) / 1024;
}
