/** The whole gateway as `npm start` serves it: the built Worker and the page's files under Miniflare, on a free port. */
import type { Json } from 'miniflare';
import { loadWorker } from '../../src/launcher/build.ts';
import { startServer } from '../../src/launcher/server.ts';
import { projectWorkerOptions } from '../../src/launcher/worker-options.ts';
import { BUILT_WORKER } from './build.ts';

/** Settings as the Worker gets them. */
export type GatewaySettings = Readonly<Record<string, Json>>;

/** A running gateway. */
export interface Gateway extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The same with `/v1`: what a client takes as its base URL. */
  readonly base: string;
  /** The lines the Worker has logged so far. */
  readonly log: readonly string[];
  /** Stops as `npm start` does, within SHUTDOWN_GRACE_MS of these settings. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the gateway with these settings and those that the launcher adds on a loopback address, and no others.
 * @param stateFolder where its objects keep their state; else it is gone when the server stops.
 * @param port any that is free, unless it is to be that of a server before.
 */
export async function startGateway(
  settings: GatewaySettings,
  stateFolder?: string,
  port = 0,
): Promise<Gateway> {
  const log: string[] = [];
  const server = await startServer({
    modules: await loadWorker(BUILT_WORKER),
    workerOptions: projectWorkerOptions(),
    bindings: { SELF_HOSTED: 'true', LOCAL_SERVER: 'true', ...settings },
    address: { host: '127.0.0.1', port },
    stateFolder,
    report: (line) => log.push(line),
  });
  const url = `http://127.0.0.1:${server.address.port}`;
  const graceMs = Number(settings['SHUTDOWN_GRACE_MS'] ?? 8000);
  return {
    url,
    base: `${url}/v1`,
    log,
    stop: () => server.stop(graceMs),
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}
