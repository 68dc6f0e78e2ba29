import { expect, test } from 'vitest';
import { saysTooLong } from '../../../src/worker/routing/context-length.ts';

test.each([
  ['OpenAI', { error: { message: 'no', type: 'invalid_request_error', code: 'context_length_exceeded' } }],
  [
    'OpenAI, in words',
    { error: { message: "This model's maximum context length is 8192 tokens.", code: null } },
  ],
  ['llama.cpp', { error: { code: 400, message: 'too much', type: 'exceed_context_size_error' } }],
  ['vLLM', { object: 'error', message: "This model's maximum context length is 4096 tokens.", code: 400 }],
  [
    'Anthropic',
    {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    },
  ],
  [
    'Gemini',
    [
      {
        error: {
          code: 400,
          message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
          status: 'INVALID_ARGUMENT',
        },
      },
    ],
  ],
  ['a plain detail', { detail: 'Input is too long for the context window.' }],
])(
  'a refusal that says the request is longer than the context is known by its code or words: %s',
  (_, body) => {
    expect(saysTooLong(JSON.stringify(body))).toBe(true);
  },
);

test.each([
  [
    'a content filter',
    {
      error: {
        message: 'The response was filtered due to the prompt triggering the content management policy.',
        code: 'content_filter',
      },
    },
  ],
  [
    'a wrong value',
    {
      error: {
        message: "Invalid 'temperature': must be at most 2.",
        code: 'invalid_value',
        param: 'temperature',
      },
    },
  ],
  [
    'too long a name',
    { error: { message: 'Invalid name: string too long.', code: 'string_above_max_length' } },
  ],
  ['nothing', {}],
])('another refusal says no such thing: %s', (_, body) => {
  expect(saysTooLong(JSON.stringify(body))).toBe(false);
});

test('what is no JSON says nothing', () => {
  expect(saysTooLong('<html>maximum context length</html>')).toBe(false);
});
