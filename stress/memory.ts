/** What a workerd process holds: what its Worker can still reach, and what the system has given it (Linux). */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { openInspector } from './inspector.ts';

/** A process whose memory is looked at, started with its inspector. */
export interface Watched {
  readonly url: string;
  readonly pid: number;
  readonly inspector?: string;
}

/** One look, in bytes. */
export interface Memory {
  /** What survives a full collection: reachable objects, and what they hold outside the heap. A leak shows here. */
  readonly live: number;
  /**
   * The pages that the process has after the collection: what no collector knows of, too, and what the allocator keeps
   * for later.
   */
  readonly resident: number;
  /** The same before the collection, with the garbage that V8 had not thought worth a collection yet. */
  readonly uncollected: number;
}

const heapUsage = z.looseObject({
  usedSize: z.number(),
  embedderHeapUsedSize: z.number(),
  backingStorageSize: z.number(),
});

/**
 * Collects all garbage and looks what is left. Nothing else may be under way, or it counts as reachable. The inspector
 * is connected only meanwhile: it holds on to what it has shown.
 */
export async function memoryOf({ url, pid, inspector: at }: Watched): Promise<Memory> {
  if (at === undefined) throw new Error('This workerd was started without its inspector.');
  const uncollected = await residentBytes(pid);
  await using inspector = await openInspector(at);
  // What the first collection finalises, only the second can free.
  for (let time = 0; time < 2; time += 1) {
    const collected = inspector.ask('HeapProfiler.collectGarbage');
    // Awaited below; should one of the next two fail, that is what is told.
    collected.catch(() => undefined);
    // V8 collects in a task of its own, and workerd runs an isolate's tasks only while it serves a request. An answer
    // to a later command says that the task is there.
    await inspector.ask('Runtime.getHeapUsage');
    await (await fetch(`${url}/health`)).text();
    await collected;
  }
  const heap = heapUsage.parse(await inspector.ask('Runtime.getHeapUsage'));
  const live = heap.usedSize + heap.embedderHeapUsedSize + heap.backingStorageSize;
  return { live, resident: await residentBytes(pid), uncollected };
}

/** The figures of a look for people, live memory in KiB and the rest in MiB. */
export function memoryText({ live, resident, uncollected }: Memory): string {
  return `live ${(live / 1024).toFixed(0)} KiB, resident ${mebibytes(resident)} MiB (${mebibytes(uncollected)} MiB before the collection)`;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

/** The resident memory (proc(5), `/proc/PID/status`, which gives KiB). */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status does not tell VmRSS.`);
  return Number(kibibytes) * 1024;
}
