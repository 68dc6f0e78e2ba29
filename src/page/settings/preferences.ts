/** The reader's choices, small enough for localStorage, so that they are there before the first paint. */
import { parse, record, text } from '../api/json.ts';
import type { Mode } from '../chat/types.ts';

export type Theme = 'auto' | 'light' | 'dark';
export type Language = 'auto' | 'zh-CN' | 'en';

export interface Preferences {
  readonly mode: Mode;
  /** Empty: the server's default. */
  readonly model: string;
  /** 0 to 2; null leaves it to the model. */
  readonly temperature: number | null;
  readonly theme: Theme;
  readonly language: Language;
}

/** Also read by `public/boot.js`, which sets theme and language before the first paint. */
export const PREFERENCES_KEY = 'nexcode.preferences';

export const DEFAULTS: Preferences = {
  mode: 'assistant',
  model: '',
  temperature: null,
  theme: 'auto',
  language: 'auto',
};

/** Reads stored preferences; whatever is missing or wrong is the default. Pure. */
export function readPreferences(stored: string | null): Preferences {
  const fields = record(parse(stored ?? ''));
  const temperature = fields['temperature'];
  return {
    mode: fields['mode'] === 'openai' ? 'openai' : 'assistant',
    model: text(fields['model']),
    temperature:
      typeof temperature === 'number' && temperature >= 0 && temperature <= 2
        ? temperature
        : DEFAULTS.temperature,
    theme: oneOf(fields['theme'], ['auto', 'light', 'dark']),
    language: oneOf(fields['language'], ['auto', 'zh-CN', 'en']),
  };
}

function oneOf<const T extends string>(value: unknown, choices: readonly [T, ...T[]]): T {
  return choices.find((choice) => choice === value) ?? choices[0];
}
