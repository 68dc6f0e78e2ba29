/** How views of the usage page reach the reader's language. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Locale } from '../i18n/locale.ts';
import type { UsageSpeak } from '../i18n/usage-words.ts';
import type { Numbers } from './numbers.ts';

/** Words, and how numbers are written. */
export interface Speech {
  readonly t: UsageSpeak;
  readonly locale: Locale;
  readonly numbers: Numbers;
}

const Context = createContext<Speech | null>(null);
export const SpeechProvider = Context.Provider;

export function useSpeech(): Speech {
  const speech = useContext(Context);
  if (!speech) throw new Error('A view outside of SpeechProvider');
  return speech;
}
