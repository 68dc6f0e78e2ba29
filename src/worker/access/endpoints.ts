/** What kind of endpoint a request asks for: which credentials may reach it depends on that alone. */

/**
 * `stateless`: answers and forgets; anybody whom the server pays for may use it.
 * `stateful`: reads or keeps things in the account behind the key (files, batches, stored answers).
 * `admin`: governs an organization or its projects.
 */
export type EndpointKind = 'stateless' | 'stateful' | 'admin';

const STATELESS_POSTS =
  /^\/v1\/(?:chat\/completions|completions|embeddings|moderations|responses|audio\/(?:speech|transcriptions|translations)|images\/.+)$/;
const STATELESS_GETS = /^(?:\/v1\/(?:models(?:\/.+)?|realtime)|\/health)$/;
/** Also with a path parameter, which some servers drop before they route (`organization;x`). */
const ADMIN = /^\/v1\/(?:organizations?|projects?)(?:[/;]|$)/i;

/**
 * The kind of an endpoint.
 * @param path a canonical path (see `canonicalPath`). An encoded slash counts as a slash for what is forbidden,
 * never for what is allowed: upstreams differ in how they read it.
 */
export function endpointKind(method: string, path: string): EndpointKind {
  if (method === 'POST' && STATELESS_POSTS.test(path)) return 'stateless';
  if ((method === 'GET' || method === 'HEAD') && STATELESS_GETS.test(path)) return 'stateless';
  return ADMIN.test(path.replace(/(?:%2F|%5C|\/)+/g, '/')) ? 'admin' : 'stateful';
}
