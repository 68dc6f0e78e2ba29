/** Answers in every form that servers send, and that nothing of them is lost or shown twice. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answer, NO_ANSWER, settled, withChunk } from '../../../src/page/api/answer.ts';
import { splitThinking } from '../../../src/page/api/thinking.ts';
import { isBlank, type Message } from '../../../src/page/chat/types.ts';

const choice = (fields: object) => ({ choices: [{ index: 0, ...fields }] });
const read = (...chunks: readonly unknown[]): Answer => settled(chunks.reduce<Answer>(withChunk, NO_ANSWER));
const streamed = (pieces: readonly string[]) =>
  read(...pieces.map((content) => choice({ delta: { content } })));

describe('the words of an answer are found', () => {
  test.each<[string, readonly unknown[]]>([
    ['in delta.content', [choice({ delta: { content: 'Hello' } })]],
    [
      'in parts',
      [
        choice({
          delta: {
            content: [
              { type: 'text', text: 'Hel' },
              { type: 'output_text', text: 'lo' },
            ],
          },
        }),
      ],
    ],
    ['in a part that is a string', [choice({ delta: { content: ['Hello'] } })]],
    ['in message', [choice({ message: { content: 'Hello' } })]],
    ['in text', [choice({ text: 'Hel' }), choice({ text: 'lo' })]],
    ['in a refusal', [choice({ delta: { refusal: 'Hello' } })]],
    [
      'in a part that is a refusal',
      [choice({ delta: { content: [{ type: 'refusal', refusal: 'Hello' }] } })],
    ],
    ['in the transcript of audio', [choice({ delta: { audio: { transcript: 'Hello' } } })]],
    [
      'once, where the whole message follows its chunks',
      [
        choice({ delta: { content: 'Hel' } }),
        choice({ delta: { content: 'lo' } }),
        choice({ message: { content: 'Hello' } }),
      ],
    ],
  ])('%s', (_, chunks) => {
    expect(read(...chunks).text).toBe('Hello');
  });
});

describe('reasoning is found', () => {
  test.each<[string, object]>([
    ['reasoning_content', { reasoning_content: 'hm' }],
    ['reasoning', { reasoning: 'hm' }],
    ['thinking', { thinking: 'hm' }],
    ['reasoning_details', { reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] }],
    ['a thinking part', { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }],
  ])('in %s', (_, delta) => {
    expect(read(choice({ delta }), choice({ delta: { content: 'Yes' } }))).toMatchObject({
      text: 'Yes',
      reasoning: 'hm',
    });
  });

  test.each([
    ['<think>hm</think>Yes', 'hm', 'Yes'],
    ['\n<think>\nhm\n</think>\n\nYes', 'hm', 'Yes'],
    ['<Thinking>hm</Thinking> Yes', 'hm', 'Yes'],
    ['<think></think>\n\nYes', '', 'Yes'],
    ['<think>never closed', 'never closed', ''],
    ['hm\n</think>\n\nYes', 'hm', 'Yes'],
  ])('in %j', (text, thinking, said) => {
    expect(splitThinking(text, true)).toEqual({ thinking, text: said });
  });

  test.each([
    'The tag <think> marks reasoning</think>.',
    '<thing>a</thing>',
    '<thi',
    '```\n<think>\n</think>\n```\n',
    'Use `</think>` to close.',
  ])('in nothing of %j', (text) => {
    expect(splitThinking(text, true)).toEqual({ thinking: '', text });
    expect(streamed([...text]).text).toBe(text);
  });

  test('the same however the answer is cut, and no half of a tag is ever shown', () => {
    const tail = fc.string({ maxLength: 30 }).map((text) => `Y${text.replaceAll('<', '')}`);
    fc.assert(
      fc.property(
        fc.constantFrom('<think>', '<thinking>', '<reasoning>'),
        tail,
        fc.array(fc.nat(200)),
        (tag, words, cuts) => {
          const text = `${tag}a < b${tag.replace('<', '</')}${words}`;
          const places = [0, ...cuts.map((cut) => cut % text.length).toSorted((a, b) => a - b), text.length];
          let answer = NO_ANSWER;
          for (const [index, place] of places.slice(1).entries()) {
            answer = withChunk(answer, choice({ delta: { content: text.slice(places[index], place) } }));
            expect(words.startsWith(answer.text)).toBe(true);
            expect('a < b'.startsWith(answer.reasoning)).toBe(true);
          }
          expect(settled(answer)).toMatchObject({ text: words, reasoning: 'a < b' });
          expect(settled(answer)).not.toHaveProperty('raw');
        },
      ),
    );
  });
});

describe('what is no text is kept', () => {
  test('images, from parts and from a list of their own, each once', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };
    const chunks = [choice({ delta: { content: [image] } }), choice({ delta: { images: [image] } })];
    expect(read(...chunks).images).toEqual(['data:image/png;base64,AA==']);
  });

  test('tool calls, piece by piece, several at once, and in the old form', () => {
    const piece = (index: number, called: object) =>
      choice({ delta: { tool_calls: [{ index, function: called }] } });
    expect(
      read(
        piece(0, { name: 'weather', arguments: '' }),
        piece(0, { arguments: '{"city":' }),
        piece(1, { name: 'time', arguments: '{}' }),
        piece(0, { arguments: '"北京"}' }),
      ).tools,
    ).toMatchObject([
      { name: 'weather', arguments: '{"city":"北京"}' },
      { name: 'time', arguments: '{}' },
    ]);
    expect(read(choice({ delta: { function_call: { name: 'f', arguments: '{}' } } })).tools).toMatchObject([
      { name: 'f', arguments: '{}' },
    ]);
  });

  test.each<[string, readonly object[]]>([
    [
      'with one index and identifiers of their own',
      [
        { index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } },
        { index: 0, id: 'b', function: { name: 'g', arguments: '{"y":' } },
        { index: 0, id: 'b', function: { arguments: '2}' } },
      ],
    ],
    [
      'with one identifier and indexes of their own',
      [
        { index: 0, id: 'a', function: { name: 'f', arguments: '{"x":' } },
        { index: 1, id: 'a', function: { name: 'g', arguments: '{"y":2}' } },
        { index: 0, id: 'a', function: { arguments: '1}' } },
      ],
    ],
    [
      'without indexes, each going on until the next is named',
      [
        { id: 'a', function: { name: 'f', arguments: '{"x":' } },
        { function: { arguments: '1}' } },
        { id: 'b', function: { name: 'g', arguments: '{"y":' } },
        { function: { arguments: '2}' } },
      ],
    ],
    [
      'without indexes or identifiers',
      [
        { function: { name: 'f', arguments: { x: 1 } } },
        { function: { name: 'g', arguments: '{"y":' } },
        { function: { arguments: '2}' } },
      ],
    ],
  ])('two tool calls %s', (_, pieces) => {
    const { tools } = read(...pieces.map((piece) => choice({ delta: { tool_calls: [piece] } })));
    expect(tools).toMatchObject([
      { name: 'f', arguments: '{"x":1}' },
      { name: 'g', arguments: '{"y":2}' },
    ]);
    expect(tools).toHaveLength(2);
  });

  test('a tool call that comes whole after its pieces, once', () => {
    const call = (called: object) => ({ tool_calls: [{ index: 0, id: 'a', function: called }] });
    expect(
      read(
        choice({ delta: call({ name: 'f', arguments: '{"x":' }) }),
        choice({ delta: call({ arguments: '1}' }) }),
        choice({ message: call({ name: 'f', arguments: '{"x":1}' }) }),
      ).tools,
    ).toMatchObject([{ name: 'f', arguments: '{"x":1}' }]);
  });

  test('text that repeats what came before it, as often as it comes', () => {
    expect(read(choice({ text: '1' }), choice({ text: '11' })).text).toBe('111');
  });

  test('sources, from annotations and from lists, each once', () => {
    const cited = { type: 'url_citation', url_citation: { url: 'https://a.example/', title: 'A' } };
    expect(
      read(choice({ delta: { annotations: [cited] } }), {
        citations: ['https://a.example/', 'https://b.example/'],
      }).sources,
    ).toEqual([
      { url: 'https://a.example/', title: 'A' },
      { url: 'https://b.example/', title: '' },
    ]);
  });

  test('and no shape of chunk makes it throw', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        for (const value of values) {
          read(
            value,
            { choices: value },
            choice({ delta: value }),
            choice({
              delta: { content: value, tool_calls: value, images: value, annotations: value, audio: value },
            }),
          );
        }
      }),
    );
  });
});

test.each<[string, boolean]>([
  ['', true],
  [' \n\u200b\u2060\u3164', true],
  ['&nbsp;<br>', true],
  ['.', false],
  ['。', false],
])('%j is blank: %s', (text, blank) => {
  const row: Message = { id: 'a', chat: 'c', parent: null, role: 'assistant', at: 0, state: 'done', text };
  expect(isBlank(row)).toBe(blank);
  expect(isBlank({ ...row, images: ['data:image/png;base64,AA=='] })).toBe(false);
});
