/** An upstream that answers with pages and scripts: nothing of it runs on the page's origin, reads it, or spends a key. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { respond } from '../support/answers.ts';
import { type Site, type Visitor, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const TOKEN = 'a-token-for-this-test-only';

/** What a hostile answer tries: to read what the page keeps, and to spend the server's key. */
const PAYLOAD =
  "top.stolen=localStorage.getItem('mine');try{localStorage.setItem('hacked','1')}catch{};" +
  "fetch('/v1/chat/completions',{method:'POST',headers:{'content-type':'application/json'},body:'{\"messages\":[],\"model\":\"spent\"}'});" +
  "caches.open('nexcode-x').then(c=>c.put('/',new Response('poison')));";
const HTML = `<!doctype html><script>${PAYLOAD}</script><img src=x onerror="${PAYLOAD.replaceAll('"', '&quot;')}">`;
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="${PAYLOAD.replaceAll('"', '&quot;')}"><script>${PAYLOAD.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</script></svg>`;

const ANSWERS: readonly (readonly [type: string | undefined, body: string])[] = [
  ['text/html', HTML],
  ['text/html; charset=utf-8', HTML],
  ['application/xhtml+xml', HTML.replace('<!doctype html>', '')],
  ['image/svg+xml', SVG],
  ['text/xml', SVG],
  ['application/xml', SVG],
  ['text/xsl', SVG],
  ['application/xslt+xml', SVG],
  ['application/json', HTML],
  ['text/javascript', PAYLOAD],
  ['application/javascript', PAYLOAD],
  ['text/css', '*{background:url(/v1/spent)}'],
  ['multipart/x-mixed-replace; boundary=b', `--b\r\ncontent-type: text/html\r\n\r\n${HTML}\r\n--b--`],
  ['application/pdf', '%PDF-1.4 /JS'],
  ['application/octet-stream', HTML],
  ['text/plain', HTML],
  [undefined, HTML],
];

/** Files with its traces, and whether the upstream was asked for a completion on its behalf. */
async function traces(page: Page, site: Site) {
  const kept = await page.evaluate(async () => ({
    hacked: localStorage.getItem('hacked'),
    stolen: (window as unknown as { stolen?: string }).stolen,
    caches: (await caches.keys()).filter((name) => name === 'nexcode-x'),
  }));
  return { ...kept, spent: site.asked().filter(({ model }) => model === 'spent') };
}

const NOTHING = { hacked: null, stolen: undefined, caches: [], spent: [] };

describe.each([
  ['the open door', {}],
  ['a login', { API_TOKEN: TOKEN, REQUIRE_AUTH: 'true' }],
])('with %s', (_, settings) => {
  const world = pageWorld(settings);

  async function enter(): Promise<Visitor> {
    // A guide has no script of its own that could lead elsewhere meanwhile.
    const visitor = await world.visit({ path: '/docs/en/api' });
    await visitor.page.evaluate(async (token) => {
      localStorage.setItem('mine', 'private');
      await fetch('/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      });
    }, TOKEN);
    return visitor;
  }

  it('an answer that is opened as a page runs nothing', { timeout: 60_000 }, async () => {
    await using visitor = await enter();
    for (const [type, body] of ANSWERS) {
      world.site.answer(respond(body, 200, type === undefined ? {} : { 'content-type': type }));
      const tab = await visitor.tab('/docs/en/api');
      // A download aborts the navigation.
      await tab.goto(new URL('/v1/models/hostile', world.site.url).href).catch(() => undefined);
      await tab.close();
      expect([type, await traces(visitor.page, world.site)]).toEqual([type, NOTHING]);
    }
  });

  it('an answer runs in no frame, as no script, style or worker', { timeout: 60_000 }, async () => {
    await using visitor = await enter();
    for (const [type, body] of ANSWERS) {
      world.site.answer(respond(body, 200, type === undefined ? {} : { 'content-type': type }));
      const tab = await visitor.tab('/docs/en/api');
      await tab.evaluate(async () => {
        const url = '/v1/models/hostile';
        const settled = (element: HTMLElement) =>
          new Promise((resolve) => {
            element.addEventListener('load', resolve);
            element.addEventListener('error', resolve);
            document.body.append(element);
          });
        const make = (name: string, attributes: Record<string, string>) => {
          const element = document.createElement(name);
          for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
          return element;
        };
        const outcomes = [
          settled(make('iframe', { src: url })),
          settled(make('link', { rel: 'stylesheet', href: url })),
          navigator.serviceWorker.register(url).catch(() => undefined),
        ];
        try {
          outcomes.push(settled(make('script', { src: url })));
          outcomes.push(settled(make('script', { src: url, type: 'module' })));
          new Worker(url);
        } catch {
          // The page's own policy has refused it.
        }
        await Promise.all(outcomes);
      });
      await tab.close();
      expect([type, await traces(visitor.page, world.site)]).toEqual([type, NOTHING]);
    }
  });

  it('an answer of a model leads to no path of the API', async () => {
    const own = world.site.url.replace(/\/$/, '');
    world.site.answer(
      words(
        '[one](/v1/images/x) [two](/docs/../v1/x) ',
        `[three](${own}/v1/x) [four](${own}\\v1\\x) <${own}/session> `,
        `[guide](${own}/docs/en/api) [page](/docs/en/api) [out](https://example.com/)`,
      ),
    );
    await using visitor = await enter();
    const { page } = visitor;
    await page.goto(world.site.url);
    await page.locator('#composer').first().fill('links, please');
    await page.locator('#composer').first().press('Enter');
    await page.locator('.figures').waitFor();
    const links = await page
      .locator('.answer a')
      .evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    expect(links).toEqual([`${own}/docs/en/api`, '/docs/en/api', 'https://example.com/']);
    expect(await page.locator('.answer').innerText()).toContain('four');
  });

  it('a poisoned cache is never what the page is made of', async () => {
    await using visitor = await enter();
    const { page } = visitor;
    await page.goto(world.site.url);
    await page.locator('#composer').first().waitFor();
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const { url } of await cache.keys()) {
          await cache.put(url, new Response('poison', { headers: { 'content-type': 'text/html' } }));
        }
      }
    });
    await page.reload();
    expect(await page.content()).not.toContain('poison');
    await page.locator('textarea, input[type=password]').first().waitFor();
    await page.context().setOffline(true);
    await page.reload();
    await page.locator('textarea, input[type=password]').first().waitFor();
    expect(await page.content()).not.toContain('poison');
  });
});

describe('what asks for an answer as code', () => {
  const world = pageWorld();

  it.each([
    [{ 'sec-fetch-dest': 'script' }, 403],
    [{ 'sec-fetch-dest': 'worker' }, 403],
    [{ 'sec-fetch-dest': 'serviceworker' }, 403],
    [{ 'service-worker': 'script' }, 403],
    [{ 'sec-fetch-dest': 'style' }, 403],
    [{ 'sec-fetch-dest': 'empty' }, 200],
    [{ 'sec-fetch-dest': 'document' }, 200],
    [{ 'sec-fetch-dest': 'image' }, 200],
    [{}, 200],
  ])('%j is answered %d', async (headers, status) => {
    world.site.answer(respond('{}'));
    const answer = await fetch(new URL('/v1/models', world.site.url), { headers });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-security-policy')).toBe(
      "sandbox; default-src 'none'; frame-ancestors 'none'",
    );
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});
