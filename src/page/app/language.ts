/** The language of the page, as it is chosen and as more of it is needed. */
import { chooseLocale } from '../i18n/locale.ts';
import { loadWords } from '../i18n/translate.ts';
import type { App } from './app.ts';

/** Speaks the chosen language, with at least the words spoken so far. Stays as it is where they cannot be had. */
export async function loadLanguage(app: App, all = app.state.get().allWords): Promise<void> {
  const locale = chooseLocale(app.state.get().preferences.language, navigator.languages);
  const before = app.state.get();
  if (locale !== before.locale || all !== before.allWords) {
    const t = await loadWords(locale, all).catch(() => null);
    if (t === null) return;
    app.state.set({ locale, t, allWords: all });
  }
  document.documentElement.lang = locale;
}

/** Fetches the words of the settings, the login page and the failures. */
export function loadWholeLanguage(app: App): Promise<void> {
  return loadLanguage(app, true);
}
