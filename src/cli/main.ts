/** `nexcode`: reads the command line, runs the command, says what went wrong. */
import { CommanderError } from 'commander';
import { processContext } from './context.ts';
import { EXIT } from './exit.ts';
import { failureOf, secretsOf } from './failure.ts';
import { mistakeOf } from './mistake.ts';
import { makeProgram } from './program.ts';

// Whoever reads a pipe may have had enough: `nexcode models | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

const context = processContext();
const { program, connections } = makeProgram(context);
try {
  await program.parseAsync();
} catch (error) {
  const mistake = error instanceof CommanderError ? mistakeOf(error, program, context.words) : undefined;
  // The help ends like this too, once it is printed.
  if (error instanceof CommanderError && mistake === undefined) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  } else {
    const { message, exit } = failureOf(
      mistake ?? error,
      context.words,
      connections.at(-1),
      secretsOf(context.environment),
    );
    context.stderr.write(`${context.errorStyle('red', context.words.error)}${message}\n`);
    process.exitCode = exit;
  }
}
