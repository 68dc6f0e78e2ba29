/** What a place of settings is called in a person's language. Pure. */
import type { Origin } from './settings.ts';
import type { LauncherWords } from './words-en.ts';

/** What a place of settings is called. */
export function placeName(origin: Origin, { places }: LauncherWords): string {
  return places[origin] ?? origin;
}
