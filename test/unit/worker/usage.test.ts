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
  [
    {
      prompt_tokens: 9,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 4 },
    },
    { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, cached_tokens: 3, cache_write_tokens: 4 },
  ],
  [
    {
      prompt_tokens: 9,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 3 },
      cache_creation_input_tokens: 4,
      cache_read_input_tokens: 3,
    },
    { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, cached_tokens: 3, cache_write_tokens: 4 },
  ],
  [
    { input_tokens: 9, output_tokens: 2, input_tokens_details: { cache_write_tokens: 4, cached_tokens: 0 } },
    { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, cached_tokens: 0, cache_write_tokens: 4 },
  ],
  // Anthropic's own form counts the cache beside the input.
  [
    { input_tokens: 9, output_tokens: 2, cache_creation_input_tokens: 4, cache_read_input_tokens: 3 },
    { prompt_tokens: 16, completion_tokens: 2, total_tokens: 18, cached_tokens: 3, cache_write_tokens: 4 },
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
