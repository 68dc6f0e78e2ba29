/** What to run: the merged settings, checked, with every problem in words. Pure but for the sources it is given. */
import { hasShortToken, parseSettings, type Settings } from '../worker/config/settings.ts';
import { isLoopback, type ListenAddress, parseAddress } from './address.ts';
import { placeName } from './place-name.ts';
import { type MergedSettings, mergeSettings, type SettingSources } from './settings.ts';
import { en, type LauncherWords } from './words-en.ts';

/** Everything needed to serve. */
export interface Plan {
  readonly merged: MergedSettings;
  readonly settings: Settings;
  /** The bindings the Worker gets, SELF_HOSTED among them, and LOCAL_SERVER if only this machine can reach the address. */
  readonly bindings: MergedSettings['bindings'];
  readonly address: ListenAddress;
  readonly start: StartWays;
}

/** How a person starts this server, for the cures of what is wrong. */
export interface StartWays {
  readonly command: string;
  /** The file of settings. */
  readonly file: string;
  /** A file that shows how. */
  readonly example?: string;
}

/** How it is started in a checkout. */
const PROJECT_START: StartWays = {
  command: 'npm start',
  file: '.dev.vars',
  example: '.dev.vars.example',
};

/** Either the plan, or a sentence for every setting that cannot be used. */
export type PlanResult =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Merges and checks the settings. A problem names the variable, what is wrong, and where it was found; never a value. */
export function makePlan(
  sources: SettingSources,
  start: StartWays = PROJECT_START,
  words: LauncherWords = en,
): PlanResult {
  const merged = mergeSettings(sources);
  const address = parseAddress(merged.host, merged.port, words);
  const local = 'host' in address && isLoopback(address.host);
  const place = local ? { SELF_HOSTED: 'true', LOCAL_SERVER: 'true' } : { SELF_HOSTED: 'true' };
  const bindings = { ...merged.bindings, ...place };
  const parsed = parseSettings(bindings);

  const problems = 'problem' in address ? [address.problem] : [];
  if (!parsed.ok) {
    for (const { name, message } of parsed.problems) {
      const origin = merged.origins.get(name);
      const problem = `${name} ${words.settingProblem(message)}`;
      problems.push(origin === undefined ? problem : words.setIn(problem, placeName(origin, words)));
    }
  }
  if (parsed.ok && 'host' in address && !local && hasShortToken(parsed.settings)) {
    problems.push(words.tokenShortOpen(address.host));
    return { ok: false, problems };
  }
  if ('problem' in address || !parsed.ok) return { ok: false, problems };
  return { ok: true, plan: { merged, settings: parsed.settings, bindings, address, start } };
}
