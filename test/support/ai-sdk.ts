/** The ways in which the Vercel AI SDK asks an OpenAI-compatible server. */
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';
import type { ClientSurface } from './client-test.ts';
import { CHAT, type ModelApi, RESPONSES } from './model-apis.ts';
import { CLIENT_KEY } from './surface.ts';

/** One way: a provider's package, and the API that it asks. */
export interface Way extends ModelApi {
  readonly name: string;
  /** The model as its users make it: nothing but the base URL changed. */
  model(surface: ClientSurface, options?: Options): LanguageModel;
}

interface Options {
  readonly fetch?: typeof fetch;
}

const settings = (surface: ClientSurface, options: Options = {}) => ({
  baseURL: surface.base,
  apiKey: CLIENT_KEY,
  ...options,
});

export const WAYS: readonly Way[] = [
  {
    ...RESPONSES,
    name: '@ai-sdk/openai, its default: responses',
    model: (surface, options) => createOpenAI(settings(surface, options))('m'),
  },
  {
    ...CHAT,
    name: '@ai-sdk/openai, chat',
    model: (surface, options) => createOpenAI(settings(surface, options)).chat('m'),
  },
  {
    ...CHAT,
    name: '@ai-sdk/openai-compatible',
    model: (surface, options) =>
      createOpenAICompatible({
        name: 'gateway',
        includeUsage: true,
        supportsStructuredOutputs: true,
        ...settings(surface, options),
      })('m'),
  },
];
