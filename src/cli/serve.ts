/** `nexcode serve`: what `npm start` does. */
import { serveAt } from '../launcher/arguments.ts';
import { runCommand } from '../launcher/command.ts';
// A package has `serve-package.ts` in its place.
import { serveHere } from '../launcher/serve-project.ts';

/** What can be said of a server on the command line. */
export interface ServeOptions {
  readonly port?: string;
  readonly host?: string;
}

/** Serves until it is told to stop, and sets the exit code. */
export async function serve(options: ServeOptions): Promise<void> {
  await runCommand(serveHere, serveAt(options));
}
