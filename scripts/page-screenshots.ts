/**
 * Takes the pictures of the page in docs/screenshots: wide and phone, light and dark, Chinese and English. The gateway
 * is the real one; the model behind it is a script, so that every picture can be taken again. Needs a CJK font on this
 * machine (Debian: fonts-noto-cjk).
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildWorker } from '../src/launcher/build.ts';
import { PROJECT_ROOT } from '../src/launcher/project.ts';
import { chatChunk, EVENT_STREAM, usageChunk } from '../test/support/answers.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { launchBrowser } from '../test/support/page/browser.ts';
import { PHONE, type Site, startSite } from '../test/support/page/site.ts';
import { USAGE_SETTINGS } from '../test/support/page/usage.ts';

import type { Script } from '../test/support/upstream.ts';
import { refuse, scriptOptions } from './options.ts';
import { SCENES, type Scene } from './page-scenes.ts';
import { takeUsage } from './page-usage-scenes.ts';

const { only } = scriptOptions(
  `npm run screenshots: takes the pictures of the page in docs/screenshots anew (Linux; Debian: fonts-noto-cjk).

  --only NAME  takes one scene alone: page (welcome, settings, answer), usage or one of ${Object.keys(SCENES).join(', ')}`,
  { only: { type: 'string' } },
);
if (only !== undefined && only !== 'page' && only !== 'usage' && !(only in SCENES))
  refuse(`There is no scene ${only}.`);

const OUT = join(PROJECT_ROOT, 'docs/screenshots');

const QUESTIONS = {
  'zh-CN': '用 TypeScript 写一个带超时的 fetch，失败时重试三次',
  en: 'Write a TypeScript fetch with a timeout that retries three times',
} as const;

const CODE = `\`\`\`ts
async function fetchWithRetry(url: string, retries = 3): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetch(url, { signal: AbortSignal.timeout(5000) });
    } catch (error) {
      if (attempt === retries) throw error;
      await new Promise((done) => setTimeout(done, 2 ** attempt * 200));
    }
  }
}
\`\`\``;

const ANSWERS = {
  'zh-CN': `可以用 \`AbortSignal.timeout\` 限时，再用一个循环重试：

${CODE}

**要点：**每次重试前的等待时间翻倍，避免给已经繁忙的服务器增加压力。

| 尝试 | 等待 |
| ---- | ---: |
| 第一次 | 200 毫秒 |
| 第二次 | 400 毫秒 |
| 第三次 | 800 毫秒 |
`,
  en: `\`AbortSignal.timeout\` limits each attempt, and a loop repeats it:

${CODE}

**Note:** the wait doubles each time, so that a busy server is given room.

| Attempt | Wait |
| ------- | ---: |
| first | 200 ms |
| second | 400 ms |
| third | 800 ms |
`,
} as const;

type Language = keyof typeof QUESTIONS;

const DEVICES: Readonly<Record<string, BrowserContextOptions>> = {
  wide: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
  phone: { ...PHONE, deviceScaleFactor: 2 },
};

type Colours = 'light' | 'dark';

/** What is pictured: the answer in every form, the rest where it looks different. */
const PICTURES: readonly (readonly [device: string, colours: Colours, language: Language, more: boolean])[] =
  [
    ['wide', 'light', 'zh-CN', true],
    ['wide', 'dark', 'en', true],
    ['wide', 'light', 'en', false],
    ['wide', 'dark', 'zh-CN', false],
    ['phone', 'dark', 'zh-CN', true],
    ['phone', 'light', 'en', true],
    ['phone', 'light', 'zh-CN', false],
    ['phone', 'dark', 'en', false],
  ];

type Picture = (typeof PICTURES)[number];

/** A page of its own for one scene, and how a picture of it is taken. */
async function opened(browser: Browser, site: Site, picture: Picture) {
  const visit = await visited(browser, picture);
  const { page } = visit;
  // The script listens on a port that changes: the settings show the host that a server usually has behind it.
  await page.route('**/session', async (route) => {
    const response = await route.fetch();
    await route.fulfill({
      response,
      json: { ...(await response.json()), client_key_hosts: ['api.openai.com'] },
    });
  });
  site.answer(told(ANSWERS[picture[2]]));
  await page.goto(site.url);
  await page.locator('.welcome').waitFor();
  return visit;
}

/** A browser for one picture, which is nowhere yet. */
async function visited(browser: Browser, [device, colours, language]: Picture) {
  const context = await browser.newContext({ ...DEVICES[device], colorScheme: colours, locale: language });
  const page = await context.newPage();
  const shot = async (what: string) => {
    await page.screenshot({
      path: join(OUT, `${what}-${device}-${colours}-${language}.png`),
      animations: 'disabled',
    });
  };
  return { page, shot, [Symbol.asyncDispose]: () => context.close() };
}

async function takePage(browser: Browser, site: Site, picture: Picture) {
  const [, , language, more] = picture;
  await using visit = await opened(browser, site, picture);
  const { page, shot } = visit;
  if (more) await shot('welcome');
  await page.locator('.to-settings').click();
  await page.locator('dialog.settings input[type=checkbox]').check();
  await page.locator('#setting-temperature').fill('0.7');
  if (more) await shot('settings');
  await page.keyboard.press('Escape');
  await ask(page, QUESTIONS[language]);
  await page.locator('.scroller').evaluate((scroller) => scroller.scrollTo(0, 0));
  await shot('answer');
}

/** An answer as a model of middling speed gives it, with what it would count. */
function told(text: string): Script {
  const parts = text.match(/.{1,4}/gsu) ?? [];
  return async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    for (const content of parts) {
      await exchange.event(chatChunk({ content }));
      await new Promise((resolve) => setTimeout(resolve, 8));
    }
    await exchange.event(chatChunk({}, 'stop'));
    const usage = { prompt_tokens: 24, completion_tokens: parts.length, total_tokens: 24 + parts.length };
    await exchange.event(JSON.stringify({ ...JSON.parse(usageChunk()), usage }));
    await exchange.event('[DONE]');
    await exchange.end();
  };
}

async function ask(page: Page, question: string): Promise<void> {
  await page.locator('textarea').fill(question);
  await page.locator('.send').click();
  await page.locator('.figures').waitFor();
}

await buildWorker(BUILT_WORKER);
await mkdir(OUT, { recursive: true });
const browser = await launchBrowser();
const site = await startSite();
const keyed = await startSite(USAGE_SETTINGS);
for (const picture of PICTURES) {
  if (only === undefined || only === 'page') await takePage(browser, site, picture);
  if (!picture[3]) continue;
  if (only === undefined || only === 'usage') {
    await using visit = await visited(browser, picture);
    await takeUsage(visit.page, keyed, picture[2], visit.shot);
  }
  for (const [name, scene] of Object.entries<Scene>(SCENES)) {
    if (only !== undefined && only !== name) continue;
    await using visit = await opened(browser, site, picture);
    await scene(visit.page, picture[2], visit.shot, site);
  }
}
await browser.close();
await site[Symbol.asyncDispose]();
await keyed[Symbol.asyncDispose]();
