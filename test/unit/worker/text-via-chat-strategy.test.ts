import { describe, expect, test } from 'vitest';
import { documentsText, readRefusal } from '../../../src/worker/text-via-chat/strategy.ts';
import { KnownModels } from '../../../src/worker/via-chat/known-models.ts';
import { type StrategyFacts, strategyFor } from '../../../src/worker/via-chat/strategy.ts';

const OPENAI = 'https://api.openai.com/v1';
const OWN = 'http://127.0.0.1:8000/v1';

function completionStrategy(mode: StrategyFacts['mode'], base: string, model: string, knownChat: boolean) {
  return strategyFor({ mode, documented: documentsText(base, model), knownChat });
}

describe('the way of a legacy completion in auto mode', () => {
  test.each([
    [OPENAI, 'gpt-3.5-turbo', 'chat'],
    [OPENAI, 'gpt-5.6-terra', 'chat'],
    [OPENAI, 'o3', 'chat'],
    [OPENAI, 'ft:gpt-4.1-mini:org::id', 'chat'],
    [OPENAI, 'gpt-3.5-turbo-instruct', 'native-first'],
    [OPENAI, 'gpt-3.5-turbo-instruct-0914', 'native-first'],
    [OPENAI, 'davinci-002', 'native-first'],
    [OPENAI, 'text-davinci-003', 'native-first'],
    [OPENAI, 'ft:babbage-002:org::id', 'native-first'],
    [OWN, 'Qwen/Qwen3-8B', 'native-first'],
    [OWN, 'gpt-3.5-turbo', 'native-first'],
    ['https://openrouter.ai/api/v1', 'any', 'native-first'],
    ['https://api.groq.com/openai/v1', 'llama-3.1-8b-instruct', 'chat'],
    ['https://generativelanguage.googleapis.com/v1beta/openai', 'gemini-3', 'chat'],
    ['https://api.anthropic.com/v1', 'claude', 'chat'],
    ['https://api.cloudflare.com/client/v4/accounts/a/ai/v1', '@cf/meta/llama', 'chat'],
    ['https://api.deepseek.com/v1', 'deepseek-v4-pro', 'chat'],
    ['https://api.deepseek.com/beta', 'deepseek-v4-pro', 'native-first'],
    ['https://api.groq.com.example.org/v1', 'm', 'native-first'],
  ])('%s %s: %s', (base, model, way) => {
    expect(completionStrategy('auto', base, model, false)).toBe(way);
  });

  test('is chat for a model that is known to be one', () => {
    expect(completionStrategy('auto', OWN, 'm', true)).toBe('chat');
  });
});

describe('a set mode', () => {
  test.each(['native', 'chat'] as const)('%s is obeyed everywhere', (mode) => {
    for (const base of [OPENAI, OWN]) {
      for (const knownChat of [true, false]) {
        expect(completionStrategy(mode, base, 'gpt-3.5-turbo', knownChat)).toBe(mode);
      }
    }
  });
});

describe('a refusal of the native endpoint', () => {
  const openai = (message: string) => JSON.stringify({ error: { message, param: 'model', code: null } });
  test.each([
    [
      404,
      openai(
        'This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?',
      ),
      'chat-model',
    ],
    [
      400,
      '{"error":{"code":"OperationNotSupported","message":"The completion operation does not work with the specified model, x."}}',
      'chat-model',
    ],
    [
      400,
      openai(
        'completions api is only available when using beta api (set base_url="https://api.deepseek.com/beta")',
      ),
      'chat-model',
    ],
    [400, openai('m is a chat model'), 'chat-model'],
    [400, '{"error":"Please use /v1/chat/completions instead"}', 'chat-model'],
    [400, openai('x is not a chat model'), 'other'],
    [404, openai('The model `m` does not exist.'), 'no-endpoint'],
    [404, '404 page not found', 'no-endpoint'],
    [405, '', 'no-endpoint'],
    [400, openai("Invalid value for 'n'"), 'other'],
    [401, openai('Incorrect API key provided'), 'other'],
    [403, '', 'other'],
    [422, '{"detail":[]}', 'other'],
    [429, openai('slow down'), 'other'],
    [403, openai('This is a chat model'), 'other'],
    [500, openai('This is a chat model'), 'other'],
    [503, '', 'other'],
  ])('%i %s is %s', (status, body, expected) => {
    expect(readRefusal(status, body)).toBe(expected);
  });
});

describe('the memory of chat models', () => {
  test('is by upstream and model', () => {
    const known = new KnownModels();
    known.remember(OWN, 'm', 0);
    expect(known.has(OWN, 'm', 1)).toBe(true);
    expect(known.has(OWN, 'other', 1)).toBe(false);
    expect(known.has(OPENAI, 'm', 1)).toBe(false);
  });

  test('ends after an hour, counted from the last confirmation', () => {
    const known = new KnownModels();
    const hour = 60 * 60 * 1000;
    known.remember(OWN, 'm', 0);
    expect(known.has(OWN, 'm', hour - 1)).toBe(true);
    expect(known.has(OWN, 'm', hour)).toBe(false);
    known.remember(OWN, 'm', hour);
    expect(known.has(OWN, 'm', hour + 1)).toBe(true);
  });

  test('is bounded: the entry that was confirmed longest ago goes', () => {
    const known = new KnownModels();
    known.remember(OWN, 'first', 0);
    known.remember(OWN, 'second', 0);
    known.remember(OWN, 'first', 0);
    for (let i = 0; i < 499; i += 1) known.remember(OWN, `m${i}`, 0);
    expect(known.has(OWN, 'second', 1)).toBe(false);
    expect(known.has(OWN, 'first', 1)).toBe(true);
    known.remember(OWN, 'x'.repeat(201), 0);
    expect(known.has(OWN, 'x'.repeat(201), 1)).toBe(false);
  });
});
