/** The gateway's words while the server stops. */
import { GatewayError } from './errors.ts';

/** Seconds after which a server that was started anew most likely answers. */
const RETRY_AFTER_S = '5';

/** A request that came when the server was stopping already: nothing was done for it. */
export function notBegun(): GatewayError {
  return new GatewayError({
    status: 503,
    code: 'server_stopping',
    message: 'The server is stopping. Send the request again in a moment.',
    headers: { 'retry-after': RETRY_AFTER_S },
  });
}

/** A request that was not answered within the time of a stopping server. It may have cost something. */
export function notFinished(): GatewayError {
  return new GatewayError({
    status: 503,
    code: 'server_stopping',
    message:
      'The server was stopped before the answer was complete (SHUTDOWN_GRACE_MS). What has arrived is incomplete: send the request again.',
    headers: { 'retry-after': RETRY_AFTER_S },
    retry: false,
  });
}
