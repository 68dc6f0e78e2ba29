/** Answers that survive on the page: a reload, a crash, a lost network, a second tab, a login that ends, a restart. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { respond } from '../support/answers.ts';
import { startBreaking } from '../support/breaking.ts';
import { startGateway } from '../support/gateway.ts';
import { launchBrowser } from '../support/page/browser.ts';
import {
  ask,
  begun,
  SERVER_KEY,
  type Staged,
  staged,
  startSite,
  useServersModel,
  visit,
} from '../support/page/site.ts';
import { storedRows } from '../support/page/stored.ts';
import { pageWorld } from '../support/page/world.ts';
import { startUpstream } from '../support/upstream.ts';

const TOKEN = 'a-token-of-more-than-twenty-characters';
const world = pageWorld({ RESUMABLE: 'true' });

const says = (page: Page, text: string) =>
  expect.poll(() => page.locator('.answer').innerText()).toContain(text);

/** A question whose answer has begun, behind the server's own model. */
async function storyBegun(page: Page): Promise<Staged> {
  await useServersModel(page);
  return begun(world.site, page, 'A long story', 'Once upon ');
}

/** The answer as it is stored. */
async function stored(page: Page) {
  const { text, state, stream } =
    (await storedRows(page, 'messages')).find(({ role }) => role === 'assistant') ?? {};
  return { text, state, stream };
}

/** Nothing is missing from it on the page or on disk, where it is written behind what is shown. */
async function isWhole(page: Page): Promise<void> {
  await says(page, WHOLE.text);
  await page.locator('.answer .figures').waitFor();
  await expect.poll(() => stored(page)).toEqual(WHOLE);
}

const WHOLE = { text: 'Once upon a time, the end.', state: 'done', stream: undefined };

describe('a link to an answer', () => {
  it('shows it live on another device with the same login, and asks nothing', async () => {
    const asked = world.site.asked().length;
    await using here = await world.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
    const answer = await storyBegun(here.page);
    await here.page.getByRole('button', { name: 'Copy a link to this answer, for another device' }).click();
    const link = await here.page.evaluate(() => navigator.clipboard.readText());
    await using there = await world.visit({ path: link });
    await says(there.page, 'Once upon');
    expect(await there.page.locator('.said').innerText()).toBe('A long story');
    answer.say('a time');
    await says(there.page, 'Once upon a time');
    answer.say(', the end.');
    answer.finish();
    await isWhole(there.page);
    await isWhole(here.page);
    expect(world.site.asked().length - asked).toBe(1);
    await there.page.reload();
    await isWhole(there.page);
    // Opened once more, it leads to the conversation that has it.
    expect(await there.page.locator('.chats a').count()).toBe(1);
    there.expectPeace();
    here.expectPeace();
  });

  it('of which nothing is left says that the answer was interrupted', async () => {
    await using visitor = await world.visit({ path: `/#/a/st_00${'0'.repeat(32)}?model=gpt-test&q=Gone` });
    await expect.poll(() => visitor.page.locator('.said').innerText()).toBe('Gone');
    await expect.poll(() => visitor.page.locator('.ending').innerText()).toContain('interrupted');
    visitor.expectPeace();
  });
});

describe('an answer goes on where it was', () => {
  it('after a reload, without a character twice or lost, and asked once', async () => {
    const asked = world.site.asked().length;
    await using visitor = await world.visit();
    const { page } = visitor;
    const answer = await storyBegun(page);
    await page.reload();
    await says(page, 'Once upon');
    answer.say('a time');
    await says(page, 'Once upon a time');
    await page.reload();
    answer.say(', the end.');
    answer.finish();
    await isWhole(page);
    expect(world.site.asked().length - asked).toBe(1);
    visitor.expectPeace();
  });

  it('after the tab was closed, also where all of it came meanwhile', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const answer = await storyBegun(page);
    const chat = page.url();
    await page.close({ runBeforeUnload: false });
    answer.say('a time, the end.');
    answer.finish();
    const again = await visitor.tab(new URL(chat).hash);
    await isWhole(again);
    visitor.expectPeace();
  });

  it('after the tab has crashed', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const answer = await storyBegun(page);
    const chat = page.url();
    const crashed = page.waitForEvent('crash');
    const session = await page.context().newCDPSession(page);
    void session.send('Page.crash').catch(() => undefined);
    await crashed;
    const again = await visitor.tab(new URL(chat).hash);
    answer.say('a time, the end.');
    answer.finish();
    await isWhole(again);
  });

  it('into storage, where the tab that was to save it is lost at its very end', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const answer = await storyBegun(page);
    const second = await visitor.tab(new URL(page.url()).hash);
    await says(second, 'Once upon');
    // The first tab gets no further than to ask the database for the last write.
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      Object.assign(IDBObjectStore.prototype, {
        put(this: IDBObjectStore, row: { readonly state?: string }) {
          return row.state === 'done' ? this.count() : put.call(this, row);
        },
      });
      IDBTransaction.prototype.commit = function () {
        const stay = (): void => {
          this.objectStore('messages').get('nothing').onsuccess = stay;
        };
        stay();
      };
    });
    answer.say('a time, the end.');
    answer.finish();
    await says(second, WHOLE.text);
    await second.locator('.answer .figures').waitFor();
    const session = await page.context().newCDPSession(page);
    const crashed = page.waitForEvent('crash');
    void session.send('Page.crash').catch(() => undefined);
    await crashed;
    await isWhole(second);
    visitor.expectPeace();
  });

  it('after the network was away', async () => {
    const asked = world.site.asked().length;
    await using way = await startBreaking(Number(new URL(world.site.url).port));
    await using visitor = await visit(world.browser, way.url);
    const { page } = visitor;
    const takenUp: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/v1/streams/') && response.ok()) takenUp.push(response.url());
    });
    // Offline is for new requests alone: what is under way breaks with its connection.
    const loseNetwork = async () => {
      await page.context().setOffline(true);
      way.breakAll();
      await page.locator('.banner').waitFor();
    };
    const answer = await storyBegun(page);
    await loseNetwork();
    answer.say('a time');
    await page.context().setOffline(false);
    await says(page, 'Once upon a time');
    await expect.poll(() => takenUp.length).toBe(1);
    await loseNetwork();
    answer.say(', the end.');
    answer.finish();
    await page.context().setOffline(false);
    await isWhole(page);
    await expect.poll(() => takenUp.length).toBe(2);
    expect(world.site.asked().length - asked).toBe(1);
  });
});

