/**
 * What is known of vendors: data only, asked by whatever decides. A row is a fact that was read in the vendor's own
 * documents; an upstream that no row names is taken for a server of one's own. Every
 * vendor here refuses keys that it does not know.
 */

import { OPENAI_REASONING_MODEL } from '../../shared/contract.ts';
import type { KeyHeader } from './upstream.ts';

/** One vendor's API, as its base address tells it. */
export interface Vendor {
  /** The host of its base, in lower case; `*.` before it stands for any name below. */
  readonly host: string;
  /** Part of the path of its base, where one host serves several APIs. */
  readonly path?: RegExp;
  /**
   * Whether it serves `POST /v1/completions`: for every model, for none, or for those whose names match.
   */
  readonly textCompletions: 'all' | 'none' | RegExp;
  /** Its `POST /v1/responses` stores nothing, whatever `store` says; elsewhere an answer is stored unless that is false. */
  readonly storesNothing?: true;
  /** The header in which it takes its key; unsaid for a bearer. */
  readonly keyHeader?: KeyHeader;
  /** Endpoints that it serves beside `/v1`, which its base otherwise may have. */
  readonly besideV1?: RegExp;
  /** Whether `max_completion_tokens` limits every model of it. */
  readonly takesCompletionLimit?: true;
  /** Whether it serves `POST /v1/responses`; absent where that depends on the model, or is not documented for this base. */
  readonly responses?: 'all' | 'none';
  /** Its thinking models refuse a turn with tool calls that lacks the `reasoning_content` which led to them. */
  readonly wantsReasoningBack?: true;
  /** Its chat takes system messages at any place, not only as the first one. */
  readonly systemAnywhere?: true;
  /**
   * Its name as `gen_ai.provider.name`, where the semantic conventions have one.
   * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/
   */
  readonly otelName?: string;
  /** Where this can be read. */
  readonly source: string;
}

/** OpenAI's models for the old endpoint, fine-tuned ones (`ft:babbage-002:org`) included. */
const OPENAI_TEXT_MODEL = /^(?:ft:)?(?:(?:text-)?(?:davinci|babbage|curie|ada)|gpt-[\w.-]*instruct)/;

/** Whether a model is one of OpenAI's reasoning models, fine-tuned (`ft:o4-mini:...`) or with a vendor's prefix (`openai/o3`) too. */
export function isReasoningModel(model: string): boolean {
  return OPENAI_REASONING_MODEL.test(model.slice(model.lastIndexOf('/') + 1));
}

/** The model behind ChatGPT's plain answers: no reasoning model, and it refuses to encrypt reasoning that it has not. */
const PLAIN_MODEL = /^gpt-5-chat/;

/** Whether a model can give its reasoning along with its answer, encrypted (`reasoning.encrypted_content`). */
export function encryptsReasoning(model: string): boolean {
  return isReasoningModel(model) && !PLAIN_MODEL.test(model.slice(model.lastIndexOf('/') + 1));
}

/** OpenAI's models that answer without reasoning. Of all others it is not known. */
const UNREASONING_MODEL =
  /^(?:ft:)?(?:gpt-3\.5|gpt-4(?![5-9])|chatgpt-4o|(?:text-)?(?:davinci|babbage|curie|ada))/;

/** Whether a model may think in tokens that are billed and not shown. */
export function mayReason(model: string): boolean {
  return !UNREASONING_MODEL.test(model.slice(model.lastIndexOf('/') + 1));
}

/**
 * The names under which a chat endpoint takes the limit of an answer, the one to fill in first. Servers that do not know
 * `max_completion_tokens` drop it in silence, so elsewhere it counts for reasoning models alone.
 */
export function limitNames(base: string, model: string): readonly string[] {
  if (isReasoningModel(model)) return ['max_completion_tokens'];
  return vendorOf(base)?.takesCompletionLimit === true
    ? ['max_completion_tokens', 'max_tokens']
    : ['max_tokens'];
}

