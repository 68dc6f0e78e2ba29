/** What a command ends with: codes that scripts can use. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** The command was called in a way that means nothing. */
  usage: 2,
  unreachable: 3,
  /** The credentials are missing or were refused. */
  credentials: 4,
  /** A rate limit or a budget is used up. */
  limit: 5,
  /** The answer ended early: cut, at its length limit, or by a filter. What came of it was printed. */
  incomplete: 6,
  /** Ctrl-C, as shells count it (128 + SIGINT). */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command: what is wrong and its cure, in the person's language, and the code. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exit: ExitCode;

  constructor(message: string, exit: ExitCode = EXIT.usage, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}
