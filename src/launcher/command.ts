/** What `npm start` and `npm run dev` have in common: read and check the settings, serve until told to stop, say why not. */
import { type Arguments, readArguments } from './arguments.ts';
import { launcherWords, ownLanguage } from './locale.ts';
import { makePlan, type Plan, type StartWays } from './plan.ts';
import { addressProblem } from './port.ts';
import { PROJECT_VERSION } from './project.ts';
import type { RawSettings, SettingSources } from './settings.ts';
import { type StopRequest, stopRequested } from './stopping.ts';
import type { LauncherWords } from './words-en.ts';

/** Serves until `stop` is requested. Throws what keeps it from serving. */
export type Serve = (plan: Plan, stop: StopRequest) => Promise<void>;

/** How to serve, and where the settings stand. */
export interface Command {
  readonly serve: Serve;
  /** Reads the settings. Throws where a place of them is malformed. */
  readonly readSources: () => SettingSources;
  readonly start?: StartWays;
}

/** Runs a command to its end, and sets the exit code: 0 if it was told to stop, 1 with the reasons on standard error. */
export async function runCommand(
  command: Command,
  asked: Arguments = readArguments(process.argv.slice(2), launcherWords(ownLanguage())),
): Promise<void> {
  const words = launcherWords(ownLanguage());
  if (asked.kind === 'help') return console.log(words.help);
  if (asked.kind === 'version') return console.log(PROJECT_VERSION);
  const stop = stopRequested();
  const problems =
    asked.kind === 'problem' ? [asked.message] : await outcome(command, stop, asked.environment, words);
  if (problems.length === 0 || stop.signal.aborted) return;
  console.error(
    [
      words.notRunning,
      ...problems.map((problem) => `  ${problem.replace(/[.。]$/, '')}${words.sentenceEnd}`),
    ].join('\n'),
  );
  process.exitCode = 1;
}

async function outcome(
  { serve, readSources, start }: Command,
  stop: StopRequest,
  said: RawSettings,
  words: LauncherWords,
): Promise<readonly string[]> {
  try {
    const sources = readSources();
    const result = makePlan({ ...sources, environment: { ...sources.environment, ...said } }, start, words);
    if (!result.ok) return result.problems;
    const problem = await addressProblem(result.plan.address, result.plan.start.command, words);
    if (problem !== undefined) return [problem];
    await serve(result.plan, stop);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
