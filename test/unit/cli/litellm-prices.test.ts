import { describe, expect, test } from 'vitest';
import { isLitellmTable, readLitellmTable } from '../../../src/cli/litellm-prices.ts';
import { choosePrices, readOwnTable } from '../../../src/cli/price-choice.ts';
import { parsePrices } from '../../../src/worker/config/prices.ts';

/** Entries as LiteLLM's table writes them. */
const TABLE = {
  sample_spec: {
    litellm_provider: 'one of many',
    max_tokens: 'a text',
    input_cost_per_token: 0,
    mode: 'chat',
  },
  'gpt-4o-mini': {
    litellm_provider: 'openai',
    mode: 'chat',
    input_cost_per_token: 1.5e-7,
    input_cost_per_token_priority: 2.5e-7,
    output_cost_per_token: 6e-7,
    output_cost_per_token_priority: 1e-6,
    cache_read_input_token_cost: 7.5e-8,
    cache_read_input_token_cost_priority: 1.25e-7,
    max_input_tokens: 128_000,
    max_output_tokens: 16_384,
  },
  'gemini/gemini-2.5-pro': {
    litellm_provider: 'gemini',
    mode: 'chat',
    input_cost_per_token: 1.25e-6,
    input_cost_per_token_above_200k_tokens: 2.5e-6,
    output_cost_per_token: 1e-5,
    output_cost_per_token_above_200k_tokens: 1.5e-5,
    cache_read_input_token_cost: 1.25e-7,
    cache_read_input_token_cost_above_200k_tokens: 2.5e-7,
    cache_creation_input_token_cost_above_200k_tokens: 3e-6,
    max_input_tokens: 1_048_576,
    max_output_tokens: 65_535,
  },
  'gpt-audio': {
    litellm_provider: 'openai',
    mode: 'chat',
    input_cost_per_token: 2.5e-6,
    input_cost_per_audio_token: 3.2e-5,
    output_cost_per_token: 1e-5,
    output_cost_per_audio_token: 6.4e-5,
    max_input_tokens: 128_000,
    max_output_tokens: 16_384,
  },
  'deepseek/deepseek-chat': {
    litellm_provider: 'deepseek',
    mode: 'chat',
    input_cost_per_token: 2.8e-7,
    output_cost_per_token: 4.2e-7,
    output_cost_per_reasoning_token: 5e-7,
    max_tokens: 8192,
  },
  'azure/gpt-4o-mini': {
    litellm_provider: 'azure',
    mode: 'chat',
    input_cost_per_token: 1.65e-7,
    output_cost_per_token: 6.6e-7,
  },
  'text-embedding-3-small': {
    litellm_provider: 'openai',
    mode: 'embedding',
    input_cost_per_token: 2e-8,
    max_input_tokens: 8191,
  },
  'dall-e-3': { litellm_provider: 'openai', mode: 'image_generation', output_cost_per_image: 0.04 },
  'tts-1': { litellm_provider: 'openai', mode: 'audio_speech', input_cost_per_character: 1.5e-5 },
  'whisper-1': { litellm_provider: 'openai', mode: 'audio_transcription', input_cost_per_second: 0.0001 },
  'some/*': {
    litellm_provider: 'some',
    mode: 'chat',
    input_cost_per_token: 1e-6,
    output_cost_per_token: 1e-6,
  },
  'half-known': { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 1e-6 },
  broken: 'a text',
};

const ALL = { models: [], providers: [] };

describe("LiteLLM's table", () => {
  const choice = choosePrices(readLitellmTable(TABLE), ALL);

  test('is told from our own', () => {
    expect(isLitellmTable(TABLE)).toBe(true);
    expect(isLitellmTable({ 'gpt-*': { input: 1, output: 2, max_output: 5 } })).toBe(false);
  });

  test.each([
    [
      'gpt-4o-mini',
      {
        input: 0.15,
        cached: 0.075,
        output: 0.6,
        tiers: { priority: 1.667 },
        // Its window is 128,000: what the table says of the prompt and of the answer together is no less.
        window: 144_384,
        max_output: 16_384,
      },
    ],
    [
      'gemini-2.5-pro',
      {
        input: 1.25,
        cached: 0.125,
        output: 10,
        above: { tokens: 200_000, input: 2.5, output: 15, cached: 0.25, cache_write: 3 },
        window: 1_114_111,
        max_output: 65_535,
      },
    ],
    // A spoken prompt costs more than a written one, which PRICES cannot say: calls with sound stay unpriced.
    ['gpt-audio', { input: 2.5, output: 10, window: 144_384, max_output: 16_384 }],
    ['deepseek-chat', { input: 0.28, output: 0.5, window: 16_384, max_output: 8192 }],
    ['azure/gpt-4o-mini', { input: 0.165, output: 0.66 }],
    ['text-embedding-3-small', { input: 0.02, window: 8191 }],
    ['dall-e-3', { per_image: 0.04 }],
    ['tts-1', { per_character: 0.000015 }],
  ])('says of %s what PRICES can say', (name, entry) => {
    expect(choice.taken[name]).toEqual(entry);
  });

  test('names what it does not take, and why', () => {
    expect(choice.untaken).toEqual([
      { listed: 'whisper-1', reason: 'no_price' },
      { listed: 'half-known', reason: 'no_price' },
      { listed: 'broken', reason: 'malformed' },
      { listed: 'some/*', reason: 'pattern' },
    ]);
    expect(choice.unsized).toEqual(['azure/gpt-4o-mini']);
    expect(choice.unasked).toBe(0);
  });

  test('comes to prices that the gateway takes, names with an upstream first', () => {
    expect(parsePrices(choice.taken).problems).toEqual([]);
    expect(Object.keys(choice.taken)[0]).toBe('azure/gpt-4o-mini');
  });

  test('is narrowed to models and vendors', () => {
    const table = readLitellmTable(TABLE);
    const names = (models: string[], providers: string[]) =>
      Object.keys(choosePrices(table, { models, providers }).taken);
    expect(names(['gpt-4o*'], ['openai'])).toEqual(['gpt-4o-mini']);
    expect(names([], ['azure'])).toEqual(['gpt-4o-mini']);
    expect(names(['gemini/*', 'deepseek-chat'], [])).toEqual(['gemini-2.5-pro', 'deepseek-chat']);
    expect(choosePrices(table, { models: ['gpt-4o-mini'], providers: [] }).unasked).toBe(10);
  });
});

test('our own form stays as it is, and what is wrong with it is said', () => {
  const entry = { input: 1, output: 2, tools: { web_search: 0.1 } };
  expect(choosePrices(readOwnTable({ 'gpt-*': entry }).models, ALL).taken).toEqual({ 'gpt-*': entry });
  expect(readOwnTable({ x: { inputs: 1 } }).problems).toEqual([expect.stringMatching(/^PRICES\.x .*inputs/)]);
});
