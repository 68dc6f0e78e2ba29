/** The usage page's start: choose a language, show the page. The chat page has a bundle of its own. */
import { render } from 'preact';
import { chooseLocale, type Locale } from '../i18n/locale.ts';
import { loadUsageWords } from '../i18n/usage-words.ts';
import { PREFERENCES_KEY, readPreferences } from '../settings/registry.ts';
import { readStorage } from '../storage/browser.ts';
import { numbers } from './numbers.ts';
import { SpeechProvider } from './speech.ts';
import { UsagePage } from './usage-page.tsx';

async function start(root: HTMLElement): Promise<void> {
  let spoken: Locale | undefined;
  const show = async () => {
    const { language, theme } = readPreferences(readStorage('localStorage', PREFERENCES_KEY));
    document.documentElement.dataset['theme'] = theme;
    const locale = chooseLocale(language, navigator.languages);
    if (locale === spoken) return;
    const t = await loadUsageWords(locale);
    spoken = locale;
    document.documentElement.lang = locale;
    const speech = { t, locale, numbers: numbers(locale) };
    render(
      <SpeechProvider value={speech}>
        <UsagePage />
      </SpeechProvider>,
      root,
    );
  };
  // The choices are made on the chat page, perhaps in another tab.
  addEventListener('storage', (event) => event.key === PREFERENCES_KEY && void show());
  addEventListener('languagechange', () => void show());
  await show();
}

const root = document.getElementById('app');
if (root) void start(root);
