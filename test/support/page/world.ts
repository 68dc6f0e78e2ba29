/** What every file of browser tests begins with: one browser and one gateway for all of its tests. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { GatewaySettings } from '../gateway.ts';
import { launchBrowser } from './browser.ts';
import { type Site, startSite, type Visitor, type VisitorOptions, visit } from './site.ts';

export interface PageWorld {
  readonly browser: Browser;
  readonly site: Site;
  /** Somebody with a fresh profile opens the page. */
  visit(options?: VisitorOptions): Promise<Visitor>;
}

/** Starts both before the file's tests and stops them after. Its parts are there within tests only. */
export function pageWorld(settings: GatewaySettings = {}): PageWorld {
  let parts: readonly [Browser, Site] | undefined;
  const started = () => {
    if (!parts) throw new Error('The browser and the gateway are there within tests only.');
    return parts;
  };
  beforeAll(async () => {
    parts = await Promise.all([launchBrowser(), startSite(settings)]);
  });
  afterAll(async () => {
    const [browser, site] = started();
    await browser.close();
    await site[Symbol.asyncDispose]();
  });
  return {
    get browser() {
      return started()[0];
    },
    get site() {
      return started()[1];
    },
    visit: (options = {}) => visit(started()[0], started()[1].url, options),
  };
}