describe('a second tab', () => {
  it('sees the answer live', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const answer = await storyBegun(page);
    const second = await visitor.tab(new URL(page.url()).hash);
    await says(second, 'Once upon');
    answer.say('a time');
    await says(page, 'Once upon a time');
    await says(second, 'Once upon a time');
    await page.close();
    // The tab that is left saves the answer once the lock on it has passed to it.
    const waiting = () => second.evaluate(async () => (await navigator.locks.query()).pending?.length);
    await expect.poll(waiting).toBe(0);
    answer.say(', the end.');
    answer.finish();
    await isWhole(second);
    visitor.expectPeace();
  });

  it('stops it for both, and for the upstream', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const answer = await storyBegun(page);
    const second = await visitor.tab(new URL(page.url()).hash);
    await second.getByRole('button', { name: 'Stop' }).click();
    await answer.gone;
    for (const tab of [page, second]) {
      await expect.poll(() => tab.locator('.ending').innerText()).toContain('You stopped this answer.');
    }
    visitor.expectPeace();
  });
});

it('a login that ends in the middle costs nothing of the answer', async () => {
  await using site = await startSite({ RESUMABLE: 'true', API_TOKEN: TOKEN, REQUIRE_AUTH: 'true' });
  const browser = await launchBrowser();
  try {
    await using visitor = await visit(browser, site.url, { path: '/login' });
    const { page } = visitor;
    const signIn = async () => {
      await page.getByLabel('Access token').fill(TOKEN);
      await page.getByLabel('Access token').press('Enter');
    };
    await signIn();
    await page.waitForURL(`${site.url}/`);
    const answer = await begun(site, page, 'A long story', 'Once upon ');
    await page.context().clearCookies();
    await page.reload();
    await page.waitForURL('**/login?next=*');
    answer.say('a time, the end.');
    answer.finish();
    await signIn();
    await isWhole(page);
    visitor.expectPeace();
  } finally {
    await browser.close();
  }
});

it('a gateway that was restarted leaves what had come, and Continue', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'nexcode-restart-'));
  const browser = await launchBrowser();
  await using upstream = await startUpstream();
  const answer = staged();
  const models = respond('{"object":"list","data":[]}');
  upstream.always((exchange) =>
    exchange.request.path.endsWith('/models') ? models(exchange) : answer.script(exchange),
  );
  const settings = {
    OPENAI_API_BASE: upstream.base,
    OPENAI_API_KEY: SERVER_KEY,
    REQUIRE_AUTH: 'false',
    RESUMABLE: 'true',
  };
  const first = await startGateway(settings, stateFolder);
  try {
    await using visitor = await visit(browser, first.url);
    const { page } = visitor;
    await useServersModel(page);
    await ask(page, 'A long story');
    answer.say('Once upon ');
    await says(page, 'Once upon');
    await first.close();
    await using second = await startGateway(settings, stateFolder, Number(new URL(first.url).port));
    expect(second.url).toBe(first.url);
    await expect
      .poll(() => page.getByRole('button', { name: 'Continue' }).count(), { timeout: 15_000 })
      .toBe(1);
    await says(page, 'Once upon');
  } finally {
    await browser.close();
    await rm(stateFolder, { recursive: true, force: true });
  }
});

it('the settings say whether the server keeps answers', async () => {
  await using kept = await world.visit();
  await kept.page.getByRole('button', { name: 'Settings' }).click();
  await kept.page.getByText('This server keeps the text of an answer until a while after its end').waitFor();
  await using site = await startSite();
  const browser = await launchBrowser();
  try {
    await using visitor = await visit(browser, site.url);
    await visitor.page.getByRole('button', { name: 'Settings' }).click();
    await visitor.page.getByText('This server keeps no answers').waitFor();
  } finally {
    await browser.close();
  }
});
