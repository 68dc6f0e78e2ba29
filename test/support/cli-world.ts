/** What every file of tests of the command `nexcode` begins with: one gateway, closed unless told otherwise, and one home for all of its tests. */
import { afterAll, beforeAll } from 'vitest';
import { type Home, makeHome } from './cli.ts';
import { type GatewaySettings, startGateway } from './gateway.ts';
import { API_TOKEN, CLOSED, type Surface, startSurface } from './surface.ts';

export interface CliWorld {
  readonly surface: Surface;
  readonly home: Home;
  /** The environment of somebody who asks the gateway with its token. */
  readonly asOperator: Readonly<Record<string, string>>;
  /** The JSON that the upstream was asked with last. */
  sent(): unknown;
}

/** Starts both before the file's tests and stops them after. Its parts are there within tests only. */
export function cliWorld(settings: GatewaySettings = CLOSED): CliWorld {
  let parts: readonly [Surface, Home] | undefined;
  const started = () => {
    if (!parts) throw new Error('The gateway and the home are there within tests only.');
    return parts;
  };
  beforeAll(async () => {
    parts = [await startSurface(settings, startGateway), await makeHome()];
  });
  afterAll(async () => {
    const [surface, home] = started();
    await home[Symbol.asyncDispose]();
    await surface[Symbol.asyncDispose]();
  });
  return {
    get surface() {
      return started()[0];
    },
    get home() {
      return started()[1];
    },
    get asOperator() {
      return { NEXCODE_BASE_URL: started()[0].base, NEXCODE_API_KEY: API_TOKEN };
    },
    sent: () => JSON.parse(started()[0].asked.body.toString()),
  };
}
