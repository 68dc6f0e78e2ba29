/** The machine's own curl, as somebody types it. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { CLIENT_KEY } from './surface.ts';

/** The options that send a key, and those that send the JSON that follows them. */
export const KEY = ['--header', `authorization: Bearer ${CLIENT_KEY}`] as const;
export const JSON_BODY = ['--header', 'content-type: application/json', '--data-binary'] as const;

/** How a run of curl ended. */
export interface CurlResult {
  /** curl's exit code: 22 is an error status under `--fail`, 18 a body that was cut. Null where a signal ended it. */
  readonly code: number | null;
  /** What it wrote, byte for byte. */
  readonly output: Buffer;
  readonly complaint: string;
}

/** A run under way. */
export interface Curl {
  readonly output: Readable;
  /** Ctrl-C. */
  interrupt(): void;
  readonly ended: Promise<{ readonly code: number | null; readonly complaint: string }>;
}

/** Runs curl to its end, silent but for errors. Throws where the machine has no curl. */
export async function curl(...options: readonly string[]): Promise<CurlResult> {
  const running = startCurl(...options);
  const output = buffer(running.output);
  const { code, complaint } = await running.ended;
  return { code, complaint, output: await output };
}

/** Starts curl and leaves its output to be read as it comes. */
export function startCurl(...options: readonly string[]): Curl {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    'curl',
    ['--disable', '--silent', '--show-error', ...options],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], no_proxy: '*' } },
  );
  const complaint = text(child.stderr);
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Error('These tests run curl, and it is not on this machine’s PATH.', { cause })),
    );
    child.once('close', resolve);
  });
  return {
    output: child.stdout,
    interrupt: () => child.kill('SIGINT'),
    ended: closed.then(async (code) => ({ code, complaint: await complaint })),
  };
}

/** A folder of a test's own. */
export async function temporaryFolder(): Promise<AsyncDisposable & { file(name: string): string }> {
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-curl-'));
  return {
    file: (name) => join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
