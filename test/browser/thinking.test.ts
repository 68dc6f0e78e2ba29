/** The wait for an answer, and what it thinks before it speaks. */
import { describe, expect, it } from 'vitest';
import { chatChunk, EVENT_STREAM, usageChunk } from '../support/answers.ts';
import { axeFindings } from '../support/page/axe.ts';
import { ask, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';
import type { Script } from '../support/upstream.ts';

const world = pageWorld();

/** An answer whose next step comes when the test says so. */
function thinkingAnswer() {
  const [thought, spoke] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const script: Script = async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    await exchange.event(chatChunk({ role: 'assistant', content: '' }));
    await thought.promise;
    await exchange.event(chatChunk({ reasoning_content: 'First this, then that.' }));
    await spoke.promise;
    await exchange.event(chatChunk({ content: 'That.' }));
    await exchange.event(chatChunk({}, 'stop'));
    await exchange.event(usageChunk());
    await exchange.event('[DONE]');
    await exchange.end();
  };
  return { script, think: thought.resolve, speak: spoke.resolve };
}

describe('an answer that thinks', () => {
  it.each([
    ['en', 'Waiting for the answer…', /^Thinking… [2-9] sec$/, /^Thought for \d+ sec$/],
    ['zh-CN', '正在等待回答…', /^正在思考… [2-9]秒$/, /^思考了 \d+秒$/],
  ] as const)(
    'counts its seconds, says how long it took, and keeps it to itself (%s)',
    async (locale, waiting, thinking, thought) => {
      const answer = thinkingAnswer();
      world.site.answer(answer.script);
      await using visitor = await world.visit({ locale, colorScheme: locale === 'en' ? 'light' : 'dark' });
      const { page } = visitor;
      await ask(page, 'Which?');
      const shown = (selector: string) =>
        expect.poll(() => page.locator(selector).innerText(), { timeout: 15_000 });
      await shown('.waiting').toContain(waiting);
      expect(await axeFindings(page)).toEqual([]);
      answer.think();
      await shown('.reasoning summary').toMatch(thinking);
      expect(await page.locator('.reasoning p').isVisible()).toBe(false);
      answer.speak();
      await shown('.reasoning summary').toMatch(thought);
      await page.locator('.answer .figures').waitFor();
      await page.reload();
      await shown('.reasoning summary').toMatch(thought);
      await page.locator('.reasoning summary').press('Enter');
      expect(await page.locator('.reasoning p').innerText()).toBe('First this, then that.');
      world.site.answer(words('Yes.'));
      await ask(page, 'Sure?');
      await expect.poll(() => page.locator('.answer .figures').count()).toBe(2);
      expect(JSON.stringify(world.site.asked().at(-1))).not.toContain('First this');
      visitor.expectPeace();
    },
  );
});
