import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ANSWER, withChunk } from '../../../src/page/api/answer.ts';
import { chatRequest } from '../../../src/page/api/request.ts';
import { tokensPerSecond } from '../../../src/page/chat/answer.tsx';
import { afterRepetition } from '../../../src/page/chat/answer-row.ts';
import { titleFrom } from '../../../src/page/chat/title.ts';
import { branch, fallbackLeaf, versions, youngestLeaf } from '../../../src/page/chat/tree.ts';
import type { Message } from '../../../src/page/chat/types.ts';
import { offeredModels } from '../../../src/page/settings/listed-models.ts';
import { OPEN_SESSION } from '../../support/page/session.ts';

let clock = 0;
function message(id: string, parent: string | null, changes: Partial<Message> = {}): Message {
  return { id, chat: 'c', parent, role: 'user', text: id, at: clock++, state: 'done', ...changes };
}
const listed = (...ids: string[]) => ids.map((id) => ({ id }));
const asMap = (...rows: Message[]) => new Map(rows.map((row): [string, Message] => [row.id, row]));

describe('a conversation’s tree', () => {
  const rows = asMap(
    message('q1', null),
    message('a1', 'q1', { role: 'assistant' }),
    message('a2', 'q1', { role: 'assistant' }),
    message('q2', 'a1'),
    message('q2b', 'a1'),
  );

  it('shows the branch that ends in the leaf', () => {
    expect(branch(rows, 'q2').map(({ id }) => id)).toEqual(['q1', 'a1', 'q2']);
    expect(branch(rows, 'a2').map(({ id }) => id)).toEqual(['q1', 'a2']);
    expect(branch(rows, null)).toEqual([]);
    expect(branch(rows, 'gone')).toEqual([]);
  });

  it('knows the versions of a message, oldest first', () => {
    const [a1, q2b] = [rows.get('a1'), rows.get('q2b')];
    expect(a1 && versions(rows, a1).map(({ id }) => id)).toEqual(['a1', 'a2']);
    expect(q2b && versions(rows, q2b).map(({ id }) => id)).toEqual(['q2', 'q2b']);
  });

  it('goes down to the youngest end', () => {
    expect(youngestLeaf(rows, 'a1')).toBe('q2b');
    expect(youngestLeaf(rows, 'a2')).toBe('a2');
    expect(fallbackLeaf(rows)).toBe('q2b');
    expect(fallbackLeaf(new Map())).toBe(null);
  });

  it('ends even where rows are broken into a circle', () => {
    const circle = asMap(message('x', 'y'), message('y', 'x'));
    expect(branch(circle, 'x')).toHaveLength(2);
    expect(['x', 'y']).toContain(youngestLeaf(circle, 'x'));
  });
});

describe('a title', () => {
  it('is the first line, cut between whole characters', () => {
    expect(titleFrom('  How?\nmore')).toBe('How?');
    expect(titleFrom('👩‍💻'.repeat(1))).toBe('👩‍💻');
    expect(Array.from(titleFrom('字'.repeat(60)))).toHaveLength(41);
    expect(titleFrom(`${'a'.repeat(39)}😀😀`)).toBe(`${'a'.repeat(39)}😀…`);
  });

  it.each(['👩‍👩‍👧‍👦', '🇨🇳', 'é', '각', '👍🏽', 'नि'])('is never cut within %s', (character) => {
    expect(titleFrom(character.repeat(40))).toBe(character.repeat(40));
    expect(titleFrom(character.repeat(41))).toBe(`${character.repeat(40)}…`);
  });

  it.each([
    ['# **重点**是什么', '重点是什么'],
    ['```js\nlet a;\n```', 'let a;'],
    ['\n\n> - [ ] `npm ci` fails', 'npm ci fails'],
    ['See [the guide](https://example.com/a) *now*', 'See the guide now'],
    ['~~old~~ new', 'old new'],
    ['2*3*4 and __init__ and a_b_c', '2*3*4 and __init__ and a_b_c'],
    ['#include <stdio.h>', '#include <stdio.h>'],
    ['What does <b> do?', 'What does <b> do?'],
    ['1. first', '1. first'],
    ['**', '**'],
    ['', ''],
  ])('of %j is %j', (question, title) => expect(titleFrom(question)).toBe(title));
});

