/** What is written into guides, README and `.dev.vars.example` from the table of settings, the map of the code and the launcher's greeting. */
import { join } from 'node:path';
import { DEFAULT_ADDRESS } from '../../src/launcher/address.ts';
import { greeting } from '../../src/launcher/greeting.ts';
import { launcherWords } from '../../src/launcher/locale.ts';
import { makePlan } from '../../src/launcher/plan.ts';
import {
  type DocumentedName,
  SETTING_TEXTS,
  type SettingText,
} from '../../src/worker/config/setting-rows.ts';
import { SECRET_NAMES } from '../../src/worker/config/settings.ts';
import { readTextFile } from '../text-lines.ts';
import { answerTable, ownTable, requestTable } from './header-tables.ts';
import { layoutTable } from './layout-table.ts';

type Language = 'en' | 'zh';

const HEADINGS: Readonly<Record<Language, string>> = {
  en: '| Name | Default | Meaning |',
  zh: '| 名称 | 默认值 | 含义 |',
};

/** A file that holds a table: which language, and whether only the common settings stand there. */
const TABLES: readonly (readonly [file: string, language: Language, commonOnly: boolean])[] = [
  ['README.md', 'en', true],
  ['README.zh-CN.md', 'zh', true],
  ['docs/en/deployment.md', 'en', false],
  ['docs/zh/deployment.md', 'zh', false],
];

const LAYOUTS: readonly (readonly [file: string, language: Language])[] = [
  ['CONTRIBUTING.md', 'en'],
  ['docs/en/development.md', 'en'],
  ['docs/zh/development.md', 'zh'],
];

const REFERENCES: readonly (readonly [file: string, language: Language])[] = [
  ['docs/en/api.md', 'en'],
  ['docs/zh/api.md', 'zh'],
];

/** Files that show what a start without any setting prints. */
const GREETINGS = [
  ['docs/en/deployment.md', 'en'],
  ['docs/zh/deployment.md', 'zh'],
] as const;

const EXAMPLE = '.dev.vars.example';
const EXAMPLE_HEAD = [
  '# Settings for `npm start` and `npm run dev`: copy this file to .dev.vars, and fill in or uncomment what you need.',
  '# On Cloudflare, set secrets with `npx wrangler secret put NAME` instead. Its Deploy button asks for those without a #.',
];

/**
 * The files as they have to be, by their path below `root`.
 * @throws where a file has no such part.
 */
export async function writtenFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>([[EXAMPLE, exampleFile()]]);
  for (const [file, language, commonOnly] of TABLES) {
    const text = await readTextFile(join(root, file));
    files.set(file, withPart(file, text, SETTINGS_TABLE, settingsTable(language, commonOnly)));
  }
  for (const [file, language] of GREETINGS) {
    files.set(file, withPart(file, files.get(file) ?? '', GREETING, greetingOfAFirstStart(language)));
  }
  for (const [file, language] of LAYOUTS) {
    const text = await readTextFile(join(root, file));
    files.set(file, withPart(file, text, LAYOUT_TABLE, layoutTable(language)));
  }
  for (const [file, language] of REFERENCES) {
    const text = await readTextFile(join(root, file));
    const requests = withPart(file, text, REQUEST_TABLE, requestTable(language));
    const answers = withPart(file, requests, ANSWER_TABLE, answerTable(language));
    files.set(file, withPart(file, answers, OWN_TABLE, ownTable(language)));
  }
  return files;
}

function entries(): readonly (readonly [DocumentedName, SettingText])[] {
  return Object.entries(SETTING_TEXTS) as (readonly [DocumentedName, SettingText])[];
}

function settingsTable(language: Language, commonOnly: boolean): string {
  const rows = entries()
    .filter(([, { common }]) => !commonOnly || common)
    .map(([name, text]) => `| ${name} | ${shownIn(language, text)} | ${text[language]} |`);
  return [HEADINGS[language], '|---|---|---|', ...rows].join('\n');
}

function shownIn(language: Language, { shown }: SettingText): string {
  return typeof shown === 'string' ? shown : shown[language];
}

/** A table is told by its first row. */
const SETTINGS_TABLE = /^\|[^\n]*\|\n\|[-| ]+\|\n\| `?OPENAI_API_BASE[\s\S]*?(?=\n\n|\n$)/m;
const GREETING = /^NexCode (?:is running\.|已启动。)[\s\S]*?(?=\n```)/m;
const LAYOUT_TABLE = /^\|[^\n]*\|\n\|[-| ]+\|\n\| `src\/worker\/`[\s\S]*?(?=\n\n|\n$)/m;

const REQUEST_TABLE = /^\|[^\n]*\|\n\|[-| ]+\|\n\| `authorization`[\s\S]*?(?=\n\n|\n$)/m;
const ANSWER_TABLE = /^\|[^\n]*\|\n\|[-| ]+\|\n\| `x-request-id`[\s\S]*?(?=\n\n|\n$)/m;

const OWN_TABLE = /^\|[^\n]*\|\n\|[-| ]+\|\n\| `x-nexcode-credentials`[\s\S]*?(?=\n\n|\n$)/m;

function withPart(file: string, text: string, present: RegExp, part: string): string {
  if (!present.test(text)) throw new Error(`${file} has not the part that is written there.`);
  return text.replace(present, () => part);
}

function greetingOfAFirstStart(language: Language): string {
  const result = makePlan({ environment: {}, devVars: {}, devVarsFile: '.dev.vars', toml: {} });
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return greeting(result.plan, DEFAULT_ADDRESS, { words: launcherWords(language) });
}

/** Secrets stand without a `#`, for the Deploy button of Cloudflare asks for every line that is none of a comment. */
function exampleFile(): string {
  const blocks = entries().flatMap(([name, { example }]) => {
    if (example === undefined) return [];
    const line = `${name}=${example.value}`;
    return [[...example.comment.map((text) => `# ${text}`), isSecret(name) ? line : `# ${line}`]];
  });
  return [EXAMPLE_HEAD, ...blocks].map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function isSecret(name: string): boolean {
  return SECRET_NAMES.some((secret) => secret === name);
}
