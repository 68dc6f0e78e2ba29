/** Fetches the card for failures, and its words. */
import type { App } from './app.ts';
import { loadLanguage } from './language.ts';

export async function loadFailureCard(app: App) {
  const [{ FailureCard }] = await Promise.all([
    import('../chat/failure-card.tsx'),
    loadLanguage(app, ['more']),
  ]);
  return FailureCard;
}
