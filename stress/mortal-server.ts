/** The gateway in bare workerd over its kills (SIGKILL), each of which loses whatever was only in memory. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from 'miniflare';
import { startWorkerd, type Workerd, type WorkerdOptions } from '../test/support/workerd.ts';

/** What was asked for just before something was there again may still fail, in milliseconds. */
const GRACE_MS = 100;

/** What a request may have beside its path. */
export interface AskParts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
  readonly signal?: AbortSignal;
}

/** Starts one process after the other, each with these settings. */
type Start = (stateFolder: string) => Promise<Workerd>;

/** One gateway with its state, in one process after the other. */
export class MortalServer implements AsyncDisposable {
  readonly #start: Start;
  readonly #stateFolder: string;
  /** Until when something was dead, in milliseconds; the last one may be so still. */
  readonly #deaths: { to: number }[] = [];
  #process: Workerd;
  #running: Promise<void> = Promise.resolve();

  private constructor(start: Start, stateFolder: string, process: Workerd) {
    this.#start = start;
    this.#stateFolder = stateFolder;
    this.#process = process;
  }

  /** Starts the first process, with a state of its own. */
  static async start(
    settings: Readonly<Record<string, Json>>,
    options: Omit<WorkerdOptions, 'stateFolder'> = {},
  ): Promise<MortalServer> {
    const folder = await mkdtemp(join(tmpdir(), 'nexcode-mortal-'));
    const start: Start = (stateFolder) => startWorkerd(settings, { ...options, stateFolder });
    try {
      return new MortalServer(start, folder, await start(folder));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The process that runs now. */
  get process(): Workerd {
    return this.#process;
  }

  /** Resolves when the server is there, at once unless it was just killed. */
  get running(): Promise<void> {
    return this.#running;
  }

  /** Asks the process that runs now: by POST where there is a body, unless `method` says otherwise. */
  ask(path: string, { method, headers = {}, body, signal }: AskParts = {}): Promise<Response> {
    return fetch(`${this.#process.url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers,
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
  }

  /** Kills the process and starts another one on the same state. */
  async kill(): Promise<void> {
    const again = Promise.withResolvers<void>();
    this.#running = again.promise;
    const ended = this.beginDeath();
    await this.#process.close();
    this.#process = await this.#start(this.#stateFolder);
    ended();
    again.resolve();
  }

  /** Something of the server is dead from now on. @returns what says that it is there again. */
  beginDeath(): () => void {
    const death = { to: Number.POSITIVE_INFINITY };
    this.#deaths.push(death);
    return () => {
      death.to = performance.now();
    };
  }

  /** Whether something was dead since then (`performance.now()`), or just before. */
  wasKilled(since: number): boolean {
    return this.#deaths.some(({ to }) => to >= since - GRACE_MS);
  }

  /** Ends the process, and removes its state. What fails from now on is no kill's work. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#deaths.length = 0;
    await this.#process.close();
    await rm(this.#stateFolder, { recursive: true, force: true });
  }
}
