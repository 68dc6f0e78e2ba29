/** Fetches the card for failures, and its words. */
import type { App } from '../state/app.ts';
import { speakMore } from '../state/words.ts';

export async function loadFailureCard(app: App) {
  const [{ FailureCard }] = await Promise.all([import('./failure-card.tsx'), speakMore(app)]);
  return FailureCard;
}
