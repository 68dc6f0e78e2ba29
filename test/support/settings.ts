/** Settings for tests of rules: the checked result of a few bindings. */
import { parseSettings, type Settings } from '../../src/worker/config/settings.ts';

/** The settings that these bindings come to; a test with bindings that need mending fails here. */
export function settingsWith(bindings: Readonly<Record<string, unknown>> = {}): Settings {
  const result = parseSettings(bindings);
  if (!result.ok) throw new Error(`unusable settings: ${JSON.stringify(result.problems)}`);
  return result.settings;
}
