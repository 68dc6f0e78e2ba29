/** What kind of endpoint a request asks for: which credentials may reach it depends on that alone. */

/**
 * `stateless`: answers and forgets; anybody whom the server pays for may use it.
 * `stateful`: reads or keeps things in the account behind the key (files, batches, stored answers).
 * `admin`: governs an organization or its projects.
 * `unknown`: nobody here knows what it does, so it counts as one that may keep things.
 */
export type EndpointKind = 'stateless' | 'stateful' | 'admin' | 'unknown';

/**
 * OpenAI's, and those that vendors and servers of one's own add: vLLM, SGLang, TEI, LocalAI (`rerank`, `score`,
 * `classify`, `pooling`, `tokenize`), Anthropic (`messages`), Mistral (`fim`,
 * `ocr`, classification). None of them keeps anything, but for what `stateless.ts` looks at in their bodies.
 * @see https://docs.vllm.ai/en/latest/serving/openai_compatible_server/
 * @see https://docs.anthropic.com/en/api/overview
 * @see https://docs.mistral.ai/api/
 */
const STATELESS_POSTS = new RegExp(
  `^/v1/(?:${[
    'chat/completions',
    'completions',
    'embeddings?(?:/multimodal)?',
    '(?:chat/)?(?:moderations|classifications)',
    'responses(?:/compact|/input_tokens)?',
    'messages(?:/count_tokens)?',
    'audio/(?:speech|transcriptions|translations|generations)',
    'images/.+',
    'fim/completions',
    'ocr',
    're-?rank(?:ing)?',
    'score|pooling|classify',
    '(?:de)?tokeni[sz]e',
  ].join('|')})$`,
);
/** A response that was translated from chat is stored nowhere: to be told so takes no rights. */
const FORGOTTEN = /^\/v1\/responses\/resp_nx[0-9a-f]+(?:\/(?:cancel|input_items))?$/;
const STATELESS_GETS = /^(?:\/v1\/(?:models(?:\/.+)?|realtime)|\/health)$/;
/** Answers of the gateway's own, which only their own caller finds. */
const STREAMS = /^\/v1\/streams(?:\/|$)/;
/** Also with a path parameter, which some servers drop before they route (`organization;x`). */
const ADMIN = /^\/v1\/(?:organizations?|projects?)(?:[/;]|$)/i;
/** Families of endpoints that keep things, at OpenAI and Anthropic; of the stateless ones, all that is beside them. */
const STATEFUL =
  /^\/v1\/(?:assistants|audio|batches|chat|containers|conversations|evals|files|fine_tuning|images|messages|models|realtime|responses|threads|uploads|vector_stores|videos)(?:[/;]|$)/;

/**
 * The kind of an endpoint.
 * @param path a canonical path (see `canonicalPath`). An encoded slash counts as a slash for what is forbidden,
 * never for what is allowed: upstreams differ in how they read it.
 */
export function endpointKind(method: string, path: string): EndpointKind {
  if (method === 'POST' && STATELESS_POSTS.test(path)) return 'stateless';
  if ((method === 'GET' || method === 'HEAD') && STATELESS_GETS.test(path)) return 'stateless';
  if (FORGOTTEN.test(path) || STREAMS.test(path)) return 'stateless';
  const asSlashes = path.replace(/(?:%2F|%5C|\/)+/g, '/');
  if (ADMIN.test(asSlashes)) return 'admin';
  return STATEFUL.test(asSlashes) ? 'stateful' : 'unknown';
}

/**
 * The gateway's own endpoints of keys, usage and costs. `manage`: issues and changes keys; the server's token and its
 * logins alone. `read`: usage, costs and what a key is; an issued key reads its own part of it.
 */
export type OwnEndpoint = 'manage' | 'read';

const OWN_KEYS =
  /^\/v1\/organization\/projects\/default\/(?:service_accounts(?:\/[^/]+(?:\/api_keys)?)?|api_keys(?:\/[^/]+)?)$/;
const OWN_READINGS = /^\/v1\/(?:organization\/(?:usage\/[a-z_]+|costs)|usage\/(?:export|summary)|key)$/;
const OWN_REPRICE = '/v1/usage/reprice';

/** Which endpoint of the gateway's own this is, where keys or a ledger are kept; undefined for any other. */
export function ownEndpoint(method: string, path: string): OwnEndpoint | undefined {
  if (OWN_KEYS.test(path) || path === OWN_REPRICE) return 'manage';
  if (!OWN_READINGS.test(path)) return undefined;
  return method === 'GET' || method === 'HEAD' ? 'read' : 'manage';
}

const STORED_RESPONSE = /^\/v1\/responses\/[^/]+(?:\/(?:cancel|input_items))?$/;

/** Whether this reads or ends a stored response, which an issued key may do if it was issued so. */
export function isStoredResponse(path: string): boolean {
  return STORED_RESPONSE.test(path);
}
