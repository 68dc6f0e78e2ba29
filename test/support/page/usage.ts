/** The usage page in tests: signing in there, calls that cost something, and what its tables say. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { chatStream, stream, usageChunk } from '../answers.ts';
import { KEYED } from '../keys.ts';
import { askerOf, bearer, JSON_TYPE } from '../surface.ts';
import type { Script } from '../upstream.ts';
import type { Site } from './site.ts';

/** Settings of a gateway that issues keys and books everybody. */
export const USAGE_SETTINGS = { ...KEYED, LEDGER: 'true' } as const;

/** Signs in on the page that is shown, and waits until its figures are there. */
export async function signInForUsage(page: Page, token: string): Promise<void> {
  const field = page.locator('input[name=token]');
  await field.fill(token);
  await field.press('Enter');
  await page.locator('.tiles').waitFor();
}

/** A stream that ends with this usage. */
export function counted(prompt: number, completion: number): Script {
  const usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  const chunk = JSON.stringify({ ...JSON.parse(usageChunk()), usage });
  return stream([...chatStream(['ok']).slice(0, -1), chunk, '[DONE]']);
}

/** One streamed call; its answer has come, whole or not. */
export async function callWith(
  { url }: Pick<Site, 'url'>,
  token: string,
  model = 'gpt-test',
): Promise<string> {
  const answer = await askerOf(url).ask('/v1/chat/completions', {
    headers: { ...bearer(token), ...JSON_TYPE },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'hi' }] }),
  });
  return answer.text();
}

/** The cells of the table of this name, by line. */
export async function tableOf(page: Page, name: string): Promise<string[][]> {
  const rows = page.getByRole('table', { name, exact: true }).locator('tr');
  return rows.evaluateAll((lines) =>
    lines.map((line) => [...line.querySelectorAll('th, td')].map((cell) => cell.textContent ?? '')),
  );
}

/** Waits until the page tells of so many requests, looking anew as a reader would. */
export async function shownRequests(page: Page, requests: number): Promise<void> {
  const figure = page.locator('.tile', { hasText: /^(Requests|请求数)/ }).locator('.figure');
  await expect
    .poll(async () => {
      await page.getByRole('button', { name: /^(Refresh|刷新)$/ }).click();
      return Number((await figure.innerText()).replaceAll(/\D/g, ''));
    })
    .toBe(requests);
}
