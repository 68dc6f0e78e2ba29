/** What the guides, the README and `.dev.vars.example` say of the settings, made from the one table of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DocumentedName,
  SETTING_TEXTS,
  type SettingText,
} from '../../src/worker/config/setting-rows.ts';

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

const EXAMPLE = '.dev.vars.example';
const EXAMPLE_HEAD = [
  '# Settings for `npm start` and `npm run dev`: copy this file to .dev.vars, and uncomment what you need.',
  '# On Cloudflare, set secrets with `npx wrangler secret put NAME` instead.',
];

/**
 * The files as they have to be, by their path below `root`.
 * @throws where a file has no table of settings.
 */
export async function settingsFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>([[EXAMPLE, exampleFile()]]);
  for (const [file, language, commonOnly] of TABLES) {
    const text = await readFile(join(root, file), 'utf8');
    files.set(file, withTable(file, text, settingsTable(language, commonOnly)));
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

/** The table is the one whose first row is the first setting. */
function withTable(file: string, text: string, table: string): string {
  const present = /^\|[^\n]*\|\n\|[-| ]+\|\n\| `?OPENAI_API_BASE[\s\S]*?(?=\n\n|\n$)/m;
  if (!present.test(text)) throw new Error(`${file} has no table of settings.`);
  return text.replace(present, () => table);
}

function exampleFile(): string {
  const blocks = entries().flatMap(([name, { example }]) =>
    example === undefined
      ? []
      : [[...example.comment.map((line) => `# ${line}`), `# ${name}=${example.value}`]],
  );
  return [EXAMPLE_HEAD, ...blocks].map((lines) => `${lines.join('\n')}\n`).join('\n');
}
