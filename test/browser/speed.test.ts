/** Weight and work: what is loaded before the page is idle, and what a long answer costs on a slow machine. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { chatChunk } from '../support/answers.ts';
import { ask, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

const KIBIBYTE = 1024;

/** Gzip bytes of the scripts that a first visit loads until the network is idle. */
async function firstLoad(locale: string): Promise<number> {
  const context = await world.browser.newContext({ locale, serviceWorkers: 'block' });
  const page = await context.newPage();
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.body());
  });
  await page.goto(world.site.url, { waitUntil: 'networkidle' });
  await page.locator('#composer').waitFor();
  const weights = (await Promise.all(scripts)).map((body) => gzipSync(body, { level: 9 }).length);
  await context.close();
  return weights.reduce((sum, weight) => sum + weight, 0);
}

describe('the weight', () => {
  it.each(['zh-CN', 'en'])(
    'of all scripts before the page is idle is at most 40 KiB (%s)',
    async (locale) => {
      const bytes = await firstLoad(locale);
      console.log(`First load, ${locale}: ${(bytes / KIBIBYTE).toFixed(1)} KiB gzip of JavaScript`);
      expect(bytes).toBeGreaterThan(10 * KIBIBYTE);
      expect(bytes).toBeLessThanOrEqual(40 * KIBIBYTE);
    },
  );
});

describe('a long answer on a slow machine', () => {
  it('of 2,000 events does work that grows with its length, not with its square', {
    timeout: 60_000,
  }, async () => {
    const paragraph = (index: number) =>
      index % 10 === 9
        ? '。\n\n'
        : `第${index}段的**重点**、\`code\` 与 [链接](https://example.com/${index})，`;
    world.site.answer(async (exchange) => {
      await exchange.head(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      for (let index = 0; index < 2000; index++) {
        await exchange.event(chatChunk({ content: paragraph(index) }));
        // As a fast model does, a few words at a time: the page has to draw them as they come.
        if (index % 5 === 4) await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await exchange.event(chatChunk({}, 'stop'));
      await exchange.event('[DONE]');
      await exchange.end();
    });
    await using visitor = await world.visit();
    const { page } = visitor;
    const cdp = await page.context().newCDPSession(page);
    await Promise.all([page.waitForResponse(/failure-card/), page.locator('#composer').fill('warm up')]);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await page.evaluate(() => {
      const frames: number[] = [];
      let added = 0;
      let last = performance.now();
      const frame = (now: number) => {
        frames.push(now - last);
        last = now;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      const count = (nodes: NodeList) => {
        for (const node of nodes)
          added += 1 + (node instanceof Element ? node.querySelectorAll('*').length : 0);
      };
      new MutationObserver((records) => {
        for (const record of records) count(record.addedNodes);
      }).observe(document.querySelector('.column') ?? document.body, { childList: true, subtree: true });
      Object.assign(window, { measured: () => ({ frames, added }) });
    });
    await ask(page, '写一篇很长的文章');
    await page.locator('.figures').waitFor({ timeout: 50_000 });
    const { frames, added } = await page.evaluate<{ frames: number[]; added: number }>('measured()');
    const nodes = await page.locator('.answer').evaluate((answer) => answer.querySelectorAll('*').length);
    const sorted = frames.toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
    console.log(
      `2,000 events at 4x throttle: ${frames.length} frames, median ${at(0.5)} ms, 95 % ${at(0.95)} ms, ` +
        `worst ${at(1)} ms; ${added} elements added for ${nodes} that stand`,
    );
    expect(await page.locator('.answer p').count()).toBeGreaterThan(150);
    // Each element is made once, the growing end a few times more: never the whole answer again and again.
    expect(added).toBeLessThan(nodes * 4);
  });

  it('redraws nothing but itself', async () => {
    world.site.answer(words(...Array.from({ length: 50 }, (_, index) => `word${index} `)));
    await using visitor = await world.visit();
    const { page } = visitor;
    await ask(page, 'First');
    await page.locator('.figures').waitFor();
    await page.evaluate(() => {
      const touched: string[] = [];
      Object.assign(window, { touched });
      const first = document.querySelector('.answer .md');
      if (first)
        new MutationObserver((records) => touched.push(...records.map(({ type }) => type))).observe(first, {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true,
        });
    });
    await ask(page, 'Second');
    await expect.poll(() => page.locator('.figures').count()).toBe(2);
    expect(await page.evaluate('touched')).toEqual([]);
  });
});
