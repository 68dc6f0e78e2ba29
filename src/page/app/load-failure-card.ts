/** Fetches the card for failures, and its words. */
import type { App } from './app.ts';
import { speakMore } from './language.ts';

export async function loadFailureCard(app: App) {
  const [{ FailureCard }] = await Promise.all([import('../chat/failure-card.tsx'), speakMore(app)]);
  return FailureCard;
}
