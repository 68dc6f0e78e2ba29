import { expect, test } from 'vitest';
import { readUsage } from '../../../src/worker/completions/usage.ts';

test.each<[unknown, unknown]>([
  [
    { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  ],
  [
    { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, prompt_tokens_details: { cached_tokens: 0 } },
    { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cached_tokens: 0 },
  ],
  [
    { prompt_tokens: 1, completion_tokens: 2 },
    { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  ],
  [
    { prompt_tokens: 1, completion_tokens: 2, total_tokens: null },
    { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  ],
  [
    { prompt_tokens: 1, completion_tokens: 2, total_tokens: 10 },
    { prompt_tokens: 1, completion_tokens: 2, total_tokens: 10 },
  ],
  [{ prompt_tokens: 1 }, undefined],
  [{ completion_tokens: 1, total_tokens: 1 }, undefined],
  [{ prompt_tokens: '1', completion_tokens: 2 }, undefined],
  [{ prompt_tokens: -1, completion_tokens: 2 }, undefined],
  [{ prompt_tokens: 1.5, completion_tokens: 2 }, undefined],
  [{ prompt_tokens: 1e300, completion_tokens: 2 }, undefined],
  [{}, undefined],
  [[], undefined],
  [null, undefined],
  [undefined, undefined],
  ['3', undefined],
])('the usage %j is read as %j', (usage, tokens) => {
  expect(readUsage(usage)).toEqual(tokens);
});
