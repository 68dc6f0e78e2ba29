import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregateChat, expandChat } from '../../../src/worker/completions/chat.ts';
import { ChatStreamState } from '../../../src/worker/stream/watch-chat.ts';
import { chatCompletion } from '../../support/answers.ts';

const COMPLETION: unknown = JSON.parse(chatCompletion({ content: 'Hi' }));

/** The objects of the events of a completion; [DONE] must be the last event, and the only one that is no object. */
function chunksOf(completion: unknown, includeUsage = false): Record<string, unknown>[] {
  const events = (expandChat(completion, includeUsage) ?? '').split('\n\n');
  expect(events.splice(-2)).toEqual(['data: [DONE]', '']);
  return events.map((text) => JSON.parse(text.replace(/^data: /, '')));
}

test('a completion becomes a chunk with its message, one with its finish reason, and [DONE]', () => {
  const head = {
    id: 'chatcmpl-test',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'gpt-test',
  };
  expect(chunksOf(COMPLETION)).toEqual([
    {
      ...head,
      choices: [
        {
          index: 0,
          delta: { role: 'assistant', content: 'Hi', refusal: null },
          logprobs: null,
          finish_reason: null,
        },
      ],
    },
    { ...head, choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }] },
  ]);
});

test('usage comes last, in a chunk without choices, and only where it was asked for', () => {
  const chunks = chunksOf(COMPLETION, true);
  expect(chunks.map(({ usage }) => usage)).toEqual([
    null,
    null,
    { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
  ]);
  expect(chunks.at(-1)?.['choices']).toEqual([]);
  for (const chunk of chunksOf(COMPLETION)) expect(chunk).not.toHaveProperty('usage');
});

test('usage that the upstream does not tell is not made up', () => {
  expect(chunksOf({ choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] }, true)).toHaveLength(2);
});

test('tool calls get the indexes by which clients put them together', () => {
  const calls = [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }, { id: 'b' }];
  const [first] = chunksOf({
    choices: [{ index: 0, message: { content: null, tool_calls: calls }, finish_reason: 'tool_calls' }],
  });
  expect(first?.['choices']).toMatchObject([
    {
      delta: {
        role: 'assistant',
        tool_calls: [
          { index: 0, ...calls[0] },
          { index: 1, id: 'b' },
        ],
      },
    },
  ]);
});

test.each([undefined, null])('choices whose index is %s are counted', (index) => {
  const choice = { index, message: { content: 'a' }, finish_reason: 'stop' };
  const indexes = chunksOf({ choices: [choice, choice] }).map(({ choices }) => choices);
  expect(indexes).toMatchObject([[{ index: 0 }], [{ index: 0 }], [{ index: 1 }], [{ index: 1 }]]);
});

test('a null error of the answer does not become an error of its chunks', () => {
  for (const chunk of chunksOf({
    error: null,
    choices: [{ index: 0, message: {}, finish_reason: 'stop' }],
  })) {
    expect(chunk).not.toHaveProperty('error');
  }
});

test.each([
  [null],
  [[]],
  ['x'],
  [{}],
  [{ choices: {} }],
  [{ choices: [] }],
  [{ choices: [null, 'x'] }],
  [{ object: 'list', data: [] }],
])('%j is no completion', (value) => {
  expect(expandChat(value, false)).toBeUndefined();
});

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('data: [DONE]\n\n', '"finish_reason":"stop"', '{"error":{}}', '\r\n\u2028', '', '你好🙂'),
);
const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/);
const toolCall = fc.oneof(
  fc.record({ id: name, type: fc.constant('function'), function: fc.record({ name, arguments: text }) }),
  fc.record({ id: name, type: fc.constant('custom'), custom: fc.record({ name, input: text }) }),
);
const token = fc.record({
  token: text,
  logprob: fc.double({ max: 0, noNaN: true, noDefaultInfinity: true }).map((x) => x || 0),
  bytes: fc.option(fc.array(fc.nat({ max: 255 }))),
});
const message = fc.record(
  {
    role: fc.constant('assistant'),
    content: fc.option(text),
    refusal: fc.option(text),
    tool_calls: fc.array(toolCall, { maxLength: 3 }),
    reasoning_content: fc.option(text),
    annotations: fc.array(fc.record({ type: fc.constant('url_citation'), url: text })),
    audio: fc.option(fc.record({ id: name, data: text, expires_at: fc.nat(), transcript: text })),
    function_call: fc.record({ name, arguments: text }),
    something_new: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  },
  { requiredKeys: ['role', 'content', 'refusal'], noNullPrototype: true },
);
const choiceAt = (index: number) =>
  fc.record(
    {
      index: fc.constant(index),
      message,
      logprobs: fc.option(
        fc.record({ content: fc.option(fc.array(token)), refusal: fc.option(fc.array(token)) }),
      ),
      finish_reason: fc.constantFrom('stop', 'length', 'tool_calls', 'content_filter', 'eos'),
      content_filter_results: fc.record({ hate: fc.record({ filtered: fc.boolean() }) }),
      stop_reason: fc.option(fc.nat()),
    },
    { requiredKeys: ['index', 'message', 'logprobs', 'finish_reason'], noNullPrototype: true },
  );
const completion = fc.integer({ min: 1, max: 3 }).chain((choices) =>
  fc.record(
    {
      id: name.map((id) => `chatcmpl-${id}`),
      object: fc.constant('chat.completion'),
      created: fc.nat(),
      model: text,
      choices: fc.tuple(...Array.from({ length: choices }, (_, index) => choiceAt(index))),
      usage: fc.record({
        prompt_tokens: fc.nat(),
        completion_tokens: fc.nat(),
        total_tokens: fc.nat(),
        completion_tokens_details: fc.record({ reasoning_tokens: fc.nat() }),
      }),
      service_tier: fc.option(fc.constantFrom('default', 'flex')),
      system_fingerprint: fc.option(text),
      metadata: fc.dictionary(name, text, { noNullPrototype: true }),
    },
    { requiredKeys: ['id', 'object', 'created', 'model', 'choices', 'usage'], noNullPrototype: true },
  ),
);

describe('any completion', () => {
  test('is itself again after it was a stream', () => {
    fc.assert(
      fc.property(completion, (whole) => {
        const stream = expandChat(whole, true) ?? '';
        expect(aggregateChat(stream, whole.choices.length)).toEqual({
          kind: 'completion',
          completion: whole,
        });
      }),
      { numRuns: 500 },
    );
  });

  test('is a whole stream for everyone who follows it, with its usage', () => {
    fc.assert(
      fc.property(completion, fc.boolean(), (whole, includeUsage) => {
        const state = new ChatStreamState(whole.choices.length);
        state.feed(new TextEncoder().encode(expandChat(whole, includeUsage)));
        state.end();
        expect(state).toMatchObject({ whole: true, failed: false, missing: '' });
        const { prompt_tokens, completion_tokens, total_tokens } = whole.usage;
        expect(state.usage).toEqual(
          includeUsage ? { prompt_tokens, completion_tokens, total_tokens } : undefined,
        );
      }),
      { numRuns: 300 },
    );
  });

  test('without its end and [DONE] is a cut stream', () => {
    fc.assert(
      fc.property(completion, (whole) => {
        const events = (expandChat(whole, false) ?? '').split('\n\n').slice(0, -3);
        expect(aggregateChat(events.map((event) => `${event}\n\n`).join(''), whole.choices.length).kind).toBe(
          'cut',
        );
      }),
      { numRuns: 200 },
    );
  });
});
