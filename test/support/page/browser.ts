/**
 * A real Chromium for the page's tests and screenshots: the one that CHROME names, else the one from npm (Linux x64),
 * else an installed Chrome. Without any of them it throws with the cure: the page is never left untested in silence.
 */
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

const CURE =
  'No browser for the page could be started. On Linux x64 `npm ci` brings one; elsewhere install Google Chrome, ' +
  'or run `npx playwright-core install chromium`, or set CHROME to the path of a Chrome or Chromium.';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--no-first-run',
];

/** Starts the browser; the caller closes it. Throws an error that names the cure. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const failures: unknown[] = [];
  for (const find of [named, packaged, installed, downloaded]) {
    try {
      const options = await find();
      if (options) return await chromium.launch({ args: [...ARGUMENTS, ...more], ...options });
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, CURE);
}

function named() {
  const executablePath = process.env['CHROME'];
  return executablePath ? { executablePath } : null;
}

async function packaged() {
  const executablePath = await unpackedChromium();
  return executablePath ? { executablePath } : null;
}

/** Unpacks the Chromium from npm into the temporary folder, once; null where there is none for this machine. */
export async function unpackedChromium(): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const { default: packed } = await import('@sparticuz/chromium');
  return packed.executablePath();
}

function installed() {
  return { channel: 'chrome' };
}

function downloaded() {
  const executablePath = chromium.executablePath();
  return existsSync(executablePath) ? { executablePath } : null;
}