/** Of several rows for a host, the first whose path fits counts. */
export const VENDORS: readonly Vendor[] = [
  {
    host: 'api.openai.com',
    otelName: 'openai',
    takesCompletionLimit: true,
    textCompletions: OPENAI_TEXT_MODEL,
    responses: 'all',
    systemAnywhere: true,
    source: 'https://platform.openai.com/docs/api-reference/completions',
  },
  {
    host: 'api.deepseek.com',
    otelName: 'deepseek',
    path: /^\/beta/,
    textCompletions: 'all',
    wantsReasoningBack: true,
    source: 'https://api-docs.deepseek.com/guides/fim_completion',
  },
  {
    host: 'api.deepseek.com',
    otelName: 'deepseek',
    textCompletions: 'none',
    responses: 'all',
    besideV1: /^\/v1\/responses/,
    wantsReasoningBack: true,
    source: 'https://api-docs.deepseek.com/guides/responses_api',
  },
  {
    host: 'api.groq.com',
    otelName: 'groq',
    takesCompletionLimit: true,
    textCompletions: 'none',
    // https://console.groq.com/docs/responses-api
    storesNothing: true,
    responses: 'all',
    source: 'https://console.groq.com/docs/openai',
  },
  {
    host: 'generativelanguage.googleapis.com',
    otelName: 'gcp.gemini',
    textCompletions: 'none',
    responses: 'none',
    source: 'https://ai.google.dev/gemini-api/docs/openai',
  },
  {
    host: 'api.anthropic.com',
    otelName: 'anthropic',
    textCompletions: 'none',
    // Its own endpoints (`/v1/messages`) take nothing else, and those of OpenAI's form take it too.
    keyHeader: 'x-api-key',
    responses: 'none',
    source: 'https://docs.anthropic.com/en/api/overview',
  },
  {
    host: 'api.cloudflare.com',
    path: /\/ai\//,
    textCompletions: 'none',
    source: 'https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/',
  },
  {
    host: '*.openai.azure.com',
    otelName: 'azure.ai.openai',
    textCompletions: 'all',
    // A bearer is a token of Microsoft Entra there.
    keyHeader: 'api-key',
    responses: 'all',
    systemAnywhere: true,
    source: 'https://learn.microsoft.com/en-us/azure/foundry/openai/api-version-lifecycle',
  },
  {
    host: 'openrouter.ai',
    textCompletions: 'all',
    // https://openrouter.ai/docs/api/reference/responses/overview
    storesNothing: true,
    responses: 'all',
    source: 'https://openrouter.ai/docs/api-reference/overview',
  },
  {
    host: 'api.together.ai',
    textCompletions: 'all',
    source: 'https://docs.together.ai/docs/openai-api-compatibility',
  },
  {
    // The older host of the same API.
    host: 'api.together.xyz',
    textCompletions: 'all',
    source: 'https://docs.together.ai/docs/openai-api-compatibility',
  },
  {
    host: 'api.fireworks.ai',
    textCompletions: 'all',
    responses: 'all',
    source: 'https://docs.fireworks.ai/tools-sdks/openai-compatibility',
  },
  {
    host: 'api.mistral.ai',
    otelName: 'mistral_ai',
    textCompletions: 'all',
    responses: 'none',
    source: 'https://docs.mistral.ai/api/',
  },
  {
    host: 'api.x.ai',
    otelName: 'x_ai',
    textCompletions: 'all',
    responses: 'all',
    source: 'https://docs.x.ai/docs/api-reference',
  },
  {
    host: 'api.moonshot.cn',
    textCompletions: 'all',
    responses: 'none',
    wantsReasoningBack: true,
    source: 'https://platform.moonshot.cn/docs/api/chat',
  },
  {
    host: 'api.moonshot.ai',
    textCompletions: 'all',
    responses: 'none',
    wantsReasoningBack: true,
    source: 'https://platform.moonshot.ai/docs/api/chat',
  },
  {
    host: 'dashscope.aliyuncs.com',
    textCompletions: 'all',
    source: 'https://help.aliyun.com/zh/model-studio/compatibility-of-openai-with-dashscope',
  },
  {
    host: 'dashscope-intl.aliyuncs.com',
    textCompletions: 'all',
    source: 'https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope',
  },
  {
    host: 'ark.cn-beijing.volces.com',
    textCompletions: 'all',
    source: 'https://www.volcengine.com/docs/82379/1330626',
  },
  {
    host: 'api.siliconflow.cn',
    textCompletions: 'all',
    responses: 'none',
    source: 'https://docs.siliconflow.cn/cn/api-reference/chat-completions/chat-completions',
  },
  {
    host: 'open.bigmodel.cn',
    textCompletions: 'all',
    source: 'https://docs.bigmodel.cn/cn/guide/develop/openai/introduction',
  },
  {
    host: 'api.cerebras.ai',
    textCompletions: 'all',
    responses: 'none',
    source: 'https://inference-docs.cerebras.ai/resources/openai',
  },
  {
    host: 'integrate.api.nvidia.com',
    textCompletions: 'all',
    responses: 'none',
    source: 'https://docs.api.nvidia.com/nim/reference/llm-apis',
  },
  {
    host: 'api.scaleway.ai',
    textCompletions: 'none',
    responses: 'none',
    source: 'https://www.scaleway.com/en/docs/generative-apis/api-cli/using-generative-apis/',
  },
  {
    host: 'api.cohere.ai',
    otelName: 'cohere',
    textCompletions: 'none',
    responses: 'none',
    source: 'https://docs.cohere.com/docs/compatibility-api',
  },
];

/** How the server at a base address takes its key: a bearer, as nearly everywhere, where nothing else is known. */
export function keyHeaderOf(base: string): KeyHeader {
  return vendorOf(base)?.keyHeader ?? 'bearer';
}

/** Bases that were looked up: each call asks for its own several times, and they all stand in the settings. */
const looked = new Map<string, Vendor | undefined>();
const MOST_LOOKED = 1000;

/** What is known of the server at a base address; undefined where nothing is. */
export function vendorOf(base: string): Vendor | undefined {
  if (looked.has(base)) return looked.get(base);
  const { hostname, pathname } = new URL(base);
  const vendor = VENDORS.find(
    ({ host, path }) => isHost(hostname, host) && (path === undefined || path.test(pathname)),
  );
  if (looked.size >= MOST_LOOKED) looked.clear();
  looked.set(base, vendor);
  return vendor;
}

function isHost(hostname: string, host: string): boolean {
  return host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host;
}
