/**
 * The parameters of a request, one row each: how it is read and how it is entered. A parameter that nobody set is not in
 * the request. A row's key is the request's member; a new parameter is a row here and its words in both languages. Pure.
 */
import { parse, record } from './json.ts';

/** A number on a slider, which stands at `middle` while nothing is set. */
interface SliderRow {
  readonly control: 'slider';
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly middle: number;
}

/** A whole number, typed. */
interface WholeRow {
  readonly control: 'whole';
  readonly min: number;
  readonly max: number;
}

/** One of a few words of the API. */
interface OneOfRow {
  readonly control: 'one-of';
  readonly values: readonly string[];
}

/** A few texts, one a line. */
interface LinesRow {
  readonly control: 'lines';
  readonly most: number;
}

/** A JSON object whose members join the request's, byte for byte. */
interface JsonRow {
  readonly control: 'json';
}

export const PARAMETER_ROWS = {
  temperature: { control: 'slider', min: 0, max: 2, step: 0.1, middle: 1 },
  top_p: { control: 'slider', min: 0, max: 1, step: 0.05, middle: 1 },
  max_tokens: { control: 'whole', min: 1, max: 10_000_000 },
  /** https://platform.openai.com/docs/api-reference/chat/create#chat-create-reasoning_effort */
  reasoning_effort: { control: 'one-of', values: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] },
  seed: { control: 'whole', min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
  frequency_penalty: { control: 'slider', min: -2, max: 2, step: 0.1, middle: 0 },
  presence_penalty: { control: 'slider', min: -2, max: 2, step: 0.1, middle: 0 },
  /** OpenAI takes four at most. */
  stop: { control: 'lines', most: 4 },
  extra: { control: 'json' },
} as const satisfies Readonly<Record<string, SliderRow | WholeRow | OneOfRow | LinesRow | JsonRow>>;

type Rows = typeof PARAMETER_ROWS;
export type ParameterKey = keyof Rows;
type ValueOf<Row> = Row extends SliderRow | WholeRow
  ? number
  : Row extends LinesRow
    ? readonly string[]
    : string;

/** What was set; a parameter that is absent is left to the model. */
export type RequestParameters = { readonly [Key in ParameterKey]?: ValueOf<Rows[Key]> };

/** A conversation's own choices above the settings'; null leaves to the model what the settings set. */
export type ParameterChoices = { readonly [Key in ParameterKey]?: ValueOf<Rows[Key]> | null };

export const PARAMETER_KEYS = Object.keys(PARAMETER_ROWS) as readonly ParameterKey[];

/** Members that the page writes itself: extra JSON cannot replace them. */
const OWN_MEMBERS = ['model', 'messages', 'stream', 'stream_options'];

/** The value as a parameter may have it, or undefined where it is none. */
export function readParameter(
  key: ParameterKey,
  value: unknown,
): number | string | readonly string[] | undefined {
  const row: SliderRow | WholeRow | OneOfRow | LinesRow | JsonRow = PARAMETER_ROWS[key];
  switch (row.control) {
    case 'slider':
    case 'whole':
      if (typeof value !== 'number' || !(value >= row.min && value <= row.max)) return undefined;
      return row.control === 'whole' && !Number.isInteger(value) ? undefined : value;
    case 'one-of':
      return row.values.find((known) => known === value);
    case 'lines': {
      const lines = Array.isArray(value)
        ? value.filter((line) => typeof line === 'string' && line !== '')
        : [];
      return lines.length > 0 && lines.length <= row.most ? lines : undefined;
    }
    case 'json':
      return typeof value === 'string' && membersOf(value) !== null ? value : undefined;
  }
}

/** What of a stored object are parameters. */
export function readParameters(stored: unknown): RequestParameters {
  const fields = record(stored);
  return Object.fromEntries(
    PARAMETER_KEYS.flatMap((key) => {
      const value = readParameter(key, fields[key]);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** The same for a conversation's choices, where null says "left to the model". */
export function readChoices(stored: unknown): ParameterChoices {
  const fields = record(stored);
  const left = PARAMETER_KEYS.filter((key) => fields[key] === null).map((key) => [key, null]);
  return { ...readParameters(stored), ...Object.fromEntries(left) };
}

/** The parameters of a request: the conversation's choices above the settings'. */
export function withChoices(settings: RequestParameters, choices: ParameterChoices = {}): RequestParameters {
  return readParameters({ ...settings, ...choices });
}

/** The names in a JSON object, or null where the text is none or names what the page writes itself. */
export function membersOf(json: string): readonly string[] | null {
  const value = parse(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const names = Object.keys(value);
  return names.length === 0 || names.some((name) => OWN_MEMBERS.includes(name)) ? null : names;
}
