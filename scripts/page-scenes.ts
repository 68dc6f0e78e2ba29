/** The states of the page that are pictured one by one, each from a fresh visit. */
import type { Page } from 'playwright-core';
import { chatChunk, EVENT_STREAM } from '../test/support/answers.ts';
import type { Site } from '../test/support/page/site.ts';
import { backupOf, importFile, useServersModel } from '../test/support/page/site.ts';

type Language = 'zh-CN' | 'en';
export type Scene = (
  page: Page,
  language: Language,
  shot: (name: string) => Promise<void>,
  site: Site,
) => Promise<void>;

const ROLE = {
  'zh-CN': '你是一位简洁的技术编辑，只给结论和代码。',
  en: 'You are a terse technical editor: conclusions and code only.',
} as const;

const PROMPTS = {
  'zh-CN': [
    ['翻译', '把下面的内容翻译成{{语言=英文}}：{{内容}}'],
    ['润色', '润色下面这段话，保持原意：'],
    ['写提交说明', '根据下面的改动写一条提交说明：'],
  ],
  en: [
    ['Translate', 'Translate into {{language=French}}: {{text}}'],
    ['Proofread', 'Correct the grammar of the following, and nothing else:'],
    ['Commit message', 'Write a commit message for this change:'],
  ],
} as const;

const TITLES = {
  'zh-CN': [
    '部署到 Workers',
    '流式输出为什么成批到达',
    '接入本机的 Ollama',
    '常用的提示词',
    '旧的草稿',
    '第一次试用',
  ],
  en: [
    'Deploying to Workers',
    'Why a stream arrives at once',
    'Ollama on this machine',
    'Prompts I use',
    'An old draft',
    'First steps',
  ],
} as const;

const THOUGHT = {
  'zh-CN': '六乘七，也就是六个七相加。',
  en: 'Six times seven is seven added up six times.',
} as const;

async function openSetup(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Role and parameters|角色与参数)$/ }).click();
  await page.locator('#setup-role').waitFor();
}

/** Opens the library and writes the prompts there. */
async function writePrompts(page: Page, language: Language): Promise<void> {
  await openSetup(page);
  await page.getByRole('button', { name: /Manage prompts|管理提示词/ }).click();
  for (const [name, text] of PROMPTS[language]) {
    await page.getByRole('button', { name: /New prompt|新建提示词/ }).click();
    await page.locator('.prompt-form input').fill(name);
    await page.locator('.prompt-form textarea').fill(text);
    await page.locator('.prompt-form .primary').click();
    await page.locator('.prompt-list').getByText(name, { exact: true }).waitFor();
  }
}

