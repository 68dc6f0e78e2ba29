/** Texts by key, with `{name}` placeholders. The dictionaries are chunks of their own: one language is loaded. */
import type { en } from './en.ts';
import type { enMore } from './en-more.ts';
import type { enTools } from './en-tools.ts';
import type { Locale } from './locale.ts';

export type FirstWords = Readonly<Record<keyof typeof en, string>>;
export type MoreWords = Readonly<Record<keyof typeof enMore, string>>;
export type ToolWords = Readonly<Record<keyof typeof enTools, string>>;
export type MessageKey = keyof FirstWords | keyof MoreWords | keyof ToolWords;
export type Translate = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;

/**
 * Words that are fetched when they are shown, each set a chunk of its own: `more` for failures, settings and the login
 * page; `tools` for what opens beside the message field.
 */
export type WordSet = 'more' | 'tools';

/**
 * Loads a language: what the chat shows at first, and the sets that are asked for. Rejects where a chunk cannot be had
 * (offline, before the first visit was complete).
 */
export async function loadWords(locale: Locale, sets: Iterable<WordSet> = []): Promise<Translate> {
  const load = locale === 'zh-CN' ? CHINESE : ENGLISH;
  const loaded = await Promise.all([load.first(), ...[...sets].map((name) => load[name]())]);
  return translator(Object.assign({}, ...loaded));
}

const ENGLISH = {
  first: async (): Promise<object> => (await import('./en.ts')).en,
  more: async (): Promise<object> => (await import('./en-more.ts')).enMore,
  tools: async (): Promise<object> => (await import('./en-tools.ts')).enTools,
};

const CHINESE = {
  first: async (): Promise<object> => (await import('./zh.ts')).zh,
  more: async (): Promise<object> => (await import('./zh-more.ts')).zhMore,
  tools: async (): Promise<object> => (await import('./zh-tools.ts')).zhTools,
};

/** A key whose dictionary is not loaded yet is an empty text for the moment. */
function translator(words: Readonly<Partial<Record<MessageKey, string>>>): Translate {
  return (key, values = {}) =>
    (words[key] ?? '').replace(/\{(\w+)\}/g, (placeholder, name: string) => `${values[name] ?? placeholder}`);
}
