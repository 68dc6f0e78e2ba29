/** A copy of the project in a folder of its own, as somebody who has just installed it: real commands run in it. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import { SETTING_NAMES } from '../../src/worker/config/settings.ts';

/** What a start needs. */
const COPIED = [
  'src',
  'scripts',
  'docs',
  'knowledge',
  'public',
  'package.json',
  '.npmrc',
  'wrangler.toml',
  'tsconfig.json',
];

/** A copied project. */
export interface Checkout extends AsyncDisposable {
  readonly folder: string;
  /** Runs a command in it, with these settings and none of this process's own. */
  run(command: string, args: readonly string[], settings?: Readonly<Record<string, string>>): Command;
  /** Runs a command line behind a terminal of its own (`script` of util-linux), where Ctrl-C can be pressed. */
  runInTerminal(line: string, settings?: Readonly<Record<string, string>>): Command;
  /** The processes that run in the folder now; on Linux only. */
  processes(): Promise<readonly number[]>;
}

/** A running command. */
export interface Command extends AsyncDisposable {
  readonly pid: number;
  /** What it has printed so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves once standard output contains the text; throws if the command ends before. */
  prints(text: string): Promise<void>;
  /** Resolves with the address of the page once a start has printed that it runs; throws if the command ends before. */
  serves(): Promise<string>;
  /** Resolves when the command and everything it started have ended: exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Sends a signal to the command, or to it and everything it started, as a terminal does. */
  signal(name: NodeJS.Signals, to?: 'command' | 'group'): void;
  /** Types at the terminal of a command that has one. */
  type(text: string): void;
}

/**
 * Copies the project; the installed packages are shared.
 * @param more further files and folders of the project, beside what a start needs.
 */
export async function copyProject(...more: readonly string[]): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-checkout-'));
  for (const name of [...COPIED, ...more])
    await cp(join(PROJECT_ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(PROJECT_ROOT, 'node_modules'), join(folder, 'node_modules'));
  const commands: Command[] = [];
  return {
    folder,
    run: (command, args, settings = {}) => {
      const running = start(folder, command, args, settings);
      commands.push(running);
      return running;
    },
    runInTerminal: (line, settings = {}) => {
      const running = start(folder, 'script', ['-qfec', line, '/dev/null'], settings);
      commands.push(running);
      return running;
    },
    processes: () => processesIn(folder),
    [Symbol.asyncDispose]: async () => {
      for (const command of commands) await command[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Ends every line of every text file with CRLF, as a ZIP or an editor on Windows may. A file with a NUL is binary, as for git; what a shell runs keeps LF, for no system with such files has that shell. */
export async function writeCrlf(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || entry.name.endsWith('.sh')) continue;
    const bytes = await readFile(path);
    if (!bytes.includes(0)) await writeFile(path, bytes.toString().replace(/\r?\n/g, '\r\n'));
  }
}

function start(
  folder: string,
  command: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Command {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !(SETTING_NAMES as readonly string[]).includes(name) &&
      !['HOST', 'PORT'].includes(name) &&
      !name.startsWith('npm_'),
  );
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(command, args, {
    cwd: folder,
    // The language of whoever runs the tests is not that of what they expect.
    env: { ...Object.fromEntries(inherited), LC_ALL: 'en_US.UTF-8', ...settings },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const printed = { stdout: '', stderr: '' };
  const onPrint = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      for (const look of onPrint) look();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started.`);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const signal: Command['signal'] = (name, to = 'command') => {
    if (!over) process.kill(to === 'group' ? -pid : pid, name);
  };
  const prints: Command['prints'] = async (text) => {
    const seen = new Promise<'seen'>((resolve) => {
      const look = () => printed.stdout.includes(text) && resolve('seen');
      onPrint.add(look);
      look();
    });
    if ((await Promise.race([seen, ended])) === 'seen') return;
    throw new Error(`The command ended without printing "${text}":\n${printed.stdout}\n${printed.stderr}`);
  };
  return {
    pid,
    get stdout() {
      return printed.stdout;
    },
    get stderr() {
      return printed.stderr;
    },
    prints,
    serves: async () => {
      await prints('Ctrl-C stops it.');
      return /Page\s+(\S+)/.exec(printed.stdout)?.[1] ?? '';
    },
    ended,
    signal,
    type: (text) => child.stdin.write(text),
    [Symbol.asyncDispose]: async () => {
      signal('SIGKILL', 'group');
      await ended;
    },
  };
}

async function processesIn(folder: string): Promise<number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // One that has ended meanwhile, or is another user's, has no folder to be read.
  const folders = await Promise.all(all.map((id) => readlink(`/proc/${id}/cwd`).catch(() => '')));
  return all.filter((_, index) => folders[index] === folder).map(Number);
}
