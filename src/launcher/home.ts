/**
 * Imported before all else by commands that need nothing of the user's home: wrangler looks into it as soon as it is
 * loaded, and throws where it may not.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeAt } from './user-folders.ts';

if (!isReadable(homedir())) {
  // Nobody else can have put anything there; it is made only if something is written.
  Object.assign(process.env, homeAt(join(tmpdir(), `nexcode-home-${randomUUID()}`)));
}

function isReadable(folder: string): boolean {
  try {
    readdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
