/** When an answer does not come, or not whole: the card, its cure, and that nothing typed or received is lost. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { apiError, chatChunk, respond, stream } from '../support/answers.ts';
import { ask, begun, SERVER_KEY, useServersModel, words } from '../support/page/site.ts';
import { storedRows } from '../support/page/stored.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

const JSON_TYPE = { 'content-type': 'application/json' };
const card = (page: Page) => page.locator('.card[role=alert]');

async function useOwnKey(page: Page, key: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByLabel('Use the OpenAI Chat Completion API').check();
  await page.getByLabel('API key', { exact: true }).fill(key);
  await page.getByLabel('API key', { exact: true }).press('Enter');
  await page.locator('.kept-key').waitFor();
  await page.keyboard.press('Escape');
}

describe('a refusal', () => {
  it('of one’s own key leads to the key field, and no error text ever shows the key', async () => {
    const key = 'sk-wrong-key-0123456789-wxyz';
    world.site.answer(
      respond(
        apiError(`Incorrect API key provided: ${key}.`, 'invalid_request_error', 'invalid_api_key'),
        401,
        {
          ...JSON_TYPE,
          'x-request-id': 'req_of_the_upstream',
        },
      ),
    );
    await using visitor = await world.visit();
    const { page } = visitor;
    await useOwnKey(page, key);
    await ask(page, 'Hi');
    await expect.poll(() => card(page).innerText()).toContain('The API key was rejected.');
    expect(await card(page).innerText()).toContain('Incorrect API key provided');
    expect(await page.content()).not.toContain(key);
    expect(await card(page).locator('.request-id code').innerText()).toMatch(/\S/);
    await card(page).getByRole('button', { name: 'Check the API key' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('setting-key');
    visitor.expectPeace();
  });

  it('by our own server is told in Chinese, and its English sentence is folded away', async () => {
    world.site.answer(async (exchange) => exchange.cut());
    await using visitor = await world.visit({ locale: 'zh-CN' });
    const { page } = visitor;
    await useServersModel(page);
    await ask(page, '你好');
    await expect.poll(() => card(page).innerText()).toContain('服务器或模型出错，请重试。');
    const details = card(page).locator('details');
    const sentence = await details.locator('p').textContent();
    expect(sentence).toMatch(/[a-z]{3} [a-z]{2}/);
    expect(await card(page).innerText()).not.toContain(sentence);
    expect(await details.locator('summary').innerText()).toBe('upstream_error');
  });

  it('of the server’s key offers one’s own and the assistant', async () => {
    world.site.answer(
      respond(apiError('Incorrect API key', 'invalid_request_error', 'invalid_api_key'), 401),
    );
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('Use the OpenAI Chat Completion API').check();
    await page.keyboard.press('Escape');
    await ask(page, 'Hi');
    await expect.poll(() => card(page).innerText()).toContain('no working API key');
    expect(await page.content()).not.toContain(SERVER_KEY);
    world.site.answer(words('The assistant speaks.'));
    await card(page).getByRole('button', { name: 'Ask the built-in assistant' }).click();
    await expect.poll(() => page.locator('.answer').innerText()).toContain('The assistant speaks.');
    expect(await page.locator('.recipient').innerText()).toContain('Built-in assistant');
  });

  it('for too many requests counts down, then lets one try again', async () => {
    world.site.answer(
      respond(apiError('Rate limit reached', 'requests', 'rate_limit_exceeded'), 429, {
        ...JSON_TYPE,
        'retry-after': '2',
      }),
    );
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    await ask(page, 'Hi');
    const retry = card(page).getByRole('button', { name: /Try again/ });
    await expect.poll(() => retry.innerText()).toMatch(/Try again in [12] sec/);
    expect(await retry.isDisabled()).toBe(true);
    world.site.answer(words('Here you are.'));
    await expect.poll(() => retry.isEnabled()).toBe(true);
    await retry.click();
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Here you are.');
  });

  it('for an unknown model leads to the model list', async () => {
    world.site.answer(
      respond(apiError('The model `x` does not exist', 'invalid_request_error', 'model_not_found'), 404),
    );
    await using visitor = await world.visit();
    const { page } = visitor;
    await useOwnKey(page, 'sk-good-key-0123456789');
    await ask(page, 'Hi');
    await expect.poll(() => card(page).innerText()).toContain('This model was not found.');
    await card(page).getByRole('button', { name: 'Choose a model' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('setting-model');
  });

  it('for too long a conversation goes on in a new chat with the last turns', async () => {
    world.site.answer(words('First answer.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await ask(page, 'First question');
    await page.locator('.figures').waitFor();
    world.site.answer(
      respond(apiError('Too many tokens', 'invalid_request_error', 'context_length_exceeded'), 400),
    );
    await ask(page, 'Second question');
    await expect.poll(() => card(page).innerText()).toContain('too long for this model');
    world.site.answer(words('Short enough.'));
    await card(page).getByRole('button', { name: 'Continue in a new chat' }).click();
    await expect.poll(() => page.locator('.answer').last().innerText()).toContain('Short enough.');
    expect(await page.locator('.said').allInnerTexts()).toEqual(['First question', 'Second question']);
    expect(await page.locator('.chats li').count()).toBe(2);
  });

  it('of a parameter leads to the conversation’s parameters', async () => {
    world.site.answer(
      respond(
        apiError("Unsupported value: 'temperature'", 'invalid_request_error', 'unsupported_value'),
        400,
      ),
    );
    await using visitor = await world.visit();
    const { page } = visitor;
    await useOwnKey(page, 'sk-good-key-0123456789');
    await ask(page, 'Hi');
    await card(page).getByRole('button', { name: 'Check the parameters' }).click();
    await page.locator('dialog.setup #setup-temperature').waitFor();
  });
});

describe('one request a message', () => {
  /** The completions that the page has asked for. */
  const posts = (page: Page) => {
    const seen: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/v1/chat/completions'))
        seen.push(request.url());
    });
    return seen;
  };
  /** Two taps so quick that nothing is drawn between them. */
  const tapTwice = (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).evaluate((button: HTMLElement) => {
      button.click();
      button.click();
    });

  it('is made by two quick taps on “Try again” and on “Regenerate”', async () => {
    world.site.answer(respond(apiError('Overloaded', 'server_error'), 503));
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    const asked = posts(page);
    await ask(page, 'Hi');
    await card(page).waitFor();
    expect(await card(page).getByRole('button').first().innerText()).toBe('Try again');
    world.site.answer(words('Here it is.'));
    await tapTwice(page, 'Try again');
    await page.locator('.figures').waitFor();
    expect(asked).toHaveLength(2);
    await tapTwice(page, 'Regenerate');
    await expect.poll(() => page.locator('.answer .versions').innerText()).toContain('3/3');
    await page.locator('.figures').waitFor();
    expect(asked).toHaveLength(3);
    visitor.expectPeace();
  });

  it('is made by two quick taps on a question of the welcome, and one conversation', async () => {
    world.site.answer(words('Like this.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    const asked = posts(page);
    await tapTwice(page, 'Compare SQLite and PostgreSQL in a table');
    await page.locator('.figures').waitFor();
    expect(asked).toHaveLength(1);
    expect(await page.locator('.chats li').count()).toBe(1);
  });

  it('is made by “Continue”, which waits as long as the server said', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    const answer = await begun(world.site, page, 'Hi', 'Half of the');
    answer.cut();
    await card(page).waitFor();
    const asked = posts(page);
    world.site.answer(
      respond(apiError('Slow down', 'requests', 'rate_limit_exceeded'), 429, {
        ...JSON_TYPE,
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '6m0s',
      }),
    );
    await tapTwice(page, 'Continue');
    const retry = card(page).getByRole('button', { name: /Try again in 6 min/ });
    await retry.waitFor();
    expect(asked).toHaveLength(1);
    expect(await card(page).getByRole('button').first().innerText()).toBe('Continue');
    expect(await card(page).getByRole('button', { name: 'Continue' }).isDisabled()).toBe(true);
    expect(await retry.isDisabled()).toBe(true);
    expect(await page.locator('.answer').innerText()).toContain('Half of the');
  });
});

