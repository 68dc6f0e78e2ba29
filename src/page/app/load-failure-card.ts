/** Fetches the card for failures, and its words. */
import type { App } from './app.ts';
import { loadWholeLanguage } from './language.ts';

export async function loadFailureCard(app: App) {
  const [{ FailureCard }] = await Promise.all([import('../chat/failure-card.tsx'), loadWholeLanguage(app)]);
  return FailureCard;
}
