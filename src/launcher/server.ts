/** The local server: the built Worker and the page's files under Miniflare. `npm start` and the tests use this one. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { convertV4MiniflareOptions, type Json, Log, LogLevel, Miniflare } from 'miniflare';
import type { SourcelessWorkerOptions } from 'wrangler';
import { STOP_HEADER, STOP_PATH } from '../worker/config/stop-request.ts';
import { within } from '../worker/stream/within.ts';
import { connectableHost, type ListenAddress } from './address.ts';
import type { WorkerModule } from './build.ts';
import { OFFLINE_ENVIRONMENT, PROJECT_ROOT } from './project.ts';
import { drainRuntime, wrapRuntime } from './runtime.ts';
import { en, type LauncherWords } from './words-en.ts';

/** What wrangler makes of wrangler.toml for Miniflare. It is JSON. */
export type WorkerOptions = SourcelessWorkerOptions;

/** What the local server is made of. */
export interface ServerOptions {
  /** The built Worker, its entry module first. */
  readonly modules: readonly WorkerModule[];
  /** What wrangler.toml says of the Worker, in Miniflare's form. */
  readonly workerOptions: WorkerOptions;
  /** The Worker's bindings, LOCAL_SERVER included where it applies. Nothing else is read from any file. */
  readonly bindings: Readonly<Record<string, Json>>;
  readonly address: ListenAddress;
  /** The folder that keeps issued keys, the ledger and streams; unset, they are gone when the server stops. */
  readonly stateFolder?: string | undefined;
  /** Takes one line that the operator should see: what the Worker logs, or what happened to the runtime. */
  readonly report: (line: string) => void;
  /** The language of what happened to the runtime. */
  readonly words?: LauncherWords;
}

/** A running local server. */
export interface LocalServer extends AsyncDisposable {
  /** The host as it was asked for, and the port that was taken. */
  readonly address: ListenAddress;
  /** Resolves if the runtime died and could not be started again: the server is then gone. */
  readonly failed: Promise<Error>;
  /**
   * Refuses new requests, and stops when no answer is under way.
   * @param graceMs the most that this may take, in milliseconds; the Worker has to be told the same (SHUTDOWN_GRACE_MS).
   */
  stop(graceMs: number): Promise<void>;
  /** Stops at once; connections still open are cut. */
  close(): Promise<void>;
}

/** How much later than the Worker's own limit its word that all answers have ended may come, in milliseconds. */
const WORD_MS = 2000;

/** The least that the runtime has to send what was written last, in milliseconds. */
const SENDING_MS = 500;

/** Starts the server; resolves when it answers. Throws if the address cannot be had or the Worker does not start. */
export async function startServer({
  modules,
  workerOptions,
  bindings,
  address,
  stateFolder,
  report,
  words = en,
}: ServerOptions): Promise<LocalServer> {
  Object.assign(process.env, OFFLINE_ENVIRONMENT, { WRANGLER_LOG: 'error' });
  wrapRuntime();
  const stopSecret = randomBytes(32).toString('base64url');
  const failure = Promise.withResolvers<Error>();
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      ...workerOptions,
      // Names the objects' folders: with another name their data would not be found again.
      name: 'nexcode',
      rootPath: PROJECT_ROOT,
      modules: modules.map(({ name, type, contents }) => ({ type, path: name, contents })),
      bindings: { ...bindings, STOP_SECRET: stopSecret },
      host: address.host,
      port: address.port,
      cf: false,
      logRequests: false,
      log: new RuntimeLog(failure.resolve),
      handleStructuredLogs: ({ message }) => report(message),
      unsafeHandleRuntimeRestart: () => report(words.restarted),
    }),
    ...(stateFolder !== undefined && { resourcePersistencePath: stateFolder }),
  });
  try {
    const { port } = await miniflare.ready;
    // A URL leaves out the port that its scheme has by itself.
    const taken = { host: address.host, port: Number(port || 80) };
    let closing: Promise<void> | undefined;
    const close = () => {
      closing ??= miniflare.dispose();
      return closing;
    };
    const stop = async (graceMs: number) => {
      const deadline = performance.now() + graceMs;
      await within(tellToStop(taken, stopSecret), graceMs + WORD_MS, undefined);
      if (closing !== undefined) return closing;
      await drainRuntime(Math.max(SENDING_MS, deadline - performance.now()), () => void close());
      await close();
    };
    return {
      address: taken,
      failed: failure.promise,
      stop,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

/** Resolves when the Worker says that no answer is under way, or can say nothing any more. */
async function tellToStop({ host, port }: ListenAddress, secret: string): Promise<void> {
  const asked = request({
    host: connectableHost(host),
    port,
    method: 'POST',
    path: STOP_PATH,
    headers: { [STOP_HEADER]: secret, connection: 'close' },
  });
  asked.end();
  const [answer] = await once(asked, 'response').catch(() => []);
  answer?.resume();
}

/** Miniflare says little of use to an operator; only the news that the runtime is lost for good is passed on. */
class RuntimeLog extends Log {
  readonly #onLost: (error: Error) => void;

  constructor(onLost: (error: Error) => void) {
    super(LogLevel.NONE);
    this.#onLost = onLost;
  }

  override error(error: Error): void {
    if ('code' in error && error.code === 'ERR_RUNTIME_FAILURE') this.#onLost(error);
  }
}
