/** The file of profiles: servers with their keys, readable for their owner alone. */
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { configFolder } from '../launcher/user-folders.ts';
import { parseJson } from '../worker/http/json/read.ts';
import type { Profile } from './connection.ts';
import { CommandError } from './exit.ts';
import type { Words } from './words.ts';

const profilesSchema = z.record(
  z.string(),
  z.strictObject({ base_url: z.string(), api_key: z.string().optional(), model: z.string().optional() }),
);

/** The profiles by name. */
export type Profiles = Readonly<Record<string, Profile>>;

/** The file that holds the profiles. */
export function profilesFile(environment: NodeJS.ProcessEnv): string {
  return join(configFolder(environment), 'profiles.json');
}

/**
 * Reads the file; where there is none, there are no profiles.
 * @throws {CommandError} where others may read it, or it is malformed. The message never holds any of its text.
 */
export function readProfiles(file: string, words: Words): Profiles {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new CommandError(words.unreadableFile(file), undefined, { cause: error });
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new CommandError(words.openProfiles(file));
  }
  const parsed = profilesSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new CommandError(words.badProfiles(file));
  return parsed.data;
}

/** Writes the file whole or not at all, with mode 0600 in a folder of mode 0700. */
export function writeProfiles(file: string, profiles: Profiles): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 });
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
}
