/** Texts by key, with `{name}` placeholders. The dictionaries are chunks of their own: one language is loaded. */
import type { en } from './en.ts';
import type { enHolder } from './en-holder.ts';
import type { enMore } from './en-more.ts';
import type { enSignIn } from './en-sign-in.ts';
import type { enTools } from './en-tools.ts';
import { fillIn, type Speak } from './fill-in.ts';
import type { Locale } from './locale.ts';

export type FirstWords = Readonly<Record<keyof typeof en, string>>;
export type MoreWords = Readonly<Record<keyof typeof enMore, string>>;
export type ToolWords = Readonly<Record<keyof typeof enTools, string>>;
export type SignInWords = Readonly<Record<keyof typeof enSignIn, string>>;
export type HolderWords = Readonly<Record<keyof typeof enHolder, string>>;
export type MessageKey =
  | keyof FirstWords
  | keyof MoreWords
  | keyof ToolWords
  | keyof SignInWords
  | keyof HolderWords;
export type Translate = Speak<MessageKey>;

/**
 * Words that are fetched when they are shown, each set a chunk of its own: `more` for failures and settings; `tools` for
 * what opens beside the message field; `signIn` for the form of the login page; `holder` for whoever is signed in with an
 * issued key.
 */
export type WordSet = 'more' | 'tools' | 'signIn' | 'holder';

/**
 * Loads a language: what the chat shows at first, and the sets that are asked for. Rejects where a chunk cannot be had
 * (offline, before the first visit was complete).
 */
export async function loadWords(locale: Locale, sets: Iterable<WordSet> = []): Promise<Translate> {
  const load = locale === 'zh-CN' ? CHINESE : ENGLISH;
  const loaded = await Promise.all([load.first(), ...[...sets].map((name) => load[name]())]);
  return fillIn(Object.assign({}, ...loaded));
}

const ENGLISH = {
  first: async (): Promise<object> => (await import('./en.ts')).en,
  more: async (): Promise<object> => (await import('./en-more.ts')).enMore,
  tools: async (): Promise<object> => (await import('./en-tools.ts')).enTools,
  signIn: async (): Promise<object> => (await import('./en-sign-in.ts')).enSignIn,
  holder: async (): Promise<object> => (await import('./en-holder.ts')).enHolder,
};

const CHINESE = {
  first: async (): Promise<object> => (await import('./zh.ts')).zh,
  more: async (): Promise<object> => (await import('./zh-more.ts')).zhMore,
  tools: async (): Promise<object> => (await import('./zh-tools.ts')).zhTools,
  signIn: async (): Promise<object> => (await import('./zh-sign-in.ts')).zhSignIn,
  holder: async (): Promise<object> => (await import('./zh-holder.ts')).zhHolder,
};
