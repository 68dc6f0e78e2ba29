/** What keeps a server to the names that it is meant for. */

import type { Settings } from '../config/settings.ts';
import { GatewayError } from '../http/errors.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { isLocalHost } from './origin.ts';

/**
 * Lets only loopback names and PUBLIC_HOSTS reach a server that listens on a loopback address, or that has PUBLIC_HOSTS
 * set, wherever it runs.
 * @throws {GatewayError} 403 `host_not_allowed`.
 */
export function requireLocalHost(headers: HeaderFields, settings: Settings): void {
  const { localServer, publicHosts } = settings;
  if (!localServer && publicHosts.length === 0) return;
  if (isLocalHost(headers.get('host') ?? null, publicHosts)) return;
  throw new GatewayError({
    status: 403,
    code: 'host_not_allowed',
    message:
      'This server answers to localhost and to the names in PUBLIC_HOSTS only. To reach it under another name, add that name to PUBLIC_HOSTS.',
  });
}
