/** The curve of a long conversation on the page, in a real Chromium. */
import type { CDPSession } from 'playwright-core';
import { startGateway } from '../../test/support/gateway.ts';
import { launchBrowser } from '../../test/support/page/browser.ts';
import { atEach, type Curve, type Point } from './curve.ts';

/** A busy machine needs a minute for the longest. */
const LIMIT_MS = 300_000;

/** Each size is opened so many times; the median counts. */
const OPENINGS = 3;

/** What is opened on the page. */
export const CONVERSATION_CURVE: Curve = {
  id: 'conversation',
  words: { en: 'Turns of a conversation on the page', zh: '页面上一个对话的轮数' },
  sizes: [50, 200, 1000, 5000],
  quickUpTo: 200,
  figures: [
    { words: { en: 'ms until its end is shown', zh: '显示出末尾所需 ms' }, power: 1 },
    { words: { en: "ms work of the page's thread", zh: '页面线程的工作 ms' }, power: 1 },
    { words: { en: 'elements in the document', zh: '文档中的元素数' }, power: 1 },
  ],
  measure: async (sizes) => {
    await using gateway = await startGateway({ REQUIRE_AUTH: 'false' });
    const browser = await launchBrowser();
    try {
      return await atEach(sizes, (size) => opening(browser, gateway.url, size));
    } finally {
      await browser.close();
    }
  },
};

async function opening(
  browser: Awaited<ReturnType<typeof launchBrowser>>,
  url: string,
  size: number,
): Promise<Point> {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    await page.goto(url);
    await page.locator('#composer').waitFor();
    await page.evaluate(storing(size));
    const seen: number[][] = [];
    for (let count = 0; count < OPENINGS; count += 1) {
      await page.goto('about:blank');
      const session = await context.newCDPSession(page);
      await session.send('Performance.enable');
      const before = await workMs(session);
      const begin = performance.now();
      await page.goto(`${url}/#/c/long`);
      await page.getByText(lastWords(size)).waitFor();
      const ms = performance.now() - begin;
      const elements = Number(await page.evaluate('document.querySelectorAll("*").length'));
      seen.push([ms, (await workMs(session)) - before, elements]);
      await session.detach();
    }
    const middle = (place: number) =>
      seen.map((each) => each[place] ?? Number.NaN).toSorted((a, b) => a - b)[Math.floor(OPENINGS / 2)] ??
      Number.NaN;
    return { size, costs: [0, 1, 2].map(middle) };
  } finally {
    await context.close();
  }
}

async function workMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
}

function lastWords(size: number): string {
  return `The last of ${size} answers.`;
}

/** Run by the page: stores a conversation as the page itself would have (`src/page/storage/rows.ts`). */
function storing(turns: number): string {
  return `new Promise((resolve, reject) => {
    const open = indexedDB.open('nexcode');
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const work = open.result.transaction(['chats', 'messages'], 'readwrite');
      const messages = work.objectStore('messages');
      let parent = null;
      for (let turn = 0; turn < ${turns}; turn += 1) {
        const at = 1700000000000 + turn * 1000;
        messages.put({ id: 'q' + turn, chat: 'long', parent, role: 'user', text: 'Question ' + turn, at, state: 'done' });
        const text = turn === ${turns - 1} ? ${JSON.stringify(lastWords(turns))} : 'An answer with **emphasis**, \`code\` and a list:\\n\\n- one\\n- two\\n\\nAnd its end, ' + turn + '.';
        messages.put({ id: 'a' + turn, chat: 'long', parent: 'q' + turn, role: 'assistant', text, at: at + 1, state: 'done' });
        parent = 'a' + turn;
      }
      work.objectStore('chats').put({ id: 'long', title: 'Long', named: true, pinned: false, created: 1700000000000, updated: 1700000000000, leaf: parent });
      work.onerror = () => reject(work.error);
      work.oncomplete = () => { open.result.close(); resolve(true); };
    };
  })`;
}
