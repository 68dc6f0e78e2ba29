import type { App } from './app.ts';
import { loadLanguage } from './language.ts';

/** Images, tool calls and sources of an answer, with their words: few answers have any. */
export async function loadExtras(app: App) {
  const [{ Extras }] = await Promise.all([import('../chat/extras.tsx'), loadLanguage(app, ['more'])]);
  return Extras;
}
