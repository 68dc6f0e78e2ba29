/** What every command is given: where to ask, what to say, and where to print. */
import OpenAI from 'openai';
import { ownLanguage } from '../launcher/locale.ts';
import { type Connection, connectionFrom } from './connection.ts';
import { profilesFile, readProfiles } from './profiles.ts';
import { type Style, styleFor } from './terminal.ts';
import { type Words, wordsFor } from './words.ts';

/** The options that every command that asks a server has. */
export interface ServerOptions {
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly profile?: string;
}

/** The surroundings of a command. */
export interface CommandContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly words: Words;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly style: Style;
  /** The style for standard error. */
  readonly errorStyle: Style;
}

/** The surroundings of this process. */
export function processContext(): CommandContext {
  const { env: environment, stdout, stderr } = process;
  return {
    environment,
    words: wordsFor(ownLanguage()),
    stdout,
    stderr,
    style: styleFor(stdout, environment),
    errorStyle: styleFor(stderr, environment),
  };
}

/** The server that the options, the environment and the profiles come to. Throws CommandError. */
export function connect({ environment, words }: CommandContext, options: ServerOptions): Connection {
  return connectionFrom(
    { flags: options, environment, profiles: readProfiles(profilesFile(environment), words) },
    words,
  );
}

/** The official client for a server. Without a key it sends none. */
export function clientFor({ baseUrl, apiKey }: Connection): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    // Else OPENAI_ADMIN_KEY, which is meant for OpenAI alone, would take the key's place.
    adminAPIKey: apiKey ?? null,
    // The account of another server's variables is none of this one's.
    organization: null,
    project: null,
    ...(apiKey === undefined && { defaultHeaders: { authorization: null } }),
  });
}
