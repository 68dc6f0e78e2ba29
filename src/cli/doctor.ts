/** `nexcode doctor`: looks at a configuration and at a running server, and says what is wrong and how to mend it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'smol-toml';
import { connectableHost } from '../launcher/address.ts';
// A package has `built-package.ts` in its place.
import { OWN_WRANGLER_TOML } from '../launcher/built-project.ts';
import { accessSummary, planNotes } from '../launcher/greeting.ts';
import { launcherWords, ownLanguage } from '../launcher/locale.ts';
import { makePlan, type Plan } from '../launcher/plan.ts';
import { settingsFile } from '../launcher/settings-file.ts';
import { redact, withoutSecrets } from '../worker/http/redact.ts';
import type { Connection } from './connection.ts';
import { type CommandContext, connect, type ServerOptions } from './context.ts';
import { deploymentFindings } from './doctor-deployment.ts';
import { guardFindings, isProject, readSettingFiles } from './doctor-files.ts';
import { serverFindings } from './doctor-server.ts';
import { type DoctorWords, doctorWords } from './doctor-words.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { secretsOf } from './failure.ts';
import { type Finding, fault, good, type Level, warning } from './finding.ts';
import { withoutControls } from './terminal.ts';

/** What can be said of a look. */
export interface DoctorOptions extends ServerOptions {
  readonly ask?: boolean;
  readonly json?: boolean;
}

const MARKS: Readonly<Record<Level, string>> = { good: '✓', note: '-', warning: '!', fault: '✗' };
const COLOURS = { good: 'green', note: 'dim', warning: 'yellow', fault: 'red' } as const;

/** Looks, and prints what there is to say. Returns `failed` where something does not work. */
export async function examine(
  said: string | undefined,
  options: DoctorOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const words = doctorWords(ownLanguage());
  const folder = resolve(said ?? '.');
  const { findings: configuration, plan, secrets: own } = await lookAtConfiguration(folder, context, words);
  const look = placeOfServer(options, plan, context);
  const server = await serverFindings({ ...look, ask: options.ask === true }, words);
  const secrets = [...own, ...(look.connection.apiKey === undefined ? [] : [look.connection.apiKey])];
  print(
    {
      // Our own words may name bindings, which look like keys; a server's may hold anything.
      configuration: cleaned(configuration, (message) => redact(message, secrets)),
      server: cleaned(server, (message) => withoutSecrets(message, secrets)),
    },
    options.json === true,
    context,
    words,
  );
  return [...configuration, ...server].some(({ level }) => level === 'fault') ? EXIT.failed : EXIT.done;
}

function cleaned(findings: readonly Finding[], clean: (message: string) => string): readonly Finding[] {
  return findings.map(({ level, message }) => ({ level, message: withoutControls(clean(message)) }));
}

interface ConfigurationLook {
  readonly findings: readonly Finding[];
  /** Undefined where a setting cannot be used. */
  readonly plan: Plan | undefined;
  readonly secrets: readonly string[];
}

async function lookAtConfiguration(
  folder: string,
  { environment }: CommandContext,
  words: DoctorWords,
): Promise<ConfigurationLook> {
  const spoken = launcherWords(ownLanguage());
  const files = readSettingFiles(folder, settingsFile(environment), environment, words);
  const start = isProject(folder)
    ? { command: 'npm start', file: '.dev.vars', example: '.dev.vars.example' }
    : { command: 'nexcode serve', file: settingsFile(environment) };
  const result = makePlan(files.sources, start, spoken);
  const findings: Finding[] = [...files.findings];
  const plan = result.ok ? result.plan : undefined;
  if (result.ok) {
    const { address } = result.plan;
    findings.push(good(words.settingsGood), good(accessSummary(result.plan, address, spoken)));
    findings.push(...planNotes(result.plan, address, undefined, spoken).map(warning));
  } else findings.push(...result.problems.map(fault));
  const secrets =
    plan?.merged.secrets ?? new Set(['OPENAI_API_KEY', 'API_TOKEN', 'KEYS_SECRET', 'KEYS_SECRET_OLD']);
  for (const [file, vars] of files.tomlVars)
    for (const name of Object.keys(vars).filter((each) => secrets.has(each)))
      findings.push(fault(words.secretInToml(name, file)));
  const { secretFile, sources, wranglerToml } = files;
  const holdsSecrets = Object.keys(sources.devVars).some((name) => secrets.has(name));
  if (secretFile !== undefined && holdsSecrets) findings.push(...(await guardFindings(secretFile, words)));
  if (wranglerToml !== undefined) {
    const reference = parse(readFileSync(OWN_WRANGLER_TOML, 'utf8'));
    findings.push(...deploymentFindings(wranglerToml, reference, words));
  }
  const values = { ...environment, ...sources.devVars, ...sources.local, ...sources.toml };
  return { findings, plan, secrets: [...secretsOf(values), ...(plan?.settings.secrets ?? [])] };
}

/** The server that somebody named; else the one that this configuration would start, with its own token. */
function placeOfServer(
  options: ServerOptions,
  plan: Plan | undefined,
  context: CommandContext,
): { readonly connection: Connection; readonly isGuessed: boolean } {
  const connection = connect(context, options);
  if (!connection.isDefault || plan === undefined) return { connection, isGuessed: connection.isDefault };
  const { host, port } = plan.address;
  const name = connectableHost(host);
  const { apiToken } = plan.settings;
  return {
    connection: {
      ...connection,
      baseUrl: `http://${name.includes(':') ? `[${name}]` : name}:${port}/v1`,
      apiKey: apiToken ?? connection.apiKey,
    },
    isGuessed: true,
  };
}

function print(
  findings: Readonly<Record<'configuration' | 'server', readonly Finding[]>>,
  asJson: boolean,
  { stdout, style }: CommandContext,
  words: DoctorWords,
): void {
  const all = [...findings.configuration, ...findings.server];
  const count = (level: Level) => all.filter((each) => each.level === level).length;
  const [faults, warnings] = [count('fault'), count('warning')];
  if (asJson) {
    stdout.write(`${JSON.stringify({ ok: faults === 0, faults, warnings, ...findings }, null, 2)}\n`);
    return;
  }
  const lines = (['configuration', 'server'] as const).flatMap((part) => [
    style('bold', words[part]),
    ...findings[part].map(
      ({ level, message }) =>
        `  ${style(COLOURS[level], MARKS[level])} ${message.replaceAll(/\n\s*/g, '\n      ')}`,
    ),
    '',
  ]);
  const verdict = faults > 0 ? words.faults(faults) : warnings > 0 ? words.warnings(warnings) : words.allGood;
  stdout.write(`${[...lines, style('bold', verdict)].join('\n')}\n`);
}
