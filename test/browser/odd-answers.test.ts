/** Answers that are no plain text: nothing is lost, nothing raw is shown, and an empty one says so. */
import { describe, expect, it } from 'vitest';
import { chatChunk, stream } from '../support/answers.ts';
import { ask, staged, useServersModel, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

describe('an empty answer', () => {
  it('says that it is empty, and is asked for again', async () => {
    world.site.answer(stream([chatChunk({ role: 'assistant' }), chatChunk({}, 'stop'), '[DONE]']));
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    await ask(page, 'Hi');
    await expect.poll(() => page.locator('.ending').innerText()).toContain('The answer is empty.');
    world.site.answer(words('Now.'));
    await page.locator('.ending').getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.locator('.answer').innerText()).toContain('Now.');
    expect(await page.locator('.ending').count()).toBe(0);
    visitor.expectPeace();
  });
});

describe('an answer', () => {
  it('with thoughts in its text folds them, and leaves them out of the next request', async () => {
    const answer = staged();
    world.site.answer(answer.script);
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    await ask(page, 'Hi');
    answer.say('<think>secret plan</th');
    await expect.poll(() => page.locator('.reasoning summary').innerText()).toMatch(/^Thinking… \d+ sec$/);
    answer.say('ink>\n\nThe answer.');
    answer.finish();
    await page.locator('.answer .figures').waitFor();
    expect(await page.locator('.answer .md').innerText()).toBe('The answer.');
    expect(await page.locator('.reasoning p').textContent()).toBe('secret plan');
    world.site.answer(words('ok'));
    await ask(page, 'More');
    await expect.poll(() => world.site.asked().at(-1)?.messages.length).toBe(3);
    expect(world.site.asked().at(-1)?.messages[1]?.content).toBe('The answer.');
    visitor.expectPeace();
  });

  it('with an image, a tool call and a source shows each, loads nothing by itself, and keeps them', async () => {
    const png =
      'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==';
    world.site.answer(
      stream([
        chatChunk({
          role: 'assistant',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: { url: png } },
          ],
          annotations: [
            { type: 'url_citation', url_citation: { url: 'https://a.example/x', title: 'Page A' } },
          ],
          tool_calls: [
            {
              index: 0,
              id: 'c',
              type: 'function',
              function: { name: 'weather', arguments: '{"city":"北京"}' },
            },
          ],
        }),
        chatChunk({}, 'tool_calls'),
        '[DONE]',
      ]),
    );
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    await ask(page, 'Hi');
    for (let round = 0; round < 2; round++) {
      await page.getByText('Wants to call weather').click();
      expect(await page.locator('.answer').innerText()).toContain('"city": "北京"');
      expect(await page.getByRole('link', { name: 'Page A' }).getAttribute('href')).toBe(
        'https://a.example/x',
      );
      expect(await page.locator('.answer img').count()).toBe(0);
      await page.getByRole('button', { name: 'Show image' }).click();
      await page.locator('.answer img').waitFor();
      await page.reload();
    }
    visitor.expectPeace();
  });
});
