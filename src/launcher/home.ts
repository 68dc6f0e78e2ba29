/**
 * Imported before all else by commands that need nothing of the user's home: wrangler looks into it as soon as it is
 * loaded, and throws where it may not.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

if (!isReadable(homedir())) {
  // Nobody else can have put anything there; it is made only if something is written.
  const home = join(tmpdir(), `nexcode-home-${randomUUID()}`);
  for (const name of ['HOME', 'USERPROFILE', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME']) process.env[name] = home;
}

function isReadable(folder: string): boolean {
  try {
    readdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
