import { describe, expect, test } from 'vitest';
import { chatRequestSchema, choicesOf, wantsUsage } from '../../../src/worker/completions/chat-request.ts';
import { invalidBody, unreadableBody } from '../../../src/worker/http/invalid-body.ts';

const messages = [{ role: 'user', content: 'hi' }];

describe('a chat request', () => {
  test.each<[string, object]>([
    ['only messages', {}],
    ['a model', { model: 'gpt-4.1' }],
    ['no model to speak of', { model: null }],
    ['an empty model', { model: '' }],
    ['a stream', { stream: true, stream_options: { include_usage: true } }],
    [
      'null for everything that it may leave out',
      {
        model: null,
        stream: null,
        n: null,
        max_tokens: null,
        temperature: null,
        stream_options: null,
        max_completion_tokens: null,
      },
    ],
    [
      'values that only the upstream can judge',
      { n: 'many', max_tokens: 'x', temperature: [], stream_options: 7 },
    ],
    ['fields that nobody knows', { top_k: 5, foo: { a: [1] }, __proto: 1 }],
  ])('passes with %s', (_, extra) => {
    expect(chatRequestSchema.safeParse({ messages, ...extra }).success).toBe(true);
  });

  test('passes without messages inside, which the upstream judges', () => {
    expect(chatRequestSchema.safeParse({ messages: [] }).success).toBe(true);
    expect(chatRequestSchema.safeParse({ messages: [1, null, {}] }).success).toBe(true);
  });
});

describe("a refused body is refused in OpenAI's words", () => {
  test.each<[unknown, string | null, string, string]>([
    [{}, 'messages', 'missing_required_parameter', "Missing required parameter: 'messages'."],
    [
      { messages: 'hi' },
      'messages',
      'invalid_type',
      "Invalid type for 'messages': expected an array, but got a string instead.",
    ],
    [
      { messages: null },
      'messages',
      'invalid_type',
      "Invalid type for 'messages': expected an array, but got null instead.",
    ],
    [
      { messages: {} },
      'messages',
      'invalid_type',
      "Invalid type for 'messages': expected an array, but got an object instead.",
    ],
    [
      { messages, model: 5 },
      'model',
      'invalid_type',
      "Invalid type for 'model': expected a string, but got an integer instead.",
    ],
    [
      { messages, model: 0.5 },
      'model',
      'invalid_type',
      "Invalid type for 'model': expected a string, but got a decimal number instead.",
    ],
    [
      { messages, model: ['a'] },
      'model',
      'invalid_type',
      "Invalid type for 'model': expected a string, but got an array instead.",
    ],
    [
      { messages, stream: 'true' },
      'stream',
      'invalid_type',
      "Invalid type for 'stream': expected a boolean, but got a string instead.",
    ],
    [
      { messages, stream: 1 },
      'stream',
      'invalid_type',
      "Invalid type for 'stream': expected a boolean, but got an integer instead.",
    ],
    [[], null, 'invalid_type', 'Invalid body: expected a JSON object, but got an array instead.'],
    [[{ messages }], null, 'invalid_type', 'Invalid body: expected a JSON object, but got an array instead.'],
    ['x', null, 'invalid_type', 'Invalid body: expected a JSON object, but got a string instead.'],
    [null, null, 'invalid_type', 'Invalid body: expected a JSON object, but got null instead.'],
    [7, null, 'invalid_type', 'Invalid body: expected a JSON object, but got an integer instead.'],
    [true, null, 'invalid_type', 'Invalid body: expected a JSON object, but got a boolean instead.'],
  ])('%j', (body, param, code, message) => {
    const result = chatRequestSchema.safeParse(body);
    const error = invalidBody(result.error?.issues ?? [], body);
    expect(error.status).toBe(400);
    expect(error.fields).toEqual({ message, type: 'invalid_request_error', param, code });
  });

  test('that never repeat what the body held', () => {
    const body = { messages: 'my secret', model: { secret: 1 } };
    const result = chatRequestSchema.safeParse(body);
    expect(invalidBody(result.error?.issues ?? [], body).message).not.toContain('secret');
  });

  test('also where it is no JSON', () => {
    expect(unreadableBody()).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^We could not parse the JSON body of your request\./),
      fields: { type: 'invalid_request_error', param: null },
    });
    expect(unreadableBody().message).toContain('double quotes');
  });
});

test.each<[unknown, boolean]>([
  [{ include_usage: true }, true],
  [{ include_usage: true, include_obfuscation: false }, true],
  [{ include_usage: false }, false],
  [{ include_usage: 'true' }, false],
  [{ include_usage: null }, false],
  [{}, false],
  [null, false],
  [undefined, false],
  ['include_usage', false],
  [[{ include_usage: true }], false],
])('stream_options of %j ask for the usage: %s', (options, wants) => {
  expect(wantsUsage({ stream_options: options })).toBe(wants);
});

test.each<[unknown, number]>([
  [3, 3],
  [1, 1],
  [128, 128],
  [0, 1],
  [-2, 1],
  [1.5, 1],
  [null, 1],
  [undefined, 1],
  ['2', 1],
  [true, 1],
  [[2], 1],
])('n of %j asks for %i choices', (n, choices) => {
  expect(choicesOf({ n })).toBe(choices);
});
