/** The official clients for Python, in a process of their own that takes a job a line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import type { Client } from './clients.ts';
import { type Job, type Outcome, outcome } from './outcome.ts';

const WORKER = join(PROJECT_ROOT, 'stress/direct/python_worker.py');

const result = z.object({ id: z.number(), outcome: z.preprocess(withoutNulls, outcome) });

/** Python says None where JavaScript has no member. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

/** The running process. */
export interface PythonClients extends AsyncDisposable {
  readonly clients: readonly Client[];
}

/** Starts it. @throws what Python printed where it does not start. */
export async function startPythonClients(interpreter: string): Promise<PythonClients> {
  const { PATH, HOME } = process.env;
  const child = spawn(interpreter, ['-B', WORKER], {
    env: { PATH, HOME, no_proxy: '*' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const waiting = new Map<number, { resolve: (value: Outcome) => void; reject: (reason: Error) => void }>();
  const lines = createInterface(child.stdout);
  const ended = once(child, 'close').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`Python ended: ${complaint}`));
  });
  await Promise.race([once(lines, 'line'), ended.then(() => Promise.reject(new Error(complaint)))]);
  lines.on('line', (line) => {
    const { id, outcome: came } = result.parse(JSON.parse(line));
    waiting.get(id)?.resolve(came);
    waiting.delete(id);
  });
  let count = 0;
  const ask = (job: Job) => {
    const id = count++;
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    waiting.set(id, { resolve, reject });
    child.stdin.write(`${JSON.stringify({ id, ...job })}\n`);
    return promise;
  };
  return {
    clients: [
      { name: 'openai (Python)', apis: ['chat', 'responses', 'text'], ask },
      { name: 'LangChain (Python)', apis: ['chat', 'responses'], ask },
    ],
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
