/** The file of settings of a person who runs an installed package. */
import { join } from 'node:path';
import { configFolder } from './user-folders.ts';

/** NEXCODE_SETTINGS, else `settings.env` beside the profiles. */
export function settingsFile(environment: NodeJS.ProcessEnv): string {
  const named = environment['NEXCODE_SETTINGS'];
  return named === undefined || named === '' ? join(configFolder(environment), 'settings.env') : named;
}
