import { describe, expect, it } from 'vitest';
import { canChat, canSee } from '../../../src/page/models/abilities.ts';
import { readModels } from '../../../src/page/models/model.ts';
import { offeredGroups, upstreamOf, withPinned, withRecent } from '../../../src/page/models/offered.ts';

describe('a list of models', () => {
  it.each([null, 5, {}, { data: 'x' }, { data: [null, {}, { id: 7 }, { id: '' }] }])(
    'of %j is empty',
    (answer) => {
      expect(readModels(answer)).toEqual([]);
    },
  );

  it('keeps what a vendor tells beside the name', () => {
    expect(readModels({ data: [{ id: 'm', owned_by: 'x', context: 5 }] })).toEqual([
      { id: 'm', owned_by: 'x', context: 5 },
    ]);
  });
});

describe('a model that chats', () => {
  it.each([
    'gpt-4.1-mini',
    'gpt-4o-audio-preview',
    'gpt-4o-search-preview',
    'deepseek-chat',
    'qwen3-235b-a22b-instruct',
    'llama-3.1-8b-instruct',
    'mistralai/Mistral-7B-Instruct-v0.3',
    'gemini-2.5-flash-image',
    'doubao-seed-1-6',
    'moonshot-v1-8k',
    'glm-4.5-air',
    'o4-mini',
  ])('is %s', (id) => expect(canChat({ id })).toBe(true));

  it.each([
    'text-embedding-3-small',
    'BAAI/bge-m3',
    'nomic-embed-text:latest',
    'mxbai-embed-large',
    'jina-reranker-v2',
    'whisper-1',
    'tts-1-hd',
    'gpt-4o-mini-tts',
    'gpt-4o-transcribe',
    'dall-e-3',
    'gpt-image-1',
    'gpt-4o-realtime-preview',
    'omni-moderation-latest',
    'davinci-002',
    'gpt-3.5-turbo-instruct',
    'sora-2',
    'black-forest-labs/FLUX.1-schnell',
    'stabilityai/stable-diffusion-xl',
  ])('is not %s', (id) => expect(canChat({ id })).toBe(false));

  it.each([
    [{ id: 'x', type: 'embedding' }, false],
    [{ id: 'x', type: 'chat' }, true],
    [{ id: 'x', capabilities: { completion_chat: false } }, false],
    [{ id: 'text-embedding-like', capabilities: { completion_chat: true } }, true],
    [{ id: 'x', architecture: { output_modalities: ['image'] } }, false],
    [{ id: 'whisper-chat', architecture: { output_modalities: ['text'] } }, true],
  ])('as %j says of itself: %s', (model, expected) => expect(canChat(model)).toBe(expected));
});

describe('a model that sees', () => {
  it.each([
    'gpt-4o',
    'gpt-4.1-mini',
    'gpt-5',
    'o3',
    'o4-mini',
    'openai/o1',
    'claude-sonnet-4-5',
    'gemini-2.5-pro',
    'qwen2.5-vl-72b-instruct',
    'qwen-vl-max',
    'glm-4.5v',
    'llava:13b',
    'llama3.2-vision',
    'gemma3:12b',
    'pixtral-12b',
    'moonshot-v1-8k-vision-preview',
    'deepseek-vl2',
  ])('is %s', (id) => expect(canSee({ id })).toBe(true));

  it.each([
    'gpt-3.5-turbo',
    'gpt-4',
    'gpt-4-0613',
    'o3-mini',
    'o1-mini',
    'deepseek-chat',
    'deepseek/deepseek-reasoner',
    'kimi-k2-0905-preview',
    'nexcode',
    'qwq-32b',
  ])('is not %s', (id) => expect(canSee({ id })).toBe(false));

  it.each(['house-model', 'llama3.1:8b', 'qwen3:8b'])('may be %s', (id) => expect(canSee({ id })).toBe(null));

  it.each([
    [{ id: 'deepseek-chat', architecture: { input_modalities: ['text', 'image'] } }, true],
    [{ id: 'gpt-4o', architecture: { input_modalities: ['text'] } }, false],
    [{ id: 'm', capabilities: { vision: true } }, true],
    [{ id: 'm', supports_image_in: false }, false],
    [{ id: 'm', type: 'vlm' }, true],
  ])('as %j says of itself: %s', (model, expected) => expect(canSee(model)).toBe(expected));
});

describe('the models that are offered', () => {
  const models = [
    { id: 'nexcode', owned_by: 'nexcode' },
    { id: 'fast', owned_by: 'nexcode-alias' },
    { id: 'gpt-4.1', upstream: 'openai' },
    { id: 'gpt-4.1-mini', upstream: 'openai' },
    { id: 'gpt-10', upstream: 'openai' },
    { id: 'text-embedding-3-small', upstream: 'openai' },
    { id: 'deepseek/deepseek-chat' },
    { id: 'plain' },
  ];
  const offered = (change: object = {}) =>
    offeredGroups({ models, standard: 'house', pinned: [], recent: [], words: '', ...change }).map(
      ({ kind, name, models }) => [name || kind, models.map(({ id }) => id)],
    );

  it('stand under their upstream, aliases apart, each once, without what does not chat', () => {
    expect(offered()).toEqual([
      ['recent', ['house']],
      ['aliases', ['fast']],
      ['upstream', ['plain']],
      ['deepseek', ['deepseek/deepseek-chat']],
      ['openai', ['gpt-4.1', 'gpt-4.1-mini', 'gpt-10']],
    ]);
  });

  it('begin with the pinned and the recent ones, where the server still has them', () => {
    expect(offered({ pinned: ['plain', 'gone'], recent: ['gpt-10', 'plain', 'away'] }).slice(0, 2)).toEqual([
      ['pinned', ['plain']],
      ['recent', ['gpt-10', 'house']],
    ]);
  });

  it('are found by every word of name or upstream, those that do not chat too', () => {
    expect(offered({ words: 'OPENAI mini' })).toEqual([['openai', ['gpt-4.1-mini']]]);
    expect(offered({ words: 'embed' })).toEqual([['no-chat', ['text-embedding-3-small']]]);
    expect(offered({ words: 'nothing' })).toEqual([]);
  });

  it('are two thousand without trouble', () => {
    const many = Array.from({ length: 2000 }, (_, index) => ({ id: `vendor${index % 40}/model-${index}` }));
    const groups = offeredGroups({ models: many, standard: '', pinned: [], recent: [], words: '' });
    expect(groups).toHaveLength(40);
    expect(groups.reduce((sum, group) => sum + group.models.length, 0)).toBe(2000);
  });

  it('remember eight recent ones, the last first, and toggle pins', () => {
    const recent = Array.from({ length: 10 }, (_, index) => `m${index}`).reduce(
      withRecent,
      [] as readonly string[],
    );
    expect(recent).toEqual(['m9', 'm8', 'm7', 'm6', 'm5', 'm4', 'm3', 'm2']);
    expect(withRecent(recent, 'm5')[0]).toBe('m5');
    expect(withRecent(recent, 'm5')).toHaveLength(8);
    expect(withPinned(withPinned([], 'a'), 'b')).toEqual(['a', 'b']);
    expect(withPinned(['a', 'b'], 'a')).toEqual(['b']);
  });

  it('come from the upstream that the server names, else from before the slash', () => {
    expect(upstreamOf({ id: 'a/b', upstream: 'u' })).toBe('u');
    expect(upstreamOf({ id: 'a/b' })).toBe('a');
    expect(upstreamOf({ id: '/b' })).toBe('');
  });
});
