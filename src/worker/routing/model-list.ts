/** The models of many upstreams as one list. */

import { ALIAS_OWNER } from '../../shared/contract.ts';
import type { Payer } from '../access/decide.ts';
import type { Model } from '../config/models.ts';
import type { Routing } from '../config/routing.ts';
import type { Upstream } from '../config/upstream.ts';
import { VERSION } from '../config/version.ts';
import { callUpstream } from '../upstream/call.ts';
import type { UpstreamContext } from '../upstream/context.ts';
import type { HeaderRecord } from '../upstream/headers.ts';
import { readModelList } from '../upstream/model-list.ts';
import { directTarget, mayReach } from './resolve.ts';

/** Short, so that one unreachable upstream does not delay the list of all. */
const LIST_TIMEOUT_MS = 2000;
/** How long a list is taken for the present one. */
const FRESH_MS = 30_000;

/** Nothing of a caller's request: others are given the answer too. */
const SHARED_HEADERS: HeaderRecord = { accept: 'application/json', 'user-agent': `NexCode/${VERSION}` };

type Json = Readonly<Record<string, unknown>>;

/** Lists that the server's own keys brought, by upstream. A caller's key may see other models, so its lists are not kept. */
const lists = new Map<string, { readonly models: readonly Json[]; readonly until: number }>();

/**
 * The upstreams' models, asked for side by side, each under a name that leads to it: its own where that suffices, else
 * `upstream/model`, with its upstream named. An upstream that gives no list contributes none.
 * @param headersFor what a caller whose own key pays asks with; a list that is shared is asked for with fixed headers.
 */
export async function listModels(
  headersFor: (context: UpstreamContext) => HeaderRecord,
  context: UpstreamContext,
): Promise<readonly Json[]> {
  const { settings, payer } = context;
  const { routing } = settings;
  const asked = routing.upstreams.filter(({ clientKeys }) => payer.pays === 'server' || clientKeys);
  const all = await Promise.all(asked.map((upstream) => modelsOf(upstream, headersFor, context)));
  return all.flatMap((models, position) => {
    const upstream = asked[position];
    return upstream === undefined
      ? []
      : models.map((model) => ({
          ...model,
          id: nameFor(model['id'], upstream, routing),
          upstream: upstream.name,
        }));
  });
}

/** The entries of MODELS, as models: those that the payer may use. */
export function aliasModels(routing: Routing, payer: Payer, created: number): readonly Model[] {
  const usable = [...routing.models].filter(([, { choices }]) =>
    choices.some(({ to }) => mayReach(payer, directTarget(to, routing))),
  );
  return usable.map(([id]) => ({ id, object: 'model', created, owned_by: ALIAS_OWNER }));
}

async function modelsOf(
  upstream: Upstream,
  headersFor: (context: UpstreamContext) => HeaderRecord,
  context: UpstreamContext,
): Promise<readonly Json[]> {
  const shared = context.payer.pays === 'server';
  const known = lists.get(upstream.name);
  if (shared && known !== undefined && known.until > Date.now()) return known.models;
  const at = { ...context, upstream };
  const models = await fetchModels(shared ? { ...SHARED_HEADERS } : headersFor(at), at);
  if (shared && models !== undefined) lists.set(upstream.name, { models, until: Date.now() + FRESH_MS });
  return models ?? [];
}

async function fetchModels(
  headers: HeaderRecord,
  context: UpstreamContext,
): Promise<readonly Json[] | undefined> {
  const stop = AbortSignal.timeout(LIST_TIMEOUT_MS);
  try {
    const request = {
      method: 'GET',
      path: '/v1/models',
      query: '',
      headers,
      body: null,
    };
    const answer = await callUpstream(request, { ...context, stop });
    const read = await readModelList(answer);
    if (read.kind === 'list') return read.list.models;
    if (read.kind === 'refused') await answer.body?.cancel();
    return undefined;
  } catch {
    return undefined;
  }
}

function nameFor(id: unknown, upstream: Upstream, routing: Routing): string {
  const model = String(id);
  const reached = directTarget(model, routing);
  const suffices = reached.upstream === upstream && reached.model === model && !routing.models.has(model);
  if (suffices) return model;
  return `${upstream.name}/${model}`;
}
