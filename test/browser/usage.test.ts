/** The usage page: who spent what, as the upstream counted it, and to everybody no more than their own. */
import { describe, expect, it } from 'vitest';
import { issue } from '../support/keys.ts';
import { axeFindings } from '../support/page/axe.ts';
import { startSite } from '../support/page/site.ts';
import {
  callWith,
  counted,
  shownRequests,
  signInForUsage,
  tableOf,
  USAGE_SETTINGS,
} from '../support/page/usage.ts';
import { pageWorld } from '../support/page/world.ts';
import { API_TOKEN, askerOf } from '../support/surface.ts';

const world = pageWorld(USAGE_SETTINGS);
const asker = () => askerOf(world.site.url);

describe('the usage page', () => {
  it('tells the operator what two keys spent at once, to the token the upstream counted', async () => {
    const [li, han] = [
      await issue(asker(), { budget: { usd: 5 } }, 'Li Lei'),
      await issue(asker(), {}, 'Han Meimei'),
    ];
    const told = { input: 0, output: 0 };
    let calls = 0;
    world.site.answer((exchange) => {
      calls += 1;
      const [prompt, completion] = [100 + calls, 10 * calls];
      told.input += prompt;
      told.output += completion;
      return counted(prompt, completion)(exchange);
    });
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => callWith(world.site, n % 3 === 0 ? li.value : han.value)),
    );
    await callWith(world.site, API_TOKEN);
    expect(calls).toBe(13);
    await using visitor = await world.visit({ path: '/usage' });
    const { page } = visitor;
    await signInForUsage(page, API_TOKEN);
    await shownRequests(page, 13);
    const keys = await tableOf(page, 'By key');
    const lines = new Map(keys.map((cells) => [cells[0], cells]));
    expect(lines.get('Li Lei')?.[2]).toBe('4');
    expect(lines.get('Han Meimei')?.[2]).toBe('8');
    expect(lines.get('Server’s token')?.[2]).toBe('1');
    const figures = (place: number) => Number(lines.get('Total')?.[place]?.replaceAll(/[^\d.]/g, ''));
    expect(figures(5)).toBe(told.input);
    expect(figures(6)).toBe(told.output);
    // A dollar a million tokens in, two out.
    expect(figures(1)).toBeCloseTo((told.input + 2 * told.output) / 1e6, 9);
    expect(await tableOf(page, 'By model')).toHaveLength(3);
    expect(await axeFindings(page)).toEqual([]);
    visitor.expectPeace();
  });

  it('shows the holder of a key what is left of it, and nobody else', async () => {
    const own = await issue(asker(), { budget: { usd: 2, period: 'week' }, rpm: 30 }, 'Own');
    const other = await issue(asker(), {}, 'Somebody else');
    world.site.answer(counted(1000, 500));
    await callWith(world.site, own.value);
    await callWith(world.site, other.value, 'gpt-of-another');
    await using visitor = await world.visit({ path: '/usage' });
    const { page } = visitor;
    const answers: string[] = [];
    page.on('response', async (response) => {
      if (new URL(response.url()).pathname.startsWith('/v1/')) answers.push(await response.text());
    });
    await signInForUsage(page, own.value);
    await shownRequests(page, 1);
    await expect
      .poll(() => page.locator('.card').first().innerText())
      .toContain('$1.998 left of $2.00 a week');
    const text = await page.locator('#figures').innerText();
    expect(text).toContain('Signed in with the key Own');
    expect(text).not.toMatch(/Somebody else|gpt-of-another|Issue a key|By key/);
    expect(answers.join()).not.toMatch(new RegExp(`Somebody else|gpt-of-another|${other.id}`));
    expect(await axeFindings(page)).toEqual([]);
    visitor.expectPeace();
  });

  it('says the next step where nothing is kept, and where nothing was called', async () => {
    await using bare = await startSite({ REQUIRE_AUTH: 'false' });
    await using visitor = await world.visit({ path: `${bare.url}/usage` });
    await expect.poll(() => visitor.page.locator('main').innerText()).toContain('set API_TOKEN');
    expect(await visitor.page.getByRole('link', { name: 'How to set it up' }).getAttribute('href')).toBe(
      '/docs/en/keys',
    );
    await using fresh = await startSite(USAGE_SETTINGS);
    const page = await visitor.tab(`${fresh.url}/usage`);
    await signInForUsage(page, API_TOKEN);
    await expect.poll(() => page.locator('.empty').innerText()).toContain('Issue a key');
    expect(await axeFindings(page)).toEqual([]);
  });
});
