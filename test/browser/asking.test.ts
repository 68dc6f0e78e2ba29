/** Asking in a real browser: both modes, streaming, stopping, versions, branches, and what goes over the wire. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chatChunk, stream, usageChunk } from '../support/answers.ts';
import { ask, begun, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

const answers = (page: Page) => page.locator('.answer');

describe('the built-in assistant', () => {
  it('answers a Chinese question with nothing configured, as the model nexcode', async () => {
    world.site.answer(words('部署', '只需', '一条命令。'));
    await using visitor = await world.visit({ locale: 'zh-CN' });
    const { page } = visitor;
    const sent = page.waitForRequest('**/v1/chat/completions');
    await ask(page, '怎样部署？');
    expect((await sent).postDataJSON()).toMatchObject({
      model: 'nexcode',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: '怎样部署？' }],
    });
    expect((await sent).headers()).not.toHaveProperty('authorization');
    await expect.poll(() => answers(page).innerText()).toContain('部署只需一条命令。');
    await expect
      .poll(() => page.locator('.figures').innerText())
      .toMatch(/首字 \d+\.\d\d 秒.*输入 5、输出 2 tokens/);
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await page.locator('#composer').count()).toBe(1);
    visitor.expectPeace();
  });

  it('invites with examples in the reader’s language that are asked at one click', async () => {
    await using visitor = await world.visit({ locale: 'zh-CN' });
    const { page } = visitor;
    const examples = page.locator('.welcome li button');
    await expect.poll(() => examples.count()).toBe(4);
    const first = await examples.first().innerText();
    expect(first).toContain('部署');
    await examples.first().click();
    await expect.poll(() => page.locator('.said').innerText()).toBe(first);
    await page.locator('.figures').waitFor();
    visitor.expectPeace();
  });
});

describe('an answer that streams', () => {
  it('shows each word as it comes, and stops at once when told to', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    const answer = await begun(world.site, page, 'Tell me something long', 'First part');
    expect(await page.locator('.send').getAttribute('aria-label')).toBe('Stop');
    answer.say(', second part');
    await expect.poll(() => answers(page).innerText()).toContain('First part, second part');
    await page.locator('.send').click();
    await expect.poll(() => page.locator('.ending').innerText()).toContain('You stopped this answer.');
    expect(await answers(page).innerText()).toContain('First part, second part');
    // The gateway hears of it with the next byte it writes.
    answer.say(' and more');
    await answer.gone;
    visitor.expectPeace();
  });

  it('stops on Escape', async () => {
    await using visitor = await world.visit();
    const answer = await begun(world.site, visitor.page, 'Stop me', 'Well');
    await visitor.page.keyboard.press('Escape');
    await expect.poll(() => visitor.page.locator('.ending').count()).toBe(1);
    answer.say('!');
    await answer.gone;
  });

  it('folds the reasoning away and shows it on demand', async () => {
    const payloads = [
      chatChunk({ role: 'assistant', reasoning_content: 'Because of this.' }),
      chatChunk({ content: 'Therefore that.' }),
      chatChunk({}, 'stop'),
      '[DONE]',
    ];
    world.site.answer(stream(payloads));
    await using visitor = await world.visit();
    const { page } = visitor;
    await ask(page, 'Why?');
    await expect.poll(() => answers(page).innerText()).toContain('Therefore that.');
    expect(await page.getByText('Because of this.').isVisible()).toBe(false);
    await page.locator('.reasoning summary').click();
    expect(await page.getByText('Because of this.').isVisible()).toBe(true);
  });

  it('shows the cost and the tokens where they are told, and neither as 0 where they are not', async () => {
    const told = (usage: object) =>
      stream([
        chatChunk({ role: 'assistant', content: 'Priced.' }),
        chatChunk({}, 'stop'),
        JSON.stringify({ ...JSON.parse(usageChunk()), usage }),
        '[DONE]',
      ]);
    world.site.answer(told({ prompt_tokens: 5, completion_tokens: 2, cost: 0.00012345 }));
    await using visitor = await world.visit();
    const { page } = visitor;
    await ask(page, 'How much?');
    await expect
      .poll(() => page.locator('.figures').innerText())
      .toContain('5 tokens in, 2 out · cost 0.000123');
    world.site.answer(told({ completion_tokens: 2 }));
    await ask(page, 'And now?');
    await expect.poll(() => page.locator('.figures').count()).toBe(2);
    expect(await page.locator('.figures').last().innerText()).toMatch(/2 tokens out$/);
    visitor.expectPeace();
  });

  it('never reads the question as Markdown', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    await ask(visitor.page, '**bold** <b>tag</b>\n  indented');
    await expect
      .poll(() => visitor.page.locator('.said').innerText())
      .toBe('**bold** <b>tag</b>\n  indented');
  });
});