describe('a request', () => {
  const history = [
    message('Question', null),
    message('', 'Question', { role: 'assistant', state: 'failed' }),
    message('Again', null),
  ];

  it('names the assistant and no temperature in its mode, and never sends a key', () => {
    const { headers, body, key } = chatRequest(
      history,
      { mode: 'assistant', model: 'nexcode', temperature: 1 },
      '',
      'sk-own',
    );
    expect(JSON.parse(body)).toEqual({
      model: 'nexcode',
      messages: [
        { role: 'user', content: 'Question' },
        { role: 'user', content: 'Again' },
      ],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(headers).toEqual({ 'content-type': 'application/json' });
    expect(key).toBe(null);
  });

  it('sends the key and the temperature in the other mode, zero included', () => {
    const { headers, body } = chatRequest(
      history,
      { mode: 'openai', model: 'm', temperature: 0 },
      '',
      'sk-own',
    );
    expect(headers).toMatchObject({ authorization: 'Bearer sk-own' });
    expect(JSON.parse(body)).toMatchObject({ model: 'm', temperature: 0 });
  });

  it('asks to go on after the text so far', () => {
    const { body } = chatRequest(history.slice(0, 1), { mode: 'openai', model: 'm' }, '', null, {
      text: 'Half',
      ask: 'Go on',
    });
    expect(JSON.parse(body).messages.slice(-2)).toEqual([
      { role: 'assistant', content: 'Half' },
      { role: 'user', content: 'Go on' },
    ]);
  });
});

describe('an answer', () => {
  const chunk = (delta: object, extra: object = {}) => ({
    choices: [{ index: 0, delta, finish_reason: null, ...extra }],
  });

  it('adds up text, refusals, either flavour of reasoning, the finish reason and the usage', () => {
    const chunks = [
      chunk({ role: 'assistant', content: '' }),
      chunk({ reasoning_content: 'Hm' }),
      chunk({ reasoning: 'm.' }),
      chunk({ content: 'Yes' }),
      chunk({ refusal: ' but no' }),
      chunk({}, { finish_reason: 'stop' }),
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
    ];
    expect(chunks.reduce(withChunk, NO_ANSWER)).toEqual({
      text: 'Yes but no',
      reasoning: 'Hmm.',
      finish: 'stop',
      promptTokens: 3,
      completionTokens: 4,
    });
  });

  it.each<readonly [string, unknown, number | undefined]>([
    ['OpenRouter', { cost: 0.95, cost_details: { upstream_inference_cost: 19 } }, 0.95],
    ['Perplexity', { cost: { input_tokens_cost: 0.001, total_cost: 0.006 } }, 0.006],
    ['who does not say', { prompt_tokens: 3 }, undefined],
    ['who says nothing of it', { cost: 0 }, undefined],
    ['who says it in words', { cost: '0.5' }, undefined],
    ['who says null', { cost: null }, undefined],
  ])('takes the cost as told by %s', (_, usage, cost) => {
    expect(withChunk(NO_ANSWER, { choices: [], usage }).cost).toBe(cost);
  });

  it('survives every chunk', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => withChunk(NO_ANSWER, value).text !== undefined));
    for (const odd of [
      null,
      undefined,
      5,
      [],
      { choices: null },
      { choices: [null] },
      chunk({ content: null }),
    ]) {
      expect(withChunk(NO_ANSWER, odd)).toEqual(NO_ANSWER);
    }
  });

  it('that is repeated stands until the repetition has passed it', () => {
    const before = { ...NO_ANSWER, text: 'Half of' };
    const repeated = (text: string) => afterRepetition(before, { ...NO_ANSWER, text }).text;
    expect(repeated('Ha')).toBe('Half of');
    expect(repeated('Half of the')).toBe('Half of the');
    expect(repeated('Quite another')).toBe('Quite another');
  });

  it('has a speed only where tokens and times are known', () => {
    expect(tokensPerSecond({ totalMs: 3000, firstTokenMs: 1000, completionTokens: 100 })).toBe(50);
    expect(tokensPerSecond({ totalMs: 3000, completionTokens: 100 })).toBe(null);
    expect(tokensPerSecond({ totalMs: 1050, firstTokenMs: 1000, completionTokens: 100 })).toBe(null);
  });
});

describe('the models on offer', () => {
  it('begin with the server’s own, leave out the assistant, and mark the classics it does not list', () => {
    expect(offeredModels(OPEN_SESSION, listed('nexcode', 'other', 'gpt-4', 'house-model'))).toEqual({
      served: ['house-model', 'other', 'gpt-4'],
      retired: ['gpt-3.5-turbo', 'gpt-4-turbo-preview'],
    });
    expect(offeredModels(null, [])).toEqual({
      served: [],
      retired: ['gpt-3.5-turbo', 'gpt-4', 'gpt-4-turbo-preview'],
    });
  });
});
