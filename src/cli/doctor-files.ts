/** Reads the files of settings of a folder, without what builds or serves, and says what is wrong with them. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { parse, TomlError } from 'smol-toml';
import * as z from 'zod';
import type { DevVarsFile, RawSettings, SettingSources } from '../launcher/settings.ts';
import type { DoctorWords } from './doctor-words.ts';
import { type Finding, fault, good, note, warning } from './finding.ts';

const run = promisify(execFile);

/** A parsed wrangler.toml. */
export type Toml = Readonly<Record<string, unknown>>;

/** The files of a folder, as the launcher would read them. */
export interface SettingFiles {
  readonly sources: SettingSources;
  /** The folder's wrangler.toml, where there is one that can be read. */
  readonly wranglerToml: Toml | undefined;
  /** The tables of both files of TOML, by their file. */
  readonly tomlVars: ReadonlyMap<string, RawSettings>;
  /** The file of `NAME=VALUE`, where there is one. */
  readonly secretFile: string | undefined;
  readonly findings: readonly Finding[];
}

/** Files of `NAME=VALUE` in a project, the strongest first. */
const PROJECT_FILES = ['.dev.vars', '.env'] as const;
const TOML_FILES = ['wrangler.toml', 'wrangler.local.toml'] as const;

/** Whether a folder is a project with settings of its own. */
export function isProject(folder: string): boolean {
  return [...PROJECT_FILES, ...TOML_FILES].some((name) => existsSync(join(folder, name)));
}

/**
 * Reads them.
 * @param person the file of settings that an installed package reads; it counts where the folder is no project.
 */
export function readSettingFiles(
  folder: string,
  person: string,
  environment: NodeJS.ProcessEnv,
  words: DoctorWords,
): SettingFiles {
  const isOwn = isProject(folder);
  const found = isOwn
    ? PROJECT_FILES.map((name) => join(folder, name)).find((file) => existsSync(file))
    : person;
  const secretFile = found !== undefined && existsSync(found) ? found : undefined;
  const findings: Finding[] = [];
  const toml = new Map<string, Toml>();
  for (const name of isOwn ? TOML_FILES : []) {
    const parsed = readToml(join(folder, name), words, findings);
    if (parsed !== undefined) toml.set(name, parsed);
  }
  const text = secretFile === undefined ? '' : readFileSync(secretFile, 'utf8');
  findings.push(...oddLines(text).map((line) => warning(words.noPair(basename(secretFile ?? ''), line))));
  const files = [
    ...(secretFile === undefined ? [] : [secretFile]),
    ...[...toml.keys()].map((name) => join(folder, name)),
  ];
  const vars = (name: string): RawSettings => varsSchema.parse(toml.get(name) ?? {}).vars ?? {};
  return {
    sources: {
      environment,
      devVars: parseEnv(text),
      devVarsFile: devVarsFile(isOwn, secretFile),
      local: vars('wrangler.local.toml'),
      toml: vars('wrangler.toml'),
    },
    wranglerToml: toml.get('wrangler.toml'),
    tomlVars: new Map(TOML_FILES.map((name) => [name, vars(name)])),
    secretFile,
    findings: [
      files.length === 0 ? note(words.noFile(folder)) : good(words.readFrom(files.join(', '))),
      ...findings,
    ],
  };
}

const varsSchema = z.looseObject({ vars: z.record(z.string(), z.json()).optional().catch(undefined) });

/** Whether a file with secrets is closed to others, and left out of version control. */
export async function guardFindings(file: string, words: DoctorWords): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    findings.push(warning(words.openFile(file)));
  // Exit code 1: in a repository, and not ignored (https://git-scm.com/docs/git-check-ignore).
  const isSeen = await run('git', ['check-ignore', '-q', basename(file)], { cwd: dirname(file) }).then(
    () => false,
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 1,
  );
  if (isSeen) findings.push(fault(words.notIgnored(basename(file))));
  return findings;
}

function devVarsFile(isOwn: boolean, file: string | undefined): DevVarsFile {
  if (!isOwn) return 'settings.env';
  return file !== undefined && basename(file) === '.env' ? '.env' : '.dev.vars';
}

function readToml(file: string, words: DoctorWords, findings: Finding[]): Toml | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // Its message quotes the line, which may hold a secret.
    const line = error instanceof TomlError ? error.line : undefined;
    findings.push(fault(words.malformed(basename(file), line)));
    return undefined;
  }
}

/** The numbers of lines that are neither a pair, nor a comment, nor within quotes. */
function oddLines(text: string): number[] {
  const plain = text.replace(/=[ \t]*(["'`])[\s\S]*?\1/g, (quoted) => `=${quoted.replace(/[^\n]/g, '')}`);
  return plain.split('\n').flatMap((line, at) => {
    const isFine = /^\s*(?:#|$)/.test(line) || /^\s*(?:export\s+)?[\w.-]+\s*=/.test(line);
    return isFine ? [] : [at + 1];
  });
}
