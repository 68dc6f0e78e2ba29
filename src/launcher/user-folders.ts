/** Where programs keep what is a person's own, by the XDG Base Directory Specification; on Windows by its variables. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The variables by which programs find a person's home and what belongs into it. */
export function homeAt(folder: string): Readonly<Record<string, string>> {
  return { HOME: folder, USERPROFILE: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder };
}

/** NexCode's folder among a person's configurations: XDG_CONFIG_HOME, APPDATA on Windows, else `~/.config`. */
export function configFolder(environment: NodeJS.ProcessEnv): string {
  const said = process.platform === 'win32' ? environment['APPDATA'] : environment['XDG_CONFIG_HOME'];
  return join(said === undefined || said === '' ? join(homedir(), '.config') : said, 'nexcode');
}

/** The folder of all programs' data: XDG_DATA_HOME, LOCALAPPDATA on Windows, else `~/.local/share`. */
export function dataFolder(environment: NodeJS.ProcessEnv): string {
  const said = process.platform === 'win32' ? environment['LOCALAPPDATA'] : environment['XDG_DATA_HOME'];
  return said === undefined || said === '' ? join(homedir(), '.local/share') : said;
}
