/** A server that is a process of its own: started, waited for, and ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../stress/message-of.ts';
import type { Running } from '../contender.ts';

/** LiteLLM's proxy needs eight seconds on an idle machine. */
const START_TIMEOUT_MS = 120_000;
const RETRY_MS = 20;

/** What to run, given the folder that it may write into and the port that it is to listen at. */
export interface ServerPlan {
  readonly command: readonly [program: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Written before the start, by path inside the folder. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Starts a server and waits until it answers over HTTP, whatever it says. Throws what it printed if it ends before. */
export async function startServer(plan: (folder: string, port: number) => ServerPlan): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-rival-'));
  const port = await freePort();
  const { command, env, files = {} } = plan(folder, port);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    // Nothing of this machine's own settings or keys.
    env: { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-4000);
    });
  }
  const ended = once(child, 'exit');
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    const over = ended.then(() => Promise.reject(new Error('It ended.')));
    await Promise.race([answering(url), over]);
  } catch (cause) {
    await close();
    throw new Error(`${program} does not answer (${messageOf(cause)}): ${printed}`, { cause });
  }
  if (child.pid === undefined) throw new Error(`${program} could not be spawned.`);
  return { url, pid: child.pid, close };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answering(url: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await (await fetch(url)).arrayBuffer();
      return;
    } catch (cause) {
      if (performance.now() > deadline) throw new Error('It was waited for long enough.', { cause });
      await delay(RETRY_MS);
    }
  }
}
