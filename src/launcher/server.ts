/** The local server: the built Worker and the page's files under Miniflare. `npm start` and the tests use this one. */
import { convertV4MiniflareOptions, type Json, Log, LogLevel, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import type { ListenAddress } from './address.ts';
import type { WorkerModule } from './build.ts';
import { OFFLINE_ENVIRONMENT, PROJECT_ROOT, WRANGLER_TOML } from './project.ts';

/** What the local server is made of. */
export interface ServerOptions {
  /** The built Worker, its entry module first. */
  readonly modules: readonly WorkerModule[];
  /** The Worker's bindings, LOCAL_SERVER included where it applies. Nothing else is read from any file. */
  readonly bindings: Readonly<Record<string, Json>>;
  readonly address: ListenAddress;
  /** The folder that keeps issued keys and the ledger; unset, they are gone when the server stops. */
  readonly stateFolder?: string | undefined;
  /** Takes one line that the operator should see: what the Worker logs, or what happened to the runtime. */
  readonly report: (line: string) => void;
}

/** A running local server. */
export interface LocalServer extends AsyncDisposable {
  /** The host as it was asked for, and the port that was taken. */
  readonly address: ListenAddress;
  /** Resolves if the runtime died and could not be started again: the server is then gone. */
  readonly failed: Promise<Error>;
  /** Stops at once; connections still open are cut. */
  close(): Promise<void>;
}

/** Starts the server; resolves when it answers. Throws if the address cannot be had or the Worker does not start. */
export async function startServer({
  modules,
  bindings,
  address,
  stateFolder,
  report,
}: ServerOptions): Promise<LocalServer> {
  Object.assign(process.env, OFFLINE_ENVIRONMENT, { WRANGLER_LOG: 'error' });
  const { workerOptions } = unstable_getMiniflareWorkerOptions(WRANGLER_TOML);
  const failure = Promise.withResolvers<Error>();
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      ...workerOptions,
      // Names the objects' folders: with another name their data would not be found again.
      name: 'nexcode',
      rootPath: PROJECT_ROOT,
      modules: modules.map(({ name, type, contents }) => ({ type, path: name, contents })),
      bindings,
      host: address.host,
      port: address.port,
      cf: false,
      logRequests: false,
      log: new RuntimeLog(failure.resolve),
      handleStructuredLogs: ({ message }) => report(message),
      unsafeHandleRuntimeRestart: () =>
        report('The Workers runtime stopped unexpectedly and was started again. Answers under way were cut.'),
    }),
    ...(stateFolder !== undefined && { resourcePersistencePath: stateFolder }),
  });
  try {
    const { port } = await miniflare.ready;
    const close = () => miniflare.dispose();
    return {
      // A URL leaves out the port that its scheme has by itself.
      address: { host: address.host, port: Number(port || 80) },
      failed: failure.promise,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
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
