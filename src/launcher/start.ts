/** `npm start`: builds the Worker and serves it, with the page, until it is told to stop. */
import './home.ts';
import { runCommand } from './command.ts';
import { serveHere } from './serve-project.ts';

await runCommand(serveHere);