describe('versions and branches', () => {
  it('keeps the old answer beside a new one, and the branch below an edited question', async () => {
    world.site.answer(words('Answer one.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await ask(page, 'Original question');
    await expect.poll(() => answers(page).innerText()).toContain('Answer one.');
    await page.locator('.figures').waitFor();

    world.site.answer(words('Answer two.'));
    await page.getByRole('button', { name: 'Regenerate' }).click();
    await expect.poll(() => answers(page).innerText()).toContain('Answer two.');
    await expect.poll(() => page.locator('.answer .versions').innerText()).toContain('2/2');
    await page.getByRole('button', { name: 'Previous version' }).click();
    await expect.poll(() => answers(page).innerText()).toContain('Answer one.');
    expect(await page.locator('.answer .versions').innerText()).toContain('1/2');

    world.site.answer(words('Answer to the edited.'));
    await page.locator('.question').hover();
    await page.getByRole('button', { name: 'Edit' }).click();
    const composer = page.locator('#composer');
    await expect.poll(() => composer.inputValue()).toBe('Original question');
    await composer.fill('Edited question');
    await composer.press('Enter');
    await expect.poll(() => answers(page).innerText()).toContain('Answer to the edited.');
    expect(await page.locator('.said').innerText()).toBe('Edited question');
    await page.locator('.question').getByRole('button', { name: 'Previous version' }).click();
    await expect.poll(() => page.locator('.said').innerText()).toBe('Original question');
    expect(await answers(page).innerText()).toContain('Answer two.');

    await page.reload();
    await expect.poll(() => page.locator('.said').innerText()).toBe('Original question');
    visitor.expectPeace();
  });

  it('sends the whole shown branch, and only that', async () => {
    world.site.answer(words('One.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await ask(page, 'First');
    await page.locator('.figures').waitFor();
    world.site.answer(words('Two.'));
    await page.getByRole('button', { name: 'Regenerate' }).click();
    await expect.poll(() => page.locator('.versions').innerText()).toContain('2/2');
    await expect.poll(() => answers(page).innerText()).toContain('Two.');
    await page.locator('.figures').waitFor();
    const sent = page.waitForRequest('**/v1/chat/completions');
    await ask(page, 'Second');
    expect((await sent).postDataJSON().messages).toEqual([
      { role: 'user', content: 'First' },
      { role: 'assistant', content: 'Two.' },
      { role: 'user', content: 'Second' },
    ]);
  });
});

describe('the OpenAI mode', () => {
  it('changes model and temperature between two messages with no reload, seen on the wire', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    const before = world.site.asked().length;
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('Use the OpenAI Chat Completion API').check();
    const dialog = page.locator('dialog.settings');
    await expect
      .poll(() => dialog.locator('#setting-model option').allInnerTexts())
      .toContain('deepseek-chat');
    const offered = await dialog.locator('#setting-model option').allInnerTexts();
    expect(offered[0]).toContain('gpt-4.1-mini');
    expect(offered).toEqual(expect.arrayContaining(['gpt-3.5-turbo', 'gpt-4', 'gpt-4-turbo-preview']));
    await page.keyboard.press('Escape');
    await ask(page, 'With the server’s model');
    await expect.poll(() => page.locator('.figures').count()).toBe(1);

    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await dialog.locator('#setting-model').selectOption('deepseek-chat');
    await dialog.locator('#setting-temperature').fill('0.3');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.recipient').innerText()).toMatch(/deepseek-chat · temp 0\.3/);
    await ask(page, 'With another');
    await expect.poll(() => page.locator('.figures').count()).toBe(2);

    const [first, second] = world.site.asked().slice(before);
    expect(first).toMatchObject({
      model: 'gpt-4.1-mini',
      messages: [{ content: 'With the server’s model' }],
    });
    expect(first).not.toHaveProperty('temperature');
    expect(second).toMatchObject({ model: 'deepseek-chat', temperature: 0.3 });
    expect(second?.messages).toHaveLength(3);
    const stamps = await page.locator('.stamp').allInnerTexts();
    expect(stamps[0]).toMatch(/gpt-4\.1-mini/);
    expect(stamps[1]).toMatch(/deepseek-chat · temp 0\.3/);
    expect(stamps[1]).toContain('provided by the server');
    visitor.expectPeace();
  });

  it('takes any model that is typed', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('Use the OpenAI Chat Completion API').check();
    await page.locator('#setting-model').selectOption({ label: 'Another model…' });
    await page.getByLabel('Model name').fill('my/own-model:7b');
    await page.getByLabel('Model name').press('Enter');
    await page.keyboard.press('Escape');
    const sent = page.waitForRequest('**/v1/chat/completions');
    await ask(page, 'Hi');
    expect((await sent).postDataJSON().model).toBe('my/own-model:7b');
  });

  it('sends a key of one’s own as it was typed, shows it masked, keeps it in memory alone, and forgets it', async () => {
    const key = 'sk-own-key-0123456789-wxyz';
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('Use the OpenAI Chat Completion API').check();
    const field = page.getByLabel('API key', { exact: true });
    expect(await field.getAttribute('type')).toBe('password');
    expect(await field.getAttribute('autocomplete')).toBe('off');
    await field.fill(key);
    await field.press('Enter');
    await expect.poll(() => page.locator('.kept-key').innerText()).toContain('sk-...wxyz');
    await page.keyboard.press('Escape');
    await ask(page, 'Who pays?');
    await expect.poll(() => page.locator('.stamp').innerText()).toContain('with your key');
    expect(world.site.asked().at(-1)?.authorization).toBe(`Bearer ${key}`);
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(stored).not.toContain(key);
    expect(await page.content()).not.toContain(key);

    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('on this device').check();
    expect(await page.locator('.warning').innerText()).toContain('unencrypted');
    expect(await page.evaluate(() => localStorage.getItem('nexcode.key'))).toBe(key);
    await page.getByLabel('for this tab’s session').check();
    expect(await page.evaluate(() => localStorage.getItem('nexcode.key'))).toBe(null);
    expect(await page.evaluate(() => sessionStorage.getItem('nexcode.key'))).toBe(key);
    await page.getByRole('button', { name: 'Remove key' }).click();
    expect(await page.evaluate(() => sessionStorage.getItem('nexcode.key'))).toBe(null);
    await page.keyboard.press('Escape');
    await ask(page, 'And now?');
    await expect.poll(() => page.locator('.figures').count()).toBe(2);
    expect(world.site.asked().at(-1)?.authorization).not.toContain(key);
    visitor.expectPeace();
  });

  it('forgets with a key the models that only that key could see', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.route('**/v1/models', (route) => {
      const own = route.request().headers()['authorization'] !== undefined;
      const data = (own ? ['common', 'only-with-the-key'] : ['common']).map((id) => ({ id }));
      return route.fulfill({ json: { object: 'list', data } });
    });
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('Use the OpenAI Chat Completion API').check();
    const field = page.getByLabel('API key', { exact: true });
    await field.fill('sk-own-key-0123456789-wxyz');
    await field.press('Enter');
    const offered = () => page.getByLabel('Model', { exact: true }).locator('option').allInnerTexts();
    await expect.poll(offered).toContain('only-with-the-key');
    await page.getByRole('button', { name: 'Remove key' }).click();
    await expect.poll(offered).not.toContain('only-with-the-key');
    await expect.poll(offered).toContain('common');
  });

  it('asks somebody else for one answer in one choice, without changing the settings', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await ask(page, 'Hi');
    await page.locator('.figures').waitFor();
    const sent = page.waitForRequest('**/v1/chat/completions');
    await page.getByRole('button', { name: 'Use another model…' }).click();
    await page.locator('.picker').getByRole('button', { name: 'deepseek-chat', exact: true }).click();
    expect((await sent).postDataJSON().model).toBe('deepseek-chat');
    await expect.poll(() => page.locator('.versions').innerText()).toContain('2/2');
    expect(await page.locator('.recipient').innerText()).toContain('Built-in assistant');
  });
});
