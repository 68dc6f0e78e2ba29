/** What keeps a local server to its own machine. */

import type { Settings } from '../config/settings.ts';
import { GatewayError } from '../http/errors.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { isLocalHost } from './origin.ts';

/**
 * Lets only loopback names and PUBLIC_HOSTS reach a server that listens on a loopback address.
 * @throws {GatewayError} 403 `host_not_allowed`.
 */
export function requireLocalHost(headers: HeaderFields, settings: Settings): void {
  if (!settings.localServer || isLocalHost(headers.get('host') ?? null, settings.publicHosts)) return;
  throw new GatewayError({
    status: 403,
    code: 'host_not_allowed',
    message:
      'This local server answers to localhost only. To reach it under another name, add that name to PUBLIC_HOSTS.',
  });
}
