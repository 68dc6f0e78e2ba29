/** The gateway in bare workerd over its kills (SIGKILL), each of which loses whatever was only in memory. */
import type { Json } from 'miniflare';
import { startWorkerd, type Workerd, type WorkerdOptions } from '../test/support/workerd.ts';

/** What was asked for just before something was there again may still fail, in milliseconds. */
const GRACE_MS = 100;

/** One gateway with its state, in one process after the other. */
export class MortalServer {
  readonly #settings: Readonly<Record<string, Json>>;
  readonly #options: WorkerdOptions;
  /** Until when something was dead, in milliseconds; the last one may be so still. */
  readonly #deaths: { to: number }[] = [];
  #process: Workerd | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(settings: Readonly<Record<string, Json>>, options: WorkerdOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  /** The process that runs now. Throws before `start`. */
  get process(): Workerd {
    if (this.#process === undefined) throw new Error('The server was not started.');
    return this.#process;
  }

  /** Resolves when the server is there, at once unless it was just killed. */
  get running(): Promise<void> {
    return this.#running;
  }

  async start(): Promise<void> {
    this.#process = await startWorkerd(this.#settings, this.#options);
  }

  async close(): Promise<void> {
    await this.#process?.close();
  }

  /** Kills the process and starts another one on the same state. */
  async kill(): Promise<void> {
    const again = Promise.withResolvers<void>();
    this.#running = again.promise;
    const ended = this.beginDeath();
    await this.close();
    await this.start();
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
}
