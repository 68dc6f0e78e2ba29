/** `nexcode profile`: saves, lists and removes servers with their keys. */
import { text } from 'node:stream/consumers';
import { input, password } from '@inquirer/prompts';
import { baseUrlOf, DEFAULT_BASE } from './connection.ts';
import type { CommandContext } from './context.ts';
import { CommandError, EXIT } from './exit.ts';
import { profilesFile, readProfiles, writeProfiles } from './profiles.ts';
import { asked } from './prompt.ts';
import { columns, isInteractive } from './terminal.ts';

/** What can be said of a profile. */
export interface SaveOptions {
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly model?: string;
  readonly keyStdin?: boolean;
}

/** Saves a profile; asks a person for what is not said. */
export async function saveProfile(
  name: string,
  options: SaveOptions,
  context: CommandContext,
): Promise<void> {
  const { words, environment, stdout } = context;
  const file = profilesFile(environment);
  const before = readProfiles(file, words);
  const isAtTerminal = isInteractive(stdout);
  if (options.baseUrl === undefined && !isAtTerminal) throw new CommandError(words.needsBase);
  const said =
    options.baseUrl ?? (await asked(input({ message: words.askBase, default: DEFAULT_BASE }), context));
  const base = baseUrlOf(said, words);
  const key = (await keyFrom(options, isAtTerminal, context)).trim();
  const profile = {
    base_url: base,
    ...(key !== '' && { api_key: key }),
    ...(options.model !== undefined && { model: options.model }),
  };
  writeProfiles(file, { ...before, [name]: profile });
  stdout.write(`${words.saved(name, file)}\n`);
}

/** Prints the names, servers, and whether a key is there. */
export function listProfiles({ words, environment, stdout }: CommandContext): void {
  const all = Object.entries(readProfiles(profilesFile(environment), words));
  if (all.length === 0) throw new CommandError(words.noProfiles, EXIT.failed);
  const rows = all.map(([name, { base_url: base, api_key: key, model = '' }]) => [
    name,
    base,
    key === undefined ? words.withoutKey : words.withKey,
    model,
  ]);
  stdout.write(`${columns(rows)}\n`);
}

/** Removes a profile with its key. */
export function removeProfile(name: string, { words, environment, stdout }: CommandContext): void {
  const file = profilesFile(environment);
  const before = readProfiles(file, words);
  if (!Object.hasOwn(before, name)) throw new CommandError(words.noSuchProfile(name, Object.keys(before)));
  writeProfiles(file, Object.fromEntries(Object.entries(before).filter(([each]) => each !== name)));
  stdout.write(`${words.removed(name)}\n`);
}

async function keyFrom(
  { apiKey, keyStdin }: SaveOptions,
  isAtTerminal: boolean,
  context: CommandContext,
): Promise<string> {
  if (keyStdin) return text(process.stdin);
  if (apiKey !== undefined) return apiKey;
  return isAtTerminal ? asked(password({ message: context.words.askKey }), context) : '';
}
