/**
 * What is known of vendors: data only, asked by whatever decides. A row is a fact that was read in the vendor's own
 * documents; an upstream that no row names is taken for an ordinary OpenAI-compatible server.
 */

/** One vendor's API, as its base address tells it. */
export interface Vendor {
  /** The host of its base, in lower case. */
  readonly host: string;
  /** Part of the path of its base, where one host serves several APIs. */
  readonly path?: RegExp;
  /**
   * Whether it serves `POST /v1/completions`: for every model, for none, or for those whose names match.
   */
  readonly textCompletions: 'all' | 'none' | RegExp;
  /** Where this can be read. */
  readonly source: string;
}

/** OpenAI's models for the old endpoint, fine-tuned ones (`ft:babbage-002:org`) included. */
const OPENAI_TEXT_MODEL = /^(?:ft:)?(?:(?:text-)?(?:davinci|babbage|curie|ada)|gpt-[\w.-]*instruct)/;

/** Of several rows for a host, the first whose path fits counts. */
export const VENDORS: readonly Vendor[] = [
  {
    host: 'api.openai.com',
    textCompletions: OPENAI_TEXT_MODEL,
    source: 'https://platform.openai.com/docs/api-reference/completions',
  },
  {
    host: 'api.deepseek.com',
    path: /^\/beta/,
    textCompletions: 'all',
    source: 'https://api-docs.deepseek.com/guides/fim_completion',
  },
  {
    host: 'api.deepseek.com',
    textCompletions: 'none',
    source: 'https://api-docs.deepseek.com/guides/fim_completion',
  },
  {
    host: 'api.groq.com',
    textCompletions: 'none',
    source: 'https://console.groq.com/docs/openai',
  },
  {
    host: 'generativelanguage.googleapis.com',
    textCompletions: 'none',
    source: 'https://ai.google.dev/gemini-api/docs/openai',
  },
  {
    host: 'api.anthropic.com',
    textCompletions: 'none',
    source: 'https://docs.anthropic.com/en/api/openai-sdk',
  },
  {
    host: 'api.cloudflare.com',
    path: /\/ai\//,
    textCompletions: 'none',
    source: 'https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/',
  },
];

/** What is known of the server at a base address; undefined where nothing is. */
export function vendorOf(base: string): Vendor | undefined {
  const { hostname, pathname } = new URL(base);
  return VENDORS.find(({ host, path }) => hostname === host && (path === undefined || path.test(pathname)));
}
