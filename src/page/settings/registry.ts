/**
 * The table of preferences, one row each. What is stored and the plain controls of the settings are made from it: a new
 * preference is a row here and its words in both languages. What a request says is in `parameters.ts`.
 */
import { list, parse, record, text } from '../api/json.ts';
import { readParameters } from '../api/parameters.ts';
import type { MessageKey } from '../i18n/translate.ts';

/** One of a few: shown as a list. A choice without words of its own is named by its text. */
interface ChoiceRow<Value extends string> {
  readonly control: 'choice';
  readonly label: MessageKey;
  /** The first one is the default. */
  readonly choices: readonly [Choice<Value>, ...Choice<Value>[]];
}

interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: MessageKey | { readonly text: string; readonly lang: string };
}

/** A preference whose control is a view of its own. */
interface OwnRow<Value> {
  readonly control: 'own';
  /** @param all every stored field, for a value that an earlier version kept elsewhere */
  readonly read: (stored: unknown, all: Readonly<Record<string, unknown>>) => Value;
}

function choice<const Value extends string>(row: Omit<ChoiceRow<Value>, 'control'>): ChoiceRow<Value> {
  return { control: 'choice', ...row };
}

function own<Value>(read: OwnRow<Value>['read']): OwnRow<Value> {
  return { control: 'own', read };
}

function texts(stored: unknown): readonly string[] {
  return list(stored).map(text).filter(Boolean);
}

export const PREFERENCE_ROWS = {
  mode: own((stored) => (stored === 'openai' ? ('openai' as const) : ('assistant' as const))),
  /** Empty: the server's default. */
  model: own(text),
  /** The parameters of requests, where a conversation has none of its own. */
  parameters: own((stored, { temperature }) => readParameters(stored ?? { temperature })),
  /** Models that stand first in the picker, and those that were chosen last. */
  pinnedModels: own(texts),
  recentModels: own(texts),
  /** The system prompt of new conversations. */
  role: own(text),
  /** The conversations beside the shown one are put away, on a wide screen. */
  folded: own((stored) => stored === true),
  language: choice({
    label: 'language',
    choices: [
      { value: 'auto', label: 'automatic' },
      { value: 'zh-CN', label: { text: '中文', lang: 'zh-CN' } },
      { value: 'en', label: { text: 'English', lang: 'en' } },
    ],
  }),
  theme: choice({
    label: 'theme',
    choices: [
      { value: 'auto', label: 'automatic' },
      { value: 'light', label: 'light' },
      { value: 'dark', label: 'dark' },
    ],
  }),
} as const satisfies Readonly<Record<string, ChoiceRow<string> | OwnRow<unknown>>>;

/** Where they are stored. Also read by `public/boot.js`, which sets the theme before the first paint. */
export const PREFERENCES_KEY = 'nexcode.preferences';

type Rows = typeof PREFERENCE_ROWS;
type ValueOf<Row> =
  Row extends ChoiceRow<infer Value> ? Value : Row extends OwnRow<infer Value> ? Value : never;

/** The reader's choices. */
export type Preferences = { readonly [Key in keyof Rows]: ValueOf<Rows[Key]> };

/** The preferences that a list shows. */
export type ChoiceKey = {
  [Key in keyof Rows]: Rows[Key] extends ChoiceRow<string> ? Key : never;
}[keyof Rows];

const KEYS = Object.keys(PREFERENCE_ROWS) as readonly (keyof Rows)[];

/** The keys of the rows that are a list, in the order of the table. */
export const CHOICE_KEYS = KEYS.filter((key): key is ChoiceKey => PREFERENCE_ROWS[key].control === 'choice');

/** Reads stored preferences; whatever is missing or wrong is the default. Pure. */
export function readPreferences(stored: string | null): Preferences {
  const fields = record(parse(stored ?? ''));
  return Object.fromEntries(
    KEYS.map((key) => [key, readValue(PREFERENCE_ROWS[key], fields[key], fields)]),
  ) as Preferences;
}

function readValue(row: Rows[keyof Rows], stored: unknown, all: Readonly<Record<string, unknown>>): unknown {
  if (row.control === 'own') return row.read(stored, all);
  return row.choices.find(({ value }) => value === stored)?.value ?? row.choices[0].value;
}
