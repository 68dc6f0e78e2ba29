/** The ways in which LangChain asks an OpenAI-compatible server. */
import { ChatOpenAI } from '@langchain/openai';
import type { ClientSurface } from './client-test.ts';
import { CHAT, type ModelApi, RESPONSES } from './model-apis.ts';
import { CLIENT_KEY } from './surface.ts';

/** One way: the API that it asks. */
export interface LangChainWay extends ModelApi {
  readonly name: string;
  /** The model as its users make it: nothing but the base URL changed. */
  model(surface: ClientSurface, options?: Options): ChatOpenAI;
}

interface Options {
  readonly fetch?: typeof fetch;
  readonly maxRetries?: number;
}

const modelOn =
  (useResponsesApi: boolean): LangChainWay['model'] =>
  (surface, { fetch, ...options } = {}) =>
    new ChatOpenAI({
      model: 'm',
      apiKey: CLIENT_KEY,
      useResponsesApi,
      configuration: { baseURL: surface.base, ...(fetch && { fetch }) },
      ...options,
    });

export const LANGCHAIN_WAYS: readonly LangChainWay[] = [
  { ...CHAT, name: 'chat', model: modelOn(false) },
  { ...RESPONSES, name: 'responses', model: modelOn(true) },
];
