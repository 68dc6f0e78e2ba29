/** Installed and without a network: the page opens, shows old conversations, and has kept no answer of the API. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../src/launcher/project.ts';
import { launchBrowser } from '../support/page/browser.ts';
import { ask, startSite, visit, words } from '../support/page/site.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

describe('without a network', () => {
  it('the page opens, shows old conversations in either language, and says that it is alone', async () => {
    const site = await startSite();
    site.answer(words('Remember **this**.'));
    await using visitor = await visit(browser, site.url);
    const { page } = visitor;
    await ask(page, 'What shall I remember?');
    await page.locator('.figures').waitFor();
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    const kept = await page.evaluate(async () => {
      const names = await caches.keys();
      const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return requests.flat().map(({ url }) => new URL(url).pathname);
    });
    expect(kept).toEqual(expect.arrayContaining(['/', '/login', '/app.js', '/style.css']));
    expect(kept.filter((path) => /^\/(?:v1|session|health)/.test(path))).toEqual([]);

    // The server is really gone: nothing but the service worker can answer.
    await site[Symbol.asyncDispose]();
    await page.reload();
    await expect.poll(() => page.locator('.answer strong').last().innerText()).toBe('this');
    await page.locator('.to-settings').click();
    await page.getByLabel('Language').selectOption('zh-CN');
    await page.getByRole('heading', { name: '设置', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#composer').fill('还在吗');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.locator('.card[role=alert]').innerText(), { timeout: 10_000 })
      .toContain('无法连接服务器');
    expect(await page.locator('.said').last().innerText()).toBe('还在吗');
    visitor.expectPeace();
  });

  it('half a release is not kept: the worker is not installed where a file is not the very one', async () => {
    await using server = await serveFiles((path) =>
      path === '/style.css' ? 'of another release' : undefined,
    );
    await using visitor = await visit(browser, server.url);
    const state = await visitor.page.evaluate(async () => {
      const { installing } = await navigator.serviceWorker.register('/sw.js');
      return new Promise((resolve) => {
        const look = () => {
          if (installing?.state !== 'installing') resolve(installing?.state);
        };
        installing?.addEventListener('statechange', look);
        look();
      });
    });
    expect(state).toBe('redundant');
  });

  it('can be installed: a manifest with icons that exist', async () => {
    await using site = await startSite();
    const manifest = (await (await fetch(new URL('/manifest.webmanifest', site.url))).json()) as {
      start_url: string;
      display: string;
      icons: { src: string; sizes: string; type: string }[];
    };
    expect(manifest).toMatchObject({ start_url: '/', display: 'standalone' });
    for (const { src, type } of manifest.icons) {
      const icon = await fetch(new URL(src, site.url));
      expect(icon.headers.get('content-type')).toContain(type);
    }
    await using visitor = await visit(browser, site.url);
    const cdp = await visitor.page.context().newCDPSession(visitor.page);
    const { errors } = await cdp.send('Page.getAppManifest');
    expect(errors).toEqual([]);
  });
});

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
};

/** The built files of the page from a plain server. @param instead the text of a path that is not the built one. */
async function serveFiles(instead: (path: string) => string | undefined) {
  const server = createServer(async ({ url = '/' }, response) => {
    const file = url === '/' ? '/index.html' : url === '/login' ? '/login.html' : url;
    const content =
      instead(url) ?? (await readFile(join(PROJECT_ROOT, 'dist/site', file)).catch(() => undefined));
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': TYPES[extname(file)] ?? 'image/png',
    });
    response.end(content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
