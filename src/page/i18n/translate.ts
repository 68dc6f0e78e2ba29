/** Texts by key, with `{name}` placeholders. The dictionaries are chunks of their own: one language is loaded. */
import type { en } from './en.ts';
import type { enMore } from './en-more.ts';
import type { Locale } from './locale.ts';

export type FirstWords = Readonly<Record<keyof typeof en, string>>;
export type MoreWords = Readonly<Record<keyof typeof enMore, string>>;
export type MessageKey = keyof FirstWords | keyof MoreWords;
export type Translate = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;

/**
 * Loads a language: what the chat shows at first, and with `all` the failures, the settings and the login page too.
 * Rejects where a chunk cannot be had (offline, before the first visit was complete).
 */
export async function loadWords(locale: Locale, all: boolean): Promise<Translate> {
  const chinese = locale === 'zh-CN';
  const [first, more] = await Promise.all([
    chinese ? import('./zh.ts').then(({ zh }) => zh) : import('./en.ts').then(({ en }) => en),
    !all
      ? {}
      : chinese
        ? import('./zh-more.ts').then(({ zhMore }) => zhMore)
        : import('./en-more.ts').then(({ enMore }) => enMore),
  ]);
  return translator({ ...first, ...more });
}

/** A key whose dictionary is not loaded yet is an empty text for the moment. */
function translator(words: Readonly<Partial<Record<MessageKey, string>>>): Translate {
  return (key, values = {}) =>
    (words[key] ?? '').replace(/\{(\w+)\}/g, (placeholder, name: string) => `${values[name] ?? placeholder}`);
}
