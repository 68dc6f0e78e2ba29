/** A short form of `npm run tabs`: random actions in two tabs lose nothing. */
import { expect, it } from 'vitest';
import { runTwoTabs } from '../support/page/two-tabs.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

it.each([1, 2])('random actions in two tabs lose no word (seed %i)', { timeout: 120_000 }, async (seed) => {
  const { checks, sought } = await runTwoTabs({
    browser: world.browser,
    site: world.site,
    seed,
    more: (done) => done < 60,
  });
  expect(checks).toBe(4);
  expect(sought).toBeGreaterThan(20);
});
