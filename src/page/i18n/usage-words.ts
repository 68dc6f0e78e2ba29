/** The words of the usage page: its own, and those of the form that signs in. One language is loaded. */
import type { enUsage } from './en-usage.ts';
import { fillIn, type Speak } from './fill-in.ts';
import type { Locale } from './locale.ts';
import type { SignInWords } from './translate.ts';

export type UsageWords = Readonly<Record<keyof typeof enUsage, string>>;
export type UsageKey = keyof UsageWords | keyof SignInWords;
export type UsageSpeak = Speak<UsageKey>;

/** Loads a language. Rejects where it cannot be had. */
export async function loadUsageWords(locale: Locale): Promise<UsageSpeak> {
  return fillIn(await (locale === 'zh-CN' ? chinese() : english()));
}

async function english(): Promise<UsageWords & SignInWords> {
  const [{ enUsage }, { enSignIn }] = await Promise.all([import('./en-usage.ts'), import('./en-sign-in.ts')]);
  return { ...enUsage, ...enSignIn };
}

async function chinese(): Promise<UsageWords & SignInWords> {
  const [{ zhUsage }, { zhSignIn }] = await Promise.all([import('./zh-usage.ts'), import('./zh-sign-in.ts')]);
  return { ...zhUsage, ...zhSignIn };
}
