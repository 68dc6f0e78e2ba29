import { describe, expect, test } from 'vitest';
import type { Payer } from '../../../src/worker/access/decide.ts';
import { defaultsFor, modelOf } from '../../../src/worker/completions/defaults.ts';
import { isReasoningModel } from '../../../src/worker/config/vendors.ts';
import { settingsWith } from '../../support/settings.ts';

const SERVER_PAYS: Payer = { pays: 'server', by: 'open' };
const CLIENT_PAYS: Payer = { pays: 'client', key: 'sk-a', placeholder: false };
const BOTH = { OPENAI_MODEL: 'gpt-4.1', MAX_TOKENS: '500', TEMPERATURE: '0.70' };

test.each([
  ['o1', true],
  ['o3-mini', true],
  ['o4-mini-2025-04-16', true],
  ['gpt-5', true],
  ['gpt-5.6-terra', true],
  ['gpt-9', true],
  ['openai/o3', true],
  ['openrouter/openai/gpt-5-mini', true],
  ['ft:o4-mini-2025-04-16:org::id', true],
  ['gpt-4.1', false],
  ['gpt-4o', false],
  ['gpt-3.5-turbo', false],
  ['ft:gpt-4.1:org::id', false],
  ['omni-moderation', false],
  ['olmo-2', false],
  ['deepseek-r1', false],
  ['my-gpt-5', false],
  ['not-o1', false],
  ['gpt-', false],
  ['', false],
])('%s is a reasoning model of OpenAI: %s', (model, is) => {
  expect(isReasoningModel(model)).toBe(is);
});

test.each([
  ['llama3', 'llama3'],
  ['', 'gpt-4.1'],
  [null, 'gpt-4.1'],
  [undefined, 'gpt-4.1'],
])('a request for the model %j is for %s', (model, expected) => {
  expect(modelOf({ model }, settingsWith(BOTH))).toBe(expected);
});

describe('filled in are', () => {
  test.each<[string, object, Payer, Record<string, unknown>, object]>([
    ['nothing, where nothing is set', { model: 'm' }, SERVER_PAYS, {}, {}],
    ['the model of the server', {}, SERVER_PAYS, {}, { model: '"gpt-4.1-mini"' }],
    ['the model of the server, also where the client pays', {}, CLIENT_PAYS, BOTH, { model: '"gpt-4.1"' }],
    ['a model in place of null', { model: null }, SERVER_PAYS, {}, { model: '"gpt-4.1-mini"' }],
    ['a model in place of an empty one', { model: '' }, CLIENT_PAYS, {}, { model: '"gpt-4.1-mini"' }],
    [
      'a model with characters that JSON escapes',
      {},
      SERVER_PAYS,
      { OPENAI_MODEL: 'a"b\\c' },
      { model: '"a\\"b\\\\c"' },
    ],
    [
      'limit and temperature, digit for digit',
      { model: 'm' },
      SERVER_PAYS,
      BOTH,
      { max_tokens: '500', temperature: '0.70' },
    ],
    ['neither, where the client pays', { model: 'm' }, CLIENT_PAYS, BOTH, {}],
    [
      'neither, where a placeholder of the client pays',
      { model: 'm' },
      { pays: 'client', key: 'dummy', placeholder: true },
      BOTH,
      {},
    ],
    ['no limit beside max_tokens', { model: 'm', max_tokens: 0 }, SERVER_PAYS, BOTH, { temperature: '0.70' }],
    [
      'no limit beside max_completion_tokens',
      { model: 'm', max_completion_tokens: 9 },
      SERVER_PAYS,
      BOTH,
      { temperature: '0.70' },
    ],
    [
      'a limit in place of null',
      { model: 'm', max_tokens: null, max_completion_tokens: null, temperature: 1 },
      SERVER_PAYS,
      BOTH,
      { max_tokens: '500' },
    ],
    ['no temperature beside 0', { model: 'm', max_tokens: 5, temperature: 0 }, SERVER_PAYS, BOTH, {}],
    [
      'a temperature in place of null',
      { model: 'm', max_tokens: 5, temperature: null },
      SERVER_PAYS,
      BOTH,
      { temperature: '0.70' },
    ],
    [
      'the limit of a reasoning model, and no temperature',
      { model: 'o3' },
      SERVER_PAYS,
      BOTH,
      { max_completion_tokens: '500' },
    ],
    ['no limit of a reasoning model that has one', { model: 'o3', max_tokens: 5 }, SERVER_PAYS, BOTH, {}],
    [
      "the form that the server's own model takes",
      {},
      SERVER_PAYS,
      { ...BOTH, OPENAI_MODEL: 'gpt-5-mini' },
      { model: '"gpt-5-mini"', max_completion_tokens: '500' },
    ],
    [
      'nothing beside a wrong limit, which the upstream judges',
      { model: 'm', max_tokens: 'x', temperature: 'y' },
      SERVER_PAYS,
      BOTH,
      {},
    ],
    [
      'everything, by token or session as well',
      { model: 'm' },
      { pays: 'server', by: 'session' },
      BOTH,
      { max_tokens: '500', temperature: '0.70' },
    ],
  ])('%s', (_, request, payer, bindings, expected) => {
    expect(
      defaultsFor(request, modelOf(request, settingsWith(bindings)), payer, settingsWith(bindings)),
    ).toEqual(expected);
  });
});
