/** Texts by key, with `{name}` placeholders. The dictionaries are chunks of their own: one is loaded. */
import type { en } from './en.ts';
import type { Locale } from './locale.ts';

export type MessageKey = keyof typeof en;
export type Dictionary = Readonly<Record<MessageKey, string>>;
export type Translate = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;

/** Loads a language. Rejects where its chunk cannot be had (offline, before the first visit was complete). */
export async function loadDictionary(locale: Locale): Promise<Dictionary> {
  return locale === 'zh-CN' ? (await import('./zh.ts')).zh : (await import('./en.ts')).en;
}

export function translator(dictionary: Dictionary): Translate {
  return (key, values = {}) =>
    dictionary[key].replace(/\{(\w+)\}/g, (placeholder, name: string) => `${values[name] ?? placeholder}`);
}
