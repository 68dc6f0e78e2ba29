/** The language of the page, as it is chosen and as more of it is needed. */
import { chooseLocale } from '../i18n/locale.ts';
import { loadWords, type WordSet } from '../i18n/translate.ts';
import type { App } from './app.ts';

/**
 * Speaks the chosen language, with the sets of words spoken so far. Stays as it is where they cannot be had.
 * @throws where a set of words is asked for and cannot be had: nothing is shown without its words
 */
export async function loadLanguage(app: App, more: readonly WordSet[] = []): Promise<void> {
  const locale = chooseLocale(app.state.get().preferences.language, navigator.languages);
  const before = app.state.get();
  const missing = more.filter((set) => !before.words.has(set));
  if (locale !== before.locale || missing.length > 0) {
    const words = new Set([...before.words, ...more]);
    const t = await loadWords(locale, words).catch(() => null);
    if (t === null) {
      // What needs its own words is shown once they are here, and tries again until then.
      if (missing.length > 0) throw new Error('The words for this part could not be fetched.');
      return;
    }
    // Another set may have come meanwhile: this one must not take its words away.
    const { words: present } = app.state.get();
    if ([...present].some((set) => !words.has(set))) return loadLanguage(app, more);
    app.state.set({ locale, t, words });
  }
  document.documentElement.lang = locale;
}