export const SCENES = {
  /** Role and parameters of a conversation, and how the composer tells of them. */
  async setup(page, language, shot) {
    await useServersModel(page);
    await openSetup(page);
    await page.locator('#setup-role').fill(ROLE[language]);
    await page.locator('#setup-temperature').fill('0.3');
    await page.locator('.more-parameters summary').click();
    await page.locator('#setup-max_tokens').fill('2000');
    await page.locator('#setup-seed').focus();
    await page.locator('#setup-role').focus();
    await shot('setup');
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await shot('setup-told');
  },
  /** The library of prompts, and the menu that `/` opens. */
  async prompts(page, language, shot) {
    await writePrompts(page, language);
    await shot('prompts');
    await page.keyboard.press('Escape');
    await page.locator('#composer').pressSequentially('/');
    await page.locator('.prompt-menu').waitFor();
    await shot('prompt-menu');
  },
  /** The model picker with models of two upstreams, aliases and a pinned one. */
  async models(page, _language, shot) {
    const ids = ['gpt-4.1', 'gpt-4.1-mini', 'gpt-5', 'o4-mini'];
    const data = [
      { id: 'fast', owned_by: 'nexcode-alias' },
      { id: 'smart', owned_by: 'nexcode-alias' },
      ...ids.map((id) => ({ id, upstream: 'openai' })),
      ...['deepseek-chat', 'deepseek-reasoner'].map((id) => ({ id, upstream: 'deepseek' })),
    ];
    await page.route('**/v1/models', (route) => route.fulfill({ json: { object: 'list', data } }));
    await page.locator('.recipient').click();
    await page.locator('.picker').getByText('deepseek-chat').waitFor();
    await page.getByRole('button', { name: /(Pin|置顶) deepseek-chat/ }).click();
    await page.locator('.picker').getByText('gpt-5').click();
    await page.locator('.recipient').click();
    await page.locator('.picker').getByText('deepseek-chat').waitFor();
    await shot('models');
  },
  /** A picture and a code file before they are sent, and with their question. */
  async files(page, language, shot) {
    await useServersModel(page);
    const painted = await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(640, 400);
      const context = canvas.getContext('2d');
      if (!context) return [];
      const sky = context.createLinearGradient(0, 0, 0, 400);
      sky.addColorStop(0, '#3b6ea8');
      sky.addColorStop(1, '#f2b880');
      context.fillStyle = sky;
      context.fillRect(0, 0, 640, 400);
      context.fillStyle = '#2d3b2f';
      context.beginPath();
      context.moveTo(0, 400);
      for (const [x, y] of [
        [0, 300],
        [160, 170],
        [290, 290],
        [430, 120],
        [640, 310],
        [640, 400],
      ] as const)
        context.lineTo(x, y);
      context.fill();
      return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
    });
    await page.locator('.composer input[type=file]').setInputFiles([
      {
        name: language === 'en' ? 'mountains.png' : '山.png',
        mimeType: 'image/png',
        buffer: Buffer.from(painted),
      },
      { name: 'fetch.ts', mimeType: '', buffer: Buffer.from('export const retries = 3;\n') },
    ]);
    await page.locator('.box .picture img').waitFor();
    await shot('files');
    await page.locator('#composer').fill(language === 'en' ? 'What do you see?' : '图里有什么？');
    await page.locator('.send').click();
    await page.locator('.figures').waitFor();
    await page.locator('.scroller').evaluate((scroller) => scroller.scrollTo(0, 0));
    await shot('files-sent');
  },
  /** The sheet of shortcuts. */
  async shortcuts(page, _language, shot) {
    await page.locator('.to-settings').click();
    await page.getByRole('button', { name: /Keyboard shortcuts|键盘快捷键/ }).click();
    await page.locator('.shortcuts').waitFor();
    await shot('shortcuts');
  },
  /** The conversations by day, some put aside, with the menu of one. */
  async list(page, language, shot) {
    const day = 86_400_000;
    const now = Date.now();
    const rows = TITLES[language].map((title, n) => {
      const [id, updated] = [`c${n}`, now - ([0, 0.02, 1, 4, 20, 400][n] ?? 0) * day];
      return {
        chat: {
          id,
          title,
          named: true,
          pinned: n === 3,
          archived: n === 4,
          created: updated,
          updated,
          leaf: `m${n}`,
        },
        message: { id: `m${n}`, chat: id, parent: null, role: 'user', text: title, at: updated },
      };
    });
    const chats = rows.map(({ chat }) => chat);
    const messages = rows.map(({ message }) => message);
    await importFile(page, backupOf(chats, messages));
    await page.locator('dialog.settings [role=status]').filter({ hasText: '6' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    if (!(await page.locator('nav.side').count())) await page.locator('.bar button').first().click();
    await page.locator('.chats .more').first().click();
    await page.locator('.menu button:focus').waitFor();
    await shot('list');
  },
  /** A temporary chat before its first message. */
  async temporary(page, language, shot) {
    const name = language === 'en' ? 'Temporary chat' : '临时对话';
    await page.getByRole('button', { name }).click();
    await page.locator('h1').filter({ hasText: name }).waitFor();
    await shot('temporary');
  },
  /** A model that thinks, with the seconds counted, and the button that stops it. */
  async thinking(page, language, shot, site) {
    const end = Promise.withResolvers<void>();
    site.answer(async (exchange) => {
      await exchange.head(200, EVENT_STREAM);
      await exchange.event(chatChunk({ role: 'assistant', reasoning_content: THOUGHT[language] }));
      await end.promise;
      await exchange.event(chatChunk({ content: '42' }, 'stop'));
      await exchange.event('[DONE]');
      await exchange.end();
    });
    await useServersModel(page);
    await page.locator('#composer').fill(language === 'en' ? 'What is six times seven?' : '六乘七等于几？');
    await page.locator('.send').click();
    await page.locator('.reasoning summary').click();
    await page.locator('.reasoning summary').filter({ hasText: /[2-9]/ }).waitFor();
    await shot('thinking');
    end.resolve();
  },
} as const satisfies Readonly<Record<string, Scene>>;
