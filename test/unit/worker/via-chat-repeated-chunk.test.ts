import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainContentOf } from '../../../src/worker/via-chat/chat-chunk.ts';
import { RepeatedChunk } from '../../../src/worker/via-chat/repeated-chunk.ts';
import { chatChunk } from '../../support/answers.ts';

const say = (content: string) => chatChunk({ content });

/** Knows one chunk. */
function knowing(chunk: string): RepeatedChunk {
  const repeated = new RepeatedChunk();
  repeated.learn(chunk);
  return repeated;
}

describe('a chunk that is known but for its text', () => {
  test.each([
    ['a plain text', say('Hi'), 'Hi'],
    ['an empty text', say(''), ''],
    ['every escape', say('"\\/\b\f\n\r\t\u0001'), '"\\/\b\f\n\r\t\u0001'],
    ['escaped characters', say('#').replace('#', '\\u65e5\\ud83d\\ude00'), '日😀'],
    ['characters of any kind', say('日本 😀 \u2028'), '日本 😀 \u2028'],
    ['the words of JSON', say('"content":"x"}'), '"content":"x"}'],
  ])('gives its text: %s', (_, chunk, content) => {
    expect(knowing(say('one')).contentOf(chunk)).toBe(content);
  });

  test('may be written with any spaces', () => {
    const spaced = (content: string) => JSON.stringify(JSON.parse(say(content)), undefined, 1);
    expect(knowing(spaced('one')).contentOf(spaced('two'))).toBe('two');
    expect(knowing(spaced('one')).contentOf(say('two'))).toBeUndefined();
  });

  test('is told from one that has a member of the same name elsewhere', () => {
    const chunk = (content: string) => `{"content":"x",${say(content).slice(1)}`;
    expect(knowing(chunk('one')).contentOf(chunk('two'))).toBeUndefined();
  });
});

describe('any other chunk is not taken for it', () => {
  test.each([
    ['a finish reason', chatChunk({ content: 'a' }, 'stop')],
    ['another member', chatChunk({ content: 'a', reasoning_content: 'b' })],
    ['another id', say('a').replace('chatcmpl-test', 'chatcmpl-2')],
    ['a second choice', say('a').replace('"index":0', '"index":1')],
    ['no JSON: a raw quote', say('#').replace('#', 'a"b')],
    ['no JSON: a raw control character', say('#').replace('#', 'a\tb')],
    ['no JSON: an unknown escape', say('#').replace('#', '\\x')],
    ['no JSON: half an escape', say('#').replace('#', '\\u12')],
    ['no JSON: a backslash at the end', say('#').replace('#', 'a\\')],
    ['a part of it', say('one').slice(0, -3)],
    ['the end marker', '[DONE]'],
    ['nothing', ''],
  ])('%s', (_, chunk) => {
    expect(knowing(say('one')).contentOf(chunk)).toBeUndefined();
  });

  test('what no chunk was learnt for', () => {
    expect(new RepeatedChunk().contentOf(say('a'))).toBeUndefined();
  });
});

test('a vendor that changes a member each time is given up; one that does so now and then is not', () => {
  const padded = (content: string, at: number) => chatChunk({ content }, null, { obfuscation: `pad${at}` });
  const changing = new RepeatedChunk();
  for (let at = 0; at < 10; at += 1) changing.learn(padded('a', at));
  expect(changing.contentOf(padded('b', 9))).toBeUndefined();
  const steady = new RepeatedChunk();
  for (let at = 0; at < 10; at += 1) {
    steady.learn(padded('a', at));
    expect(steady.contentOf(padded('b', at))).toBe('b');
  }
});

test('what is given is what parsing gives, for any text and any other members', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.string({ unit: 'binary' }),
      fc.jsonValue(),
      (first, second, extra) => {
        const chunk = (content: string) => chatChunk({ content, role: 'assistant' }, null, { extra });
        const given = knowing(chunk(first)).contentOf(chunk(second));
        if (given !== undefined) expect(given).toBe(plainContentOf(JSON.parse(chunk(second))));
      },
    ),
    { numRuns: 1000 },
  );
});
