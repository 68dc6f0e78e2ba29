/**
 * Random actions in two tabs of one browser, against a model of what must be there: every question that was sent, every
 * word of an answer that was on the screen, until its conversation is deleted, and again when that is undone; and what
 * stands in the field when a tab is reloaded or closed. The clock is set back now and then.
 */
import type { Browser, Page } from 'playwright-core';
import { chatChunk, EVENT_STREAM, usageChunk } from '../answers.ts';
import type { Exchange } from '../upstream.ts';
import {
  backupOf,
  closeDialog,
  importFile,
  type Site,
  useServersModel,
  type Visitor,
  visit,
} from './site.ts';
import { holdStores, storedRows } from './stored.ts';

export interface RunResult {
  readonly actions: Readonly<Record<string, number>>;
  readonly checks: number;
  /** Tokens that were looked for, those of all checks together. */
  readonly sought: number;
}

interface RunOptions {
  readonly browser: Browser;
  readonly site: Site;
  readonly seed: number;
  /** Whether another action is due; asked before each with the number of those done. */
  more(done: number): boolean;
}

/** How many actions lie between two readings of all that is stored. */
const CHECK_EVERY = 20;

/** Runs until `more` says no, and checks at the end. Throws with the seed and the last actions where a word is missing. */
export async function runTwoTabs({ browser, site, seed, more }: RunOptions): Promise<RunResult> {
  site.answer(answerPiecewise);
  await using visitor = await visit(browser, site.url);
  await useServersModel(visitor.page);
  const run = new Run(visitor, seed);
  await run.begin();
  let done = 0;
  try {
    for (; more(done); done++) {
      await run.step();
      if (done % CHECK_EVERY === CHECK_EVERY - 1) await run.check();
    }
    await run.check();
    visitor.expectPeace();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Seed ${seed}, after ${done} actions: ${reason}\n\nThe last actions:\n${run.history.slice(-25).join('\n')}`,
      { cause: error },
    );
  }
  return { actions: run.counts, checks: run.checks, sought: run.sought };
}

/** Answers with words that name the question, so that each is known, a little at a time. */
async function answerPiecewise(exchange: Exchange): Promise<void> {
  const { messages } = JSON.parse(exchange.request.body.toString('utf8')) as {
    messages: readonly { content: string }[];
  };
  const question = messages.at(-1)?.content.match(/q\d+z/)?.[0] ?? 'none';
  let left = false;
  void exchange.gone.then(() => {
    left = true;
  });
  await exchange.head(200, EVENT_STREAM);
  for (let count = 0; count < 12 && !left; count++) {
    await exchange.event(chatChunk({ content: `**${question}a${count}**，字 ` }));
    await new Promise((resolve) => setTimeout(resolve, count < 2 ? 2 : 25));
  }
  if (left) return;
  await exchange.event(chatChunk({}, 'stop'));
  await exchange.event(usageChunk());
  await exchange.event('[DONE]');
  await exchange.end();
}

/** What must be there. */
class Model {
  /** The tokens of each conversation, by its identifier. */
  readonly chats = new Map<string, Set<string>>();
  readonly deleted = new Map<string, Set<string>>();
  readonly #asked = new Map<string, string>();
  #next = 0;

  question(): string {
    return `q${++this.#next}z`;
  }

  /** Tokens that are on the screen. Each names its question, and so its conversation. */
  look(tokens: readonly string[]): void {
    for (const token of tokens) {
      const chat = this.#asked.get(token.replace(/a\d+$/, ''));
      if (chat && this.chats.has(chat)) this.see(chat, [token]);
    }
  }

  ask(chat: string, token: string): void {
    this.#asked.set(token, chat);
    this.see(chat, [token]);
  }

  see(chat: string, tokens: readonly string[]): void {
    const known = this.chats.get(chat) ?? new Set();
    for (const token of tokens) known.add(token);
    this.chats.set(chat, known);
  }

  remove(chat: string): void {
    const tokens = this.chats.get(chat);
    this.chats.delete(chat);
    if (tokens) this.deleted.set(chat, tokens);
  }

  bringBack(chat: string): void {
    const tokens = this.deleted.get(chat);
    this.deleted.delete(chat);
    if (tokens) this.see(chat, [...tokens]);
  }

  expected(): readonly (readonly [chat: string, token: string])[] {
    return [...this.chats].flatMap(([chat, tokens]) => [...tokens].map((token) => [chat, token] as const));
  }
}

interface Tab {
  readonly name: string;
  page: Page;
  /** The conversations that the notice with its undo tells of. */
  undoable: string[];
}

class Run {
  readonly model = new Model();
  readonly history: string[] = [];
  readonly counts: Record<string, number> = {};
  checks = 0;
  sought = 0;
  #random: () => number;
  readonly #tabs: Tab[];

  readonly #visitor: Visitor;

  constructor(visitor: Visitor, seed: number) {
    this.#visitor = visitor;
    this.#random = randomFrom(seed);
    this.#tabs = [{ name: 'A', page: visitor.page, undoable: [] }];
  }

  async begin(): Promise<void> {
    this.#tabs.push({ name: 'B', page: await this.open(), undoable: [] });
  }

  async open(path?: string): Promise<Page> {
    const page = await this.#visitor.tab(path);
    await page.locator('#composer').waitFor();
    return page;
  }

  /** Sets the clock of both tabs back by ten minutes, and of those that follow. */
  async setClockBack(): Promise<boolean> {
    const setBack = () => {
      const { now } = Date;
      Date.now = () => now() - 600_000;
    };
    await this.#visitor.page.context().addInitScript(setBack);
    for (const { page } of this.#tabs) await page.evaluate(setBack);
    return true;
  }

  async step(): Promise<void> {
    const tab = this.#pick(this.#tabs);
    const [name, act] = this.#pick(ACTIONS);
    this.history.push(`${tab.name} ${name}`);
    if (await act(this, tab)) this.counts[name] = (this.counts[name] ?? 0) + 1;
    await this.#look(tab);
  }

  /** Whatever is on the screen must be there from now on. */
  async #look(tab: Tab): Promise<void> {
    this.model.look(await shown(tab.page));
  }

  /** Waits until nothing is being received and reads all that is stored. */
  async check(): Promise<void> {
    for (const tab of this.#tabs) {
      await tab.page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
      await this.#look(tab);
    }
    this.checks++;
    this.sought += this.model.expected().length;
    const missing = await until(async () => {
      const rows = await storedTokens(this.#tabs[0]?.page ?? this.#visitor.page);
      return this.model.expected().filter(([chat, token]) => !rows.get(chat)?.has(token));
    });
    if (missing.length > 0) {
      this.#visitor.expectPeace();
      const rows = await storedRows(this.#tabs[0]?.page ?? this.#visitor.page, 'messages');
      const there = rows
        .filter(({ chat }) => chat === missing[0]?.[0])
        .map(({ id, parent, role, state, text }) => JSON.stringify({ id, parent, role, state, text }));
      throw new Error(
        `Missing: ${JSON.stringify(missing.slice(0, 10))}\nof a conversation with\n${there.join('\n')}`,
      );
    }
    for (const { page, name } of this.#tabs) {
      const listed = await until(async () => {
        const ids = new Set(await listedChats(page));
        return [...this.model.chats.keys()].filter((id) => !ids.has(id));
      });
      if (listed.length > 0) {
        const rows = await storedRows(page, 'chats');
        const isStored = (id: string) => rows.some((row) => row['id'] === id);
        const told = listed.map((id) => `${id} (${isStored(id) ? 'stored' : 'not stored'})`);
        const sought = await page.getByLabel('Search conversations').inputValue();
        throw new Error(`Not listed in ${name}, which searches for “${sought}”: ${told.join(', ')}`);
      }
    }
  }

  #pick<T>(all: readonly T[]): T {
    const one = all[Math.floor(this.#random() * all.length)];
    if (one === undefined) throw new Error('Nothing to pick from');
    return one;
  }

  /** Types and sends, and knows the question from the moment that it is on the screen. */
  async ask(tab: Tab): Promise<boolean> {
    const { page } = tab;
    if ((await page.getByRole('button', { name: 'Stop' }).count()) > 0) return false;
    const token = this.model.question();
    await page.locator('#composer').fill(`${token} 问`);
    await page.locator('#composer').press('Enter');
    // While an answer comes, Enter sends nothing, and the words stay where they were written.
    const sent = await page.waitForFunction(
      (text) => {
        const said = [...document.querySelectorAll('.said')].some((each) => each.textContent.includes(text));
        return said ? 'sent' : document.querySelector('[aria-busy=true]') && 'kept';
      },
      token,
      { polling: 20 },
    );
    if ((await sent.jsonValue()) === 'kept') {
      if (!(await page.locator('#composer').inputValue()).includes(token)) {
        await page.locator('.said').filter({ hasText: token }).waitFor();
      } else return false;
    }
    const chat = await page
      .waitForFunction(() => /#\/c\/([\w-]+)/.exec(location.hash)?.[1])
      .then((found) => found.jsonValue());
    if (chat) this.model.ask(chat, token);
    return true;
  }

  async any(tab: Tab): Promise<string | null> {
    // Archived ones are folded away.
    await tab.page.evaluate(() => {
      for (const group of document.querySelectorAll<HTMLDetailsElement>('.chats details')) group.open = true;
    });
    const listed = (await listedChats(tab.page)).filter((id) => this.model.chats.has(id));
    return listed.length > 0 ? this.#pick(listed) : null;
  }

  /** Does something with a conversation. False where its menu has no such action. */
  async menu(tab: Tab, chat: string, action: string): Promise<boolean> {
    const entry = tab.page.locator('.chats li', { has: tab.page.locator(`a[href$="${chat}"]`) });
    await entry.hover();
    await entry.locator('.more').click();
    const button = tab.page.locator('.menu').getByRole('button', { name: action, exact: true });
    await tab.page.locator('.menu button').first().waitFor();
    const isThere = (await button.count()) > 0;
    if (isThere) await button.click();
    else await tab.page.keyboard.press('Escape');
    await tab.page.locator('.menu').waitFor({ state: 'detached' });
    return isThere;
  }

  get random(): number {
    return this.#random();
  }

  get visitor(): Visitor {
    return this.#visitor;
  }
}

type Act = (run: Run, tab: Tab) => Promise<boolean>;

/** A tab goes away, and comes back as what `leaving` gives. */
async function leave(run: Run, tab: Tab, leaving: (page: Page) => Promise<Page>): Promise<boolean> {
  run.model.look(await shown(tab.page));
  tab.page = await leaving(tab.page);
  tab.undoable = [];
  await tab.page.locator('#composer').waitFor();
  return true;
}

/** What is typed stands in the field of the tab that comes after. */
async function keepsDraft(
  run: Run,
  tab: Tab,
  leaving: (page: Page) => Promise<Page>,
  stores: 'free' | 'held' = 'free',
): Promise<boolean> {
  if ((await tab.page.locator('.editing').count()) > 0) return false;
  if (stores === 'held') await holdStores(tab.page, 'drafts');
  const words = `draft ${Math.floor(run.random * 1e6)}`;
  await tab.page.locator('#composer').fill(words);
  await leave(run, tab, leaving);
  const kept = await until(async () =>
    (await tab.page.locator('#composer').inputValue()) === words ? [] : [words],
  );
  if (kept.length > 0) {
    const there = {
      address: tab.page.url(),
      now: await tab.page.evaluate(() => Date.now()),
      field: await tab.page.locator('#composer').inputValue(),
      stored: await storedRows(tab.page, 'drafts'),
      left: await tab.page.evaluate(() => Object.keys(localStorage)),
    };
    throw new Error(`Not in the field of ${tab.name} any more: ${words}\n${JSON.stringify(there)}`);
  }
  await tab.page.locator('#composer').fill('');
  return true;
}

const ask: Act = (run, tab) => run.ask(tab);
const ACTIONS: readonly (readonly [name: string, act: Act])[] = [
  ['ask', ask],
  ['ask', ask],
  ['ask', ask],
  [
    'new chat and ask',
    async (run, tab) => {
      await tab.page.getByRole('button', { name: 'New chat' }).click();
      return run.ask(tab);
    },
  ],
  [
    'open',
    async (run, tab) => {
      const chat = await run.any(tab);
      if (!chat) return false;
      await tab.page.locator(`.chats a[href$="${chat}"]`).click();
      await tab.page.locator('.said').first().waitFor();
      return true;
    },
  ],
  [
    'regenerate',
    async (_run, tab) => {
      const again = tab.page
        .locator('.answer[aria-busy=false]')
        .last()
        .getByRole('button', { name: 'Regenerate' });
      if ((await again.count()) === 0) return false;
      await again.click();
      return true;
    },
  ],
  [
    'edit',
    async (run, tab) => {
      const question = tab.page.locator('.question').last();
      if ((await question.count()) === 0) return false;
      if ((await tab.page.getByRole('button', { name: 'Stop' }).count()) > 0) return false;
      await question.hover();
      await question.getByRole('button', { name: 'Edit' }).click();
      await tab.page.locator('.editing').waitFor();
      return run.ask(tab);
    },
  ],
  [
    'stop',
    async (_run, tab) => {
      const stop = tab.page.getByRole('button', { name: 'Stop' });
      if ((await stop.count()) === 0) return false;
      await stop.click({ timeout: 2000 }).catch(() => {});
      return true;
    },
  ],
  [
    'continue',
    async (_run, tab) => {
      const button = tab.page.getByRole('button', { name: 'Continue', exact: true }).last();
      if ((await button.count()) === 0) return false;
      await button.click({ timeout: 2000 }).catch(() => {});
      return true;
    },
  ],
  [
    'earlier version',
    async (_run, tab) => {
      const button = tab.page.getByRole('button', { name: 'Previous version' }).last();
      if ((await button.count()) === 0 || (await button.isDisabled())) return false;
      await button.click();
      return true;
    },
  ],
  ['reload', (run, tab) => leave(run, tab, (page) => page.reload().then(() => page))],
  [
    'close and open',
    (run, tab) =>
      leave(run, tab, async (page) => {
        await page.close();
        return run.open();
      }),
  ],
  ['set the clock back', (run) => run.setClockBack()],
  [
    'crash and open',
    async (run, tab) => {
      // Of a growing answer, what came since the last save is lost.
      if ((await tab.page.locator('[aria-busy=true]').count()) > 0) return false;
      return leave(run, tab, async (page) => {
        const crashed = page.waitForEvent('crash');
        const session = await page.context().newCDPSession(page);
        void session.send('Page.crash').catch(() => undefined);
        await crashed;
        await page.close();
        return run.open();
      });
    },
  ],
  [
    'type and reload',
    (run, tab) =>
      keepsDraft(run, tab, async (page) => {
        await page.reload();
        return page;
      }),
  ],
  [
    'type and close',
    (run, tab) =>
      keepsDraft(run, tab, async (page) => {
        const { hash } = new URL(page.url());
        await page.close();
        return run.open(`/${hash}`);
      }),
  ],
  [
    'type and reload before it is stored',
    (run, tab) =>
      keepsDraft(
        run,
        tab,
        async (page) => {
          await page.reload();
          return page;
        },
        'held',
      ),
  ],
  [
    'ask and reload before it is stored',
    async (run, tab) => {
      const { page } = tab;
      const [chat] = /(?<=#\/c\/)[\w-]+/.exec(page.url()) ?? [];
      if (!chat || (await page.locator('[aria-busy=true]').count()) > 0) return false;
      await holdStores(page, 'chats', 'messages', 'drafts');
      const token = run.model.question();
      await page.locator('#composer').fill(token);
      await page.locator('#composer').press('Enter');
      await page.locator('.said', { hasText: token }).waitFor();
      run.model.ask(chat, token);
      return leave(run, tab, (left) => left.reload().then(() => left));
    },
  ],
  [
    'pin',
    async (run, tab) => {
      const chat = await run.any(tab);
      if (!chat) return false;
      return (await run.menu(tab, chat, 'Pin')) || run.menu(tab, chat, 'Unpin');
    },
  ],
  [
    'archive',
    async (run, tab) => {
      const chat = await run.any(tab);
      if (!chat) return false;
      const isPutAside = await run.menu(tab, chat, 'Archive');
      // Its notice takes the place of the one with the deletions.
      if (isPutAside) tab.undoable = [];
      return isPutAside || run.menu(tab, chat, 'Unarchive');
    },
  ],
  [
    'rename',
    async (run, tab) => {
      const chat = await run.any(tab);
      if (!chat) return false;
      await run.menu(tab, chat, 'Rename');
      await tab.page.getByLabel('Rename').fill(`Named ${Math.floor(run.random * 1000)}`);
      await tab.page.getByLabel('Rename').press('Enter');
      return true;
    },
  ],
  [
    'delete',
    async (run, tab) => {
      const chat = await run.any(tab);
      if (!chat) return false;
      const undo = (await tab.page.locator('.toast').getByRole('button', { name: 'Undo' }).count()) > 0;
      await run.menu(tab, chat, 'Delete');
      await tab.page.locator(`.chats a[href$="${chat}"]`).waitFor({ state: 'detached' });
      run.model.remove(chat);
      tab.undoable = undo ? [...tab.undoable, chat] : [chat];
      await tab.page.locator('.toast').waitFor();
      return true;
    },
  ],
  [
    'undo',
    async (run, tab) => {
      const undo = tab.page.locator('.toast').getByRole('button', { name: 'Undo' });
      if ((await undo.count()) === 0) return false;
      const clicked = await undo.click({ timeout: 1000 }).then(
        () => true,
        () => false,
      );
      if (!clicked) return false;
      for (const chat of tab.undoable) {
        await tab.page.locator(`.chats a[href$="${chat}"]`).waitFor({ state: 'attached' });
        run.model.bringBack(chat);
      }
      tab.undoable = [];
      return true;
    },
  ],
  [
    'search',
    async (run, tab) => {
      const found = run.model.expected();
      const sought = found[Math.floor(run.random * found.length)];
      if (!sought) return false;
      const [chat, token] = sought;
      if (!/z$/.test(token)) return false;
      const field = tab.page.getByLabel('Search conversations');
      await field.fill(token);
      await tab.page.locator('.chats li:only-child .snippet').waitFor();
      await tab.page.locator(`.chats a[href$="${chat}"]`).click();
      // The other tab may lead the same conversation elsewhere: what is on the screen then is not asked.
      await tab.page.locator('.said').first().waitFor();
      await field.fill('');
      return true;
    },
  ],
  [
    'import its own export',
    async (_run, tab) => {
      const file = await exportOf(tab.page);
      await importFile(tab.page, file);
      await tab.page
        .locator('dialog.settings')
        .getByText(/Conversations added: 0/)
        .waitFor();
      await closeDialog(tab.page);
      return true;
    },
  ],
];

const TOKEN = /q\d+z(?:a\d+)?/g;

/** The tokens that are on the screen. */
async function shown(page: Page): Promise<readonly string[]> {
  const text = await page.evaluate(() =>
    [...document.querySelectorAll('.said, .md')].map((each) => each.textContent).join('\n'),
  );
  return text.match(TOKEN) ?? [];
}

function listedChats(page: Page): Promise<string[]> {
  return page
    .locator('.chats a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')?.split('/').at(-1) ?? ''));
}

/** The tokens that are stored, by conversation; those of conversations that are gone are not there. */
async function storedTokens(page: Page): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const [chats, messages] = [await storedRows(page, 'chats'), await storedRows(page, 'messages')];
  const found = new Map(chats.map(({ id }) => [String(id), new Set<string>()]));
  for (const { chat, text } of messages) {
    for (const token of String(text).match(TOKEN) ?? []) found.get(String(chat))?.add(token);
  }
  return found;
}

async function exportOf(page: Page): Promise<string> {
  const [chats, messages] = [await storedRows(page, 'chats'), await storedRows(page, 'messages')];
  return backupOf(chats, messages);
}

/** Reads until nothing is left, for a while: writes are under way when nothing is on the screen any more. */
async function until<T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  const end = performance.now() + 10_000;
  for (;;) {
    const left = await read();
    if (left.length === 0 || performance.now() > end) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The same numbers for the same seed. https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
