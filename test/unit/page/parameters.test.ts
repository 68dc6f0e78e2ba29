import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  membersOf,
  readChoices,
  readParameter,
  readParameters,
  withChoices,
} from '../../../src/page/api/parameters.ts';
import { chatRequest } from '../../../src/page/api/request.ts';
import { setupAtStart, setupOf } from '../../../src/page/chat/setup.ts';
import type { Message, Stamp } from '../../../src/page/chat/types.ts';
import { readPreferences } from '../../../src/page/settings/registry.ts';
import { OPEN_SESSION } from '../../support/page/session.ts';

const QUESTION: Message = {
  id: 'q',
  chat: 'c',
  parent: null,
  role: 'user',
  text: 'Hi',
  at: 1,
  state: 'done',
};

function bodyOf(stamp: Partial<Stamp>, role = ''): string {
  return chatRequest([QUESTION], { mode: 'openai', model: 'm', ...stamp }, role, null).body;
}

describe('a parameter', () => {
  it.each([
    ['temperature', 0, 0],
    ['temperature', 2.1, undefined],
    ['temperature', '1', undefined],
    ['temperature', Number.NaN, undefined],
    ['top_p', 1, 1],
    ['max_tokens', 0, undefined],
    ['max_tokens', 1.5, undefined],
    ['max_tokens', 4096, 4096],
    ['reasoning_effort', 'high', 'high'],
    ['reasoning_effort', 'a lot', undefined],
    ['seed', -7, -7],
    ['seed', 2 ** 60, undefined],
    ['presence_penalty', -2, -2],
    ['stop', ['a', '', 'b'], ['a', 'b']],
    ['stop', [], undefined],
    ['stop', ['1', '2', '3', '4', '5'], undefined],
    ['extra', '{"top_k": 20}', '{"top_k": 20}'],
    ['extra', '{}', undefined],
    ['extra', '[1]', undefined],
    ['extra', '{"messages": []}', undefined],
    ['extra', '{', undefined],
  ] as const)('%s of %j is read as %j', (key, value, read) => {
    expect(readParameter(key, value)).toEqual(read);
  });

  it('that nobody set is not in the request', () => {
    expect(Object.keys(JSON.parse(bodyOf({})))).toEqual(['model', 'messages', 'stream', 'stream_options']);
  });

  it('that was set is in the request under its own name', () => {
    expect(
      JSON.parse(
        bodyOf({
          temperature: 0,
          top_p: 0.5,
          seed: 7,
          stop: ['END'],
          frequency_penalty: -1,
          reasoning_effort: 'low',
        }),
      ),
    ).toMatchObject({
      temperature: 0,
      top_p: 0.5,
      seed: 7,
      stop: ['END'],
      frequency_penalty: -1,
      reasoning_effort: 'low',
    });
  });

  it.each([
    ['deepseek-chat', 'max_tokens'],
    ['gpt-4.1', 'max_tokens'],
    ['o4-mini', 'max_completion_tokens'],
    ['openai/gpt-5-mini', 'max_completion_tokens'],
  ])('that limits the answer of %s is called %s', (model, member) => {
    const body = JSON.parse(bodyOf({ model, max_tokens: 50 }));
    expect([body.max_tokens, body.max_completion_tokens].filter(Boolean)).toEqual([50]);
    expect(body[member]).toBe(50);
  });

  it('is never sent to the built-in assistant', () => {
    expect(bodyOf({ mode: 'assistant', temperature: 1, extra: '{"top_k":1}' })).not.toMatch(
      /temperature|top_k/,
    );
  });
});

describe('extra JSON', () => {
  it('keeps every digit, and stands above what it names', () => {
    const body = bodyOf({
      temperature: 1,
      top_p: 0.5,
      extra: ' {"seed": 9223372036854775807, "temperature": 0.10}\n',
    });
    expect(body).toContain('"seed": 9223372036854775807, "temperature": 0.10}');
    expect(body.match(/temperature/g)).toHaveLength(1);
    expect(JSON.parse(body)).toMatchObject({ top_p: 0.5, temperature: 0.1 });
  });

  it('always leaves a request that is JSON, with the page’s own members unharmed', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (extra) => {
        const json = JSON.stringify(extra);
        const body = JSON.parse(bodyOf({ extra: json, max_tokens: 3 }));
        expect(body).toMatchObject({ model: 'm', stream: true });
        expect(body.messages).toHaveLength(1);
        if (membersOf(json)) expect(body).toEqual(expect.objectContaining(JSON.parse(json)));
      }),
    );
  });
});

describe('a conversation’s parameters', () => {
  it('stand above the settings’, and null leaves one to the model', () => {
    expect(withChoices({ temperature: 1, top_p: 0.5 }, { temperature: 0.2, top_p: null })).toEqual({
      temperature: 0.2,
    });
    expect(readChoices({ top_p: null, seed: 'x', temperature: 0.1 })).toEqual({
      top_p: null,
      temperature: 0.1,
    });
  });

  it('read back as they were stored, whatever else is there', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (stored) => {
        const read = readParameters(stored);
        expect(readParameters(JSON.parse(JSON.stringify(read)))).toEqual(read);
      }),
    );
  });

  it('were one temperature in an earlier version', () => {
    expect(readPreferences('{"temperature":0.4}').parameters).toEqual({ temperature: 0.4 });
    expect(readPreferences('{"parameters":{"seed":1},"temperature":0.4}').parameters).toEqual({ seed: 1 });
  });
});

describe('a role', () => {
  const preferences = { ...readPreferences(null), role: 'Be brief.', model: 'm1' };

  it('is the first message, and absent where it is empty', () => {
    expect(JSON.parse(bodyOf({}, 'Be brief.')).messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ]);
    expect(JSON.parse(bodyOf({}, ' \n')).messages).toHaveLength(1);
  });

  it('of the settings is for new conversations, which keep it when the settings change', () => {
    expect(setupOf({}, false, preferences, OPEN_SESSION).role).toBe('Be brief.');
    const begun = setupAtStart({}, preferences);
    const later = { ...preferences, role: 'Be long.', model: 'm2', mode: 'openai' as const };
    expect(setupOf(begun, true, later, OPEN_SESSION)).toMatchObject({
      role: 'Be brief.',
      model: 'm1',
      mode: 'assistant',
    });
    expect(setupOf({}, true, later, OPEN_SESSION)).toMatchObject({ role: '', model: 'm2', mode: 'openai' });
  });

  it('of the conversation’s own stands above it, the empty one too', () => {
    expect(setupOf(setupAtStart({ role: '' }, preferences), true, preferences, null).role).toBe('');
  });
});
