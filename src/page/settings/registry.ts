/**
 * The table of preferences, one row each. What is stored, what a request says, and the plain controls of the settings
 * are made from it: a new preference is a row here and its words in both languages.
 */
import { parse, record, text } from '../api/json.ts';
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

/** A number that a request may carry: shown as a slider; null leaves it to the model. */
interface NumberRow {
  readonly control: 'number';
  readonly label: MessageKey;
  readonly help: MessageKey;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Where the slider stands while the model's own default holds. */
  readonly middle: number;
  /** The member of the request. */
  readonly member: string;
}

/** A preference whose control is a view of its own. */
interface OwnRow<Value> {
  readonly control: 'own';
  readonly read: (stored: unknown) => Value;
}

function choice<const Value extends string>(row: Omit<ChoiceRow<Value>, 'control'>): ChoiceRow<Value> {
  return { control: 'choice', ...row };
}

function own<Value>(read: (stored: unknown) => Value): OwnRow<Value> {
  return { control: 'own', read };
}

export const PREFERENCE_ROWS = {
  mode: own((stored) => (stored === 'openai' ? ('openai' as const) : ('assistant' as const))),
  /** Empty: the server's default. */
  model: own(text),
  temperature: {
    control: 'number',
    label: 'temperature',
    help: 'temperatureHelp',
    min: 0,
    max: 2,
    step: 0.1,
    middle: 1,
    member: 'temperature',
  },
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
} as const satisfies Readonly<Record<string, ChoiceRow<string> | NumberRow | OwnRow<unknown>>>;

/** Where they are stored. Also read by `public/boot.js`, which sets the theme before the first paint. */
export const PREFERENCES_KEY = 'nexcode.preferences';

type Rows = typeof PREFERENCE_ROWS;
type ValueOf<Row> =
  Row extends ChoiceRow<infer Value>
    ? Value
    : Row extends NumberRow
      ? number | null
      : Row extends OwnRow<infer Value>
        ? Value
        : never;

/** The reader's choices. */
export type Preferences = { readonly [Key in keyof Rows]: ValueOf<Rows[Key]> };

/** The preferences that a list shows, and those that are numbers of a request. */
export type ChoiceKey = {
  [Key in keyof Rows]: Rows[Key] extends ChoiceRow<string> ? Key : never;
}[keyof Rows];
export type NumberKey = { [Key in keyof Rows]: Rows[Key] extends NumberRow ? Key : never }[keyof Rows];

/** The numbers that a request says; one that is absent is left to the model. */
export type Numbers = { readonly [Key in NumberKey]?: number };

const KEYS = Object.keys(PREFERENCE_ROWS) as readonly (keyof Rows)[];

/** The keys of the rows with this control, in the order of the table. */
export const CHOICE_KEYS = KEYS.filter((key): key is ChoiceKey => PREFERENCE_ROWS[key].control === 'choice');
export const NUMBER_KEYS = KEYS.filter((key): key is NumberKey => PREFERENCE_ROWS[key].control === 'number');

/** Reads stored preferences; whatever is missing or wrong is the default. Pure. */
export function readPreferences(stored: string | null): Preferences {
  const fields = record(parse(stored ?? ''));
  return Object.fromEntries(
    KEYS.map((key) => [key, readValue(PREFERENCE_ROWS[key], fields[key])]),
  ) as Preferences;
}

function readValue(row: Rows[keyof Rows], stored: unknown): unknown {
  if (row.control === 'own') return row.read(stored);
  if (row.control === 'number') return isWithin(row, stored) ? stored : null;
  return row.choices.find(({ value }) => value === stored)?.value ?? row.choices[0].value;
}

function isWithin({ min, max }: NumberRow, value: unknown): boolean {
  return typeof value === 'number' && value >= min && value <= max;
}

/** The numbers that the reader has set. */
export function numbersOf(preferences: Preferences): Numbers {
  return Object.fromEntries(
    NUMBER_KEYS.flatMap((key) => (preferences[key] === null ? [] : [[key, preferences[key]]])),
  );
}

/** What the numbers of a message add to its request. */
export function requestMembers(numbers: Numbers): Readonly<Record<string, number>> {
  return Object.fromEntries(
    NUMBER_KEYS.flatMap((key) => {
      const value = numbers[key];
      return value === undefined ? [] : [[PREFERENCE_ROWS[key].member, value]];
    }),
  );
}
