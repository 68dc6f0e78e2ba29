/** The command `nexcode` as a person or a script calls it: in pipes, or at a terminal of its own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import { within } from '../../src/worker/stream/within.ts';

/** What `bin` of package.json names. */
export const NEXCODE = join(PROJECT_ROOT, 'src/cli/nexcode.js');

/** A terminal that has not shown something by then never will; its text then says why. */
const LIMIT_MS = 30_000;

/** What a command came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command at a terminal. */
export interface TerminalCommand extends AsyncDisposable {
  /** All that the terminal has shown so far, escape sequences included. */
  readonly shown: string;
  /** Resolves when the terminal has shown the text behind what the last call waited for. */
  shows(text: string): Promise<void>;
  type(text: string): void;
  readonly ended: Promise<number>;
}

/** A person's home: a folder with nothing in it, and an environment with nothing but what a shell sets. */
export interface Home extends AsyncDisposable {
  readonly folder: string;
  run(
    args: readonly string[],
    options?: { readonly environment?: Environment; readonly stdin?: string | Buffer | null },
  ): Promise<Outcome>;
  terminal(args: readonly string[], environment?: Environment): TerminalCommand;
}

type Environment = Readonly<Record<string, string>>;

/** Makes a home. Standard input leads nowhere unless it is given. */
export async function makeHome(program = NEXCODE): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-home-'));
  const base = { PATH: process.env['PATH'] ?? '', HOME: folder, LANG: 'en_US.UTF-8', TERM: 'xterm-256color' };
  const open: TerminalCommand[] = [];
  return {
    folder,
    run: async (args, { environment = {}, stdin = null } = {}) => {
      const child = spawn(process.execPath, [program, ...args], {
        cwd: folder,
        env: { ...base, ...environment },
        stdio: [stdin === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      });
      if (stdin !== null) child.stdin?.end(stdin);
      const said = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name]?.setEncoding('utf8').on('data', (text: string) => {
          said[name] += text;
        });
      }
      const [code] = await once(child, 'close');
      return { code: Number(code), ...said };
    },
    terminal: (args, environment = {}) => {
      const command = atTerminal(program, args, folder, { ...base, ...environment });
      open.push(command);
      return command;
    },
    [Symbol.asyncDispose]: async () => {
      for (const command of open) await command[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `script` of util-linux gives the command a terminal, and passes on its exit code. */
function atTerminal(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Environment,
): TerminalCommand {
  // The shell that `script` starts would die of a Ctrl-C itself.
  const line = ['exec', process.execPath, program, ...args]
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(' ');
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(
    'script',
    ['-qfec', line, '/dev/null'],
    {
      cwd,
      env: { ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    },
  );
  let shown = '';
  let seen = 0;
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    for (const watch of watchers) watch();
  });
  const ended = once(child, 'close').then(([code]) => Number(code ?? -1));
  return {
    get shown() {
      return shown;
    },
    ended,
    type: (text) => void child.stdin.write(text),
    shows: async (text) => {
      const found = Promise.withResolvers<'found'>();
      const watch = () => {
        const at = shown.indexOf(text, seen);
        if (at < 0) return;
        seen = at + text.length;
        found.resolve('found');
      };
      watchers.add(watch);
      watch();
      const result = await within(Promise.race([found.promise, ended]), LIMIT_MS, 'late');
      watchers.delete(watch);
      if (result !== 'found') throw new Error(`The terminal has not shown "${text}":\n${shown}`);
    },
    [Symbol.asyncDispose]: async () => {
      const isOver = child.exitCode !== null || child.signalCode !== null;
      if (!isOver && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}
