/** Vitest's global setup for the browser: unpacks the one from npm before several files of tests want it at once. */
import { unpackedChromium } from './browser.ts';

export async function setup(): Promise<void> {
  // Where it cannot be had, the tests that need a browser say so, each with the cure.
  await unpackedChromium().catch(() => null);
}
