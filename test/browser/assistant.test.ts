/** The page over a gateway with nothing configured: the assistant answers out of its knowledge, with its sources. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { launchBrowser } from '../support/page/browser.ts';
import { ask, visit } from '../support/page/site.ts';

let browser: Browser;
let gateway: Gateway;

beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchBrowser(), startGateway({})]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

describe('with nothing configured', () => {
  it.each(['zh-CN', 'en'])(
    'every example of the empty page is answered with sources (%s)',
    async (locale) => {
      await using visitor = await visit(browser, gateway.url, { locale });
      const { page } = visitor;
      const examples = page.locator('.welcome li button');
      await examples.first().waitFor();
      for (let index = 0; index < 4; index++) {
        const answered = page.waitForResponse('**/v1/chat/completions');
        await examples.nth(index).click();
        expect((await answered).headers()['x-nexcode-answer']).toBe('section');
        await page.locator('.figures').waitFor();
        expect(await page.locator('.stamp .mark.knowledge').count()).toBe(1);
        const source = await page.locator('.md a[href*="/docs/"]').first().getAttribute('href');
        expect((await fetch(new URL(source ?? '', gateway.url))).status).toBe(200);
        await page.locator('.new').click();
        await examples.first().waitFor();
      }
      visitor.expectPeace();
    },
  );

  it('says plainly what it does not know', async () => {
    await using visitor = await visit(browser, gateway.url, { locale: 'zh-CN' });
    const { page } = visitor;
    await ask(page, '今天天气怎么样');
    await page.locator('.figures').waitFor();
    expect(await page.locator('.md').innerText()).toContain('没有找到这个问题的答案');
    visitor.expectPeace();
  });

  it.each([
    ['en', 'Ask about NexCode', "What's the weather like?", 'Connect a model'],
    ['zh-CN', '问问 NexCode 的用法', '今天天气怎么样', '接入模型'],
  ])(
    'says what can be asked, and leads from a refusal to the key field, which says who gets the key (%s)',
    async (locale, placeholder, question, connect) => {
      await using visitor = await visit(browser, gateway.url, { locale });
      const { page } = visitor;
      const field = page.locator('#composer');
      await expect.poll(() => field.getAttribute('placeholder')).toBe(placeholder);
      await ask(page, question);
      await page.locator('.figures').waitFor();
      expect(await page.locator('.answer .md p').count()).toBe(2);
      await page.getByRole('button', { name: connect, exact: true }).click();
      const key = page.locator('#setting-key');
      await expect.poll(() => key.evaluate((input) => input === document.activeElement)).toBe(true);
      expect(await page.locator('dialog.settings').innerText()).toContain('api.openai.com');
      await page.keyboard.press('Escape');
      expect(await page.locator('.answer .ending button').count()).toBe(0);
      const recipient = page.locator('.recipient');
      expect(await recipient.innerText()).toContain(locale === 'en' ? 'needs an API key' : '需要 API 密钥');

      await ask(page, question);
      const card = page.locator('.card');
      await card.waitFor();
      expect(await card.innerText()).not.toContain('***');
      expect(await card.getByRole('button').first().innerText()).toBe(
        locale === 'en' ? 'Enter an API key' : '填写 API 密钥',
      );
      visitor.expectPeace();
    },
  );

  it.each([
    ['en', 'Thanks!', 'You are welcome'],
    ['zh-CN', '你好', '内置助手'],
  ])('returns a courtesy, without a button (%s)', async (locale, said, answer) => {
    await using visitor = await visit(browser, gateway.url, { locale });
    const { page } = visitor;
    await ask(page, said);
    await page.locator('.figures').waitFor();
    expect(await page.locator('.md').innerText()).toContain(answer);
    expect(await page.locator('.stamp .mark.knowledge').count()).toBe(1);
    expect(await page.locator('.answer .ending').count()).toBe(0);
    visitor.expectPeace();
  });

  it('goes on with a cut answer by giving it again, without a seam', async () => {
    await using visitor = await visit(browser, gateway.url, { locale: 'zh-CN', serviceWorkers: 'block' });
    const { page } = visitor;
    const question = '怎样部署到 Cloudflare';
    await ask(page, question);
    await page.locator('.figures').waitFor();
    const whole = await page.locator('.md').innerText();
    await page.locator('.new').click();
    await page.locator('.welcome').waitFor();

    await page.route('**/v1/chat/completions', async (route) => {
      const response = await route.fetch();
      const events = (await response.text()).split('\n\n').slice(0, 4);
      await route.fulfill({ response, body: `${events.join('\n\n')}\n\n` });
    });
    await ask(page, question);
    await expect.poll(() => page.locator('.ending').innerText()).toContain('这次回答中断了');
    const part = await page.locator('.md').innerText();
    expect(part.length).toBeLessThan(whole.length);
    await page.unroute('**/v1/chat/completions');
    await page.getByRole('button', { name: '继续', exact: true }).click();
    await expect.poll(() => page.locator('.md').innerText()).toBe(whole);
    expect(await page.locator('.ending').count()).toBe(0);
    visitor.expectPeace();
  });
});
