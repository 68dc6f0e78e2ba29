/** `nexcode serve`: what `npm start` does. */
import { runCommand } from '../launcher/command.ts';
// A package has `serve-package.ts` in its place.
import { serveHere } from '../launcher/serve-project.ts';

/** What can be said of a server on the command line. */
export interface ServeOptions {
  readonly port?: string;
  readonly host?: string;
}

/** Serves until it is told to stop, and sets the exit code. */
export async function serve({ port, host }: ServeOptions): Promise<void> {
  await runCommand(serveHere, {
    kind: 'serve',
    environment: { ...(port !== undefined && { PORT: port }), ...(host !== undefined && { HOST: host }) },
  });
}
