/** Questions to the person at the terminal. */
import type { CommandContext } from './context.ts';
import { CommandError, EXIT } from './exit.ts';

/** An answer of the person; Ctrl-C ends the command. */
export async function asked<Answer>(prompt: Promise<Answer>, { words }: CommandContext): Promise<Answer> {
  return prompt.catch((error: unknown) => {
    const isInterrupted = error instanceof Error && error.name === 'ExitPromptError';
    throw isInterrupted ? new CommandError(words.stopped, EXIT.interrupted) : error;
  });
}
