/** Which models the upstream serves: asked once at a start where OPENAI_MODEL is left to its default before another server. */
import { OPENAI_BASE, type Upstream } from '../worker/config/upstream.ts';
import { holdsSecret } from '../worker/http/redact.ts';
import { directTarget } from '../worker/routing/resolve.ts';
import { keyHeaders } from '../worker/upstream/call.ts';
import { readModelList } from '../worker/upstream/model-list.ts';
import type { Plan } from './plan.ts';

/** A server that takes longer is told of without its models. */
const LIMIT_MS = 3000;

/** What a model's name looks like; anything else has no business in a terminal. */
const MODEL_NAME = /^[\w.:@/+-]{1,200}$/;

/** The models of an upstream that is asked for one it may not have. */
export interface ServedModels {
  /** Undefined until the answer is there; empty where there is none of use. */
  readonly known: readonly string[] | undefined;
  /** Resolves with the same once it is known, after three seconds at the latest. Never rejects. */
  readonly asked: Promise<readonly string[]>;
}

/** The upstream that gets the default model although it is not OpenAI's own; undefined where that cannot happen. */
export function unsureUpstream({ merged, settings }: Plan): Upstream | undefined {
  if (merged.origins.has('OPENAI_MODEL') || settings.routing.models.has(settings.model)) return undefined;
  const { upstream } = directTarget(settings.model, settings.routing);
  return upstream.base === OPENAI_BASE ? undefined : upstream;
}

/** Asks that upstream in the background until `stop`; undefined where there is nothing to ask. */
export function askServedModels(plan: Plan, stop: AbortSignal): ServedModels | undefined {
  const upstream = unsureUpstream(plan);
  if (upstream === undefined) return undefined;
  let known: readonly string[] | undefined;
  const asked = modelsOf(
    upstream,
    plan.settings.secrets,
    AbortSignal.any([stop, AbortSignal.timeout(LIMIT_MS)]),
  )
    .catch(() => [])
    .then((models) => {
      known = models;
      return models;
    });
  return {
    get known() {
      return known;
    },
    asked,
  };
}

async function modelsOf(
  upstream: Upstream,
  secrets: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const answer = await fetch(`${upstream.base}/models`, {
    headers: upstream.key === undefined ? {} : keyHeaders(upstream, upstream.key),
    redirect: 'manual',
    signal,
  });
  const read = await readModelList(answer);
  if (read.kind !== 'list') {
    await answer.body?.cancel().catch(() => undefined);
    return [];
  }
  return read.list.models
    .map(({ id }) => String(id))
    .filter((id) => MODEL_NAME.test(id) && !holdsSecret(id, secrets));
}
