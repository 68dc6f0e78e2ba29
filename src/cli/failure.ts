/** What went wrong, as a sentence with its cure and an exit code. Pure. */
import { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import { redact, withoutSecrets } from '../worker/http/redact.ts';
import { type Connection, serverUrl } from './connection.ts';
import { CommandError, EXIT, type ExitCode } from './exit.ts';
import { withoutControls } from './terminal.ts';
import type { Words } from './words.ts';

/** How a command failed. */
export interface Failure {
  readonly message: string;
  readonly exit: ExitCode;
}

/**
 * Explains an error of a command. Keys are taken out of it in every spelling, and out of what others said also whatever
 * looks like one.
 * @param connection the server that was asked, where one was.
 * @param secrets what must not be printed beside the connection's key.
 */
export function failureOf(
  error: unknown,
  words: Words,
  connection?: Connection,
  secrets: readonly string[] = [],
): Failure {
  const { message, exit } = explain(error, words, connection);
  const shown = withoutControls(message);
  const known = [connection?.apiKey, ...secrets].filter((secret) => secret !== undefined);
  return {
    // Our own words may name a key by its id, which looks like one.
    message: error instanceof CommandError ? redact(shown, known) : withoutSecrets(shown, known),
    exit,
  };
}

/** The keys that an environment, or the settings of a file, hold. */
export function secretsOf(environment: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    /(?:KEY|TOKEN|SECRET|PASSWORD)$/.test(name) &&
    typeof value === 'string' &&
    value.length >= SHORTEST_SECRET
      ? [value]
      : [],
  );
}

/** Shorter values are placeholders, which would be found in every word. */
const SHORTEST_SECRET = 8;

function explain(error: unknown, words: Words, connection: Connection | undefined): Failure {
  if (error instanceof CommandError) return error;
  if (error instanceof APIUserAbortError) return { message: words.stopped, exit: EXIT.interrupted };
  if (error instanceof APIConnectionError) {
    return {
      message: words.unreachable(connection === undefined ? '' : serverUrl(connection)),
      exit: EXIT.unreachable,
    };
  }
  if (error instanceof APIError) return explainAnswer(error, words, connection);
  return { message: error instanceof Error ? error.message : String(error), exit: EXIT.failed };
}

function explainAnswer(error: APIError, words: Words, connection: Connection | undefined): Failure {
  const said = saidBy(error);
  // An error in the middle of a stream has no status.
  if (error.status === undefined)
    return { message: `${words.cut} ${said ?? ''}`.trim(), exit: EXIT.incomplete };
  const message = said ?? words.notOurs(connection?.baseUrl ?? '');
  if (error.status === 401 || error.status === 403)
    return { message: words.refused(message), exit: EXIT.credentials };
  if (error.status === 429) return { message, exit: EXIT.limit };
  return { message: `${message} (${error.status})`, exit: EXIT.failed };
}

function saidBy({ error }: APIError): string | undefined {
  const said: unknown = error;
  const message = typeof said === 'object' && said !== null && 'message' in said ? said.message : undefined;
  return typeof message === 'string' && message !== '' ? message : undefined;
}
