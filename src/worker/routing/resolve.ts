/** Which upstreams a model's requests go to, in which order. Pure. */

import type { Payer } from '../access/decide.ts';
import type { Choice, Routing } from '../config/routing.ts';
import { DEFAULT_UPSTREAM, defaultUpstream, type Target } from '../config/upstream.ts';

/** Whether names lead to different places at all; where they do not, names need not be read. */
export function isRouted({ upstreams, models }: Routing): boolean {
  return upstreams.length > 1 || models.size > 0;
}

/**
 * The targets for a model, the first to be tried first: an entry of MODELS, else `upstream/model`, else the first
 * upstream whose patterns match, else the default one.
 * @param random draws from [0, 1); only weighted lists ask for it.
 */
export function resolve(model: string, routing: Routing, random: () => number): readonly Target[] {
  const route = routing.models.get(model);
  if (route === undefined) return [directTarget(model, routing)];
  const choices = route.weighted ? drawn(route.choices, random) : route.choices;
  return choices.map(({ to }) => directTarget(to, routing));
}

/** Whether the payer may be served there: a caller's own key goes to the default upstream, and to those that take such keys. */
export function mayReach(payer: Payer, { upstream }: Target): boolean {
  return payer.pays !== 'client' || upstream.name === DEFAULT_UPSTREAM || upstream.clientKeys;
}

/** The one target of a name that is no entry of MODELS, or of what such an entry points to. */
export function directTarget(name: string, { upstreams }: Routing): Target {
  const slash = name.indexOf('/');
  const named = upstreams.find((upstream) => upstream.name === name.slice(0, Math.max(slash, 0)));
  if (named !== undefined && slash < name.length - 1)
    return { upstream: named, model: name.slice(slash + 1) };
  const matching = upstreams.find(({ models }) => models.some((pattern) => pattern.test(name)));
  return { upstream: matching ?? defaultUpstream(upstreams), model: name };
}

/**
 * An order in which each place comes first as often as its weight says, and the rest follow in the same way.
 * @see Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (2006)
 */
function drawn(choices: readonly Choice[], random: () => number): readonly Choice[] {
  return choices
    .map((choice) => ({ choice, rank: -Math.log(1 - random()) / choice.weight }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ choice }) => choice);
}
