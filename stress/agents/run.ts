/** One agent in one scenario: a folder of its own, its process, and what came of it. */
import { execFile, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { Script, Upstream } from '../../test/support/upstream.ts';
import type { Agent, Seat } from './agent.ts';
import { FILE, TASK } from './model.ts';

const run = promisify(execFile);

/** An agent that has not ended by then is stopped: some retry for very long. */
const LIMIT_MS = 60_000;

/** What an agent is to do, where that is more than to write the file. */
export interface Job {
  /** The model's name: some agents offer each model other tools. */
  readonly model?: string;
  /** Files that stand in the folder to work in. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Those of them that are shown with the task. */
  readonly pictures?: readonly string[];
  /** When it is stopped, in milliseconds. */
  readonly limitMs?: number;
}

/** What came of a run. */
export interface Result {
  /** The exit code; null where the run was stopped. */
  readonly code: number | null;
  /** Whether the file has what the task asks for. */
  readonly done: boolean;
  /** How often the model was asked. */
  readonly asked: number;
  /** What the agent printed, both streams. */
  readonly output: string;
}

/** Where an agent is installed: outside the project, one folder for each version. */
export function placeOf({ name, version }: Agent, root: string): string {
  return join(root, `${name.toLowerCase().replaceAll(' ', '-')}-${version}`);
}

/** Installs an agent, unless it is there. @throws what the installer printed. */
export async function install(agent: Agent, root: string): Promise<string> {
  const place = placeOf(agent, root);
  const complete = join(place, 'complete');
  if (await exists(complete)) return place;
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  if (agent.npm !== undefined) {
    await writeFile(join(place, 'package.json'), '{"private":true}');
    await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...agent.npm], {
      cwd: place,
    });
  }
  if (agent.pip !== undefined) {
    await run('python3', ['-m', 'venv', place]);
    await run(join(place, 'bin/python'), ['-m', 'pip', 'install', '--quiet', ...agent.pip]);
  }
  await writeFile(complete, '');
  return place;
}

/** Lets an agent work on the task before an upstream that does as the script says. */
export async function meet(
  agent: Agent,
  script: Script,
  base: string,
  upstream: Upstream,
  installed: string,
  { model = 'gpt-4.1-mini', files = {}, pictures = [], limitMs = LIMIT_MS }: Job = {},
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-agent-'));
  try {
    const seat: Seat = {
      base,
      key: 'sk-client-Jb9-of-somebody',
      model,
      work: join(folder, 'work'),
      home: join(folder, 'home'),
      installed,
    };
    for (const one of [seat.work, seat.home]) await mkdir(one);
    await run('git', ['init', '--quiet'], { cwd: seat.work });
    for (const [path, content] of Object.entries(agent.files?.(seat) ?? {})) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
    for (const [path, content] of Object.entries(files)) await writeFile(join(seat.work, path), content);
    const before = upstream.exchanges.length;
    upstream.always(script);
    const { code, output } = await work(
      agent.command(seat, TASK, pictures),
      agent.env?.(seat),
      seat,
      limitMs,
    );
    const asked = upstream.exchanges.slice(before).filter(({ request }) => request.method === 'POST').length;
    const written = await readFile(join(seat.work, FILE), 'utf8').catch(() => '');
    return { code, done: written.trim() === 'hello', asked, output };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function work(
  [program, ...args]: ReturnType<Agent['command']>,
  env: Readonly<Record<string, string>> | undefined,
  seat: Seat,
  limitMs: number,
): Promise<Pick<Result, 'code' | 'output'>> {
  const child = spawn(program, args, {
    cwd: seat.work,
    // Nothing of this machine's own settings or keys, and nothing but this machine to talk to.
    env: {
      PATH: process.env['PATH'],
      HOME: seat.home,
      XDG_CONFIG_HOME: join(seat.home, '.config'),
      XDG_DATA_HOME: join(seat.home, '.local/share'),
      TERM: 'dumb',
      NO_COLOR: '1',
      CI: '1',
      no_proxy: '127.0.0.1,localhost',
      NO_PROXY: '127.0.0.1,localhost',
      https_proxy: 'http://127.0.0.1:9',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it started is stopped with it.
    detached: true,
  });
  const stop = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(stop, limitMs);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(timer);
  return { code, output: (await output).join('\n') };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