describe('trouble on the way', () => {
  it('is one request, and the reader makes the next', async () => {
    let attempts = 0;
    world.site.answer((exchange) =>
      (attempts++ === 0 ? respond(apiError('Overloaded', 'server_error'), 503) : words('At last.'))(exchange),
    );
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    const posts: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
    await ask(page, 'Hi');
    await card(page).waitFor();
    expect(posts).toHaveLength(1);
    await card(page).getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.locator('.answer').innerText()).toContain('At last.');
    expect(posts).toHaveLength(2);
  });

  it('keeps what had come when a stream breaks, and never shows it as whole', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    const answer = await begun(world.site, page, 'Hi', 'Half of the');
    answer.cut();
    await expect.poll(() => card(page).count()).toBe(1);
    expect(await page.locator('.answer').innerText()).toContain('Half of the');
    let continued: unknown;
    world.site.answer((exchange) => {
      continued = JSON.parse(exchange.request.body.toString('utf8'));
      return words(' answer.')(exchange);
    });
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Half of the answer.');
    expect(continued).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant', content: 'Half of the' }, { role: 'user' }],
    });
    expect(await card(page).count()).toBe(0);
  });

  it('says so when the model’s error comes in the middle', async () => {
    const error = JSON.stringify({
      error: { message: 'The engine stalled.', type: 'server_error', code: null },
    });
    world.site.answer(stream([chatChunk({ content: 'So far' }), error]));
    await using visitor = await world.visit();
    await ask(visitor.page, 'Hi');
    await expect.poll(() => card(visitor.page).innerText()).toContain('The engine stalled.');
    expect(await visitor.page.locator('.answer').innerText()).toContain('So far');
  });

  it('says that the token limit was reached, and goes on', async () => {
    world.site.answer(stream([chatChunk({ content: 'Once upon' }), chatChunk({}, 'length'), '[DONE]']));
    await using visitor = await world.visit();
    await ask(visitor.page, 'Hi');
    await expect.poll(() => visitor.page.locator('.ending').innerText()).toContain('reached its token limit');
    world.site.answer(words(' a time.'));
    await visitor.page.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => visitor.page.locator('.answer').innerText()).toContain('Once upon a time.');
  });

  it('keeps the question where even the page’s own parts cannot be fetched, and asks it once they can', async () => {
    world.site.answer(words('Here after all.'));
    await using visitor = await world.visit({ serviceWorkers: 'block' });
    const { page } = visitor;
    await page.route('**/chunk/{receive,turns}-*.js', (route) => route.abort());
    await ask(page, 'Will this be lost?');
    await expect.poll(() => page.locator('.chats a').innerText()).toBe('Will this be lost?');
    // Stored once the draft, which stands in for it until then, is dropped.
    await expect.poll(() => storedRows(page, 'drafts')).toEqual([]);
    await page.unroute('**/chunk/{receive,turns}-*.js');
    await page.reload();
    await expect.poll(() => page.locator('.said').innerText()).toBe('Will this be lost?');
    await page.getByRole('button', { name: 'Send again' }).click();
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Here after all.');
    visitor.expectPeace();
  });

  it('says so even where the card for it cannot be fetched', async () => {
    world.site.answer(
      respond(apiError('Broken', 'server_error'), 500, { ...JSON_TYPE, 'x-should-retry': 'false' }),
    );
    await using visitor = await world.visit({ serviceWorkers: 'block' });
    const { page } = visitor;
    await page.route('**/chunk/failure-card-*.js', (route) => route.abort());
    await useServersModel(page);
    await ask(page, 'Hi');
    await expect
      .poll(() => card(page).innerText())
      .toMatch(/^This answer was interrupted\. Broken\s*Try again$/);
    expect(await page.getByRole('button', { name: 'Regenerate' }).count()).toBe(1);
  });

  it('keeps the question while offline, and asks it when told to', async () => {
    world.site.answer(words('Back again.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    const composer = page.locator('#composer');
    // All that the page may need is kept by then.
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await composer.fill('Are you there?');
    await page.context().setOffline(true);
    await expect.poll(() => page.locator('.banner').innerText()).toContain('You are offline');
    await composer.press('Enter');
    await expect.poll(() => card(page).innerText()).toContain('Your message is kept');
    await page.context().setOffline(false);
    await expect.poll(() => page.locator('.banner').count()).toBe(0);
    await card(page).getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Back again.');
  });
});
