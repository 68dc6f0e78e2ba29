/** How the launcher tells the Worker that the server stops. */

/** Asked by POST, of the Worker alone: no file of the page stands there. */
export const STOP_PATH = '/internal/stop';

/** Carries the secret of this start (STOP_SECRET). */
export const STOP_HEADER = 'x-nexcode-stop';
