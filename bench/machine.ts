/** The machine and the versions that stand behind a figure. */
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { workerdVersion } from '../test/support/workerd.ts';
import type { Machine } from './result.ts';

/** What is to be known of them now: asked before the measurements, the load is that of all else. */
export function machineFacts(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release().split('.').slice(0, 2).join('.')}`,
    node: process.versions.node,
    workerd: workerdVersion(),
    load: (loadavg()[0] ?? 0).toFixed(1),
  };
}
