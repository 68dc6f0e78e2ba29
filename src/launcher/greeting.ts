/** What a start prints: where it runs, who may come in and who pays, what is missing and how to fix it. Pure. */

import { MAKE_A_TOKEN, SHORTEST_TOKEN } from '../worker/config/kinds.ts';
import { nearestName } from '../worker/config/near-name.ts';
import type { Routing } from '../worker/config/routing.ts';
import { hasShortToken, isMisconfigured, type Settings } from '../worker/config/settings.ts';
import { DEFAULT_UPSTREAM, OPENAI_BASE } from '../worker/config/upstream.ts';
import { directTarget } from '../worker/routing/resolve.ts';
import { browsableUrl, isLoopback, type ListenAddress, networkUrls } from './address.ts';
import type { Plan } from './plan.ts';
import { unsureUpstream } from './served-models.ts';
import type { UnknownName } from './settings.ts';
import type { State } from './state.ts';

/**
 * The whole text. Secrets are named, never shown.
 * @param addresses this machine's own, which others can open where the server listens everywhere.
 * @param served the models of the upstream, where they were asked for and are known by now.
 */
export function greeting(
  plan: Plan,
  address: ListenAddress,
  addresses: readonly string[] = [],
  served?: readonly string[],
  state?: State,
): string {
  const url = browsableUrl(address);
  const { settings } = plan;
  const lines = [
    'NexCode is running.',
    '',
    `  API          ${url}/v1`,
    `  Page         ${url}`,
    ...networkUrls(address, addresses).map((each) => `  Network      ${each}`),
    ...upstreams(settings),
    `  Credentials  ${credentials(plan)}`,
    `  Access       ${access(settings, address)}`,
    ...kept(settings, state),
    ...[...notes(plan, address, served), ...(state?.problem === undefined ? [] : [state.problem])].flatMap(
      (note) => ['', `  ! ${note}`],
    ),
    '',
    'Ctrl-C stops it.',
  ];
  return lines.join('\n');
}

/** What is printed once the upstream's models are known, where the greeting came before them; nothing where they bring no news. */
export function lateNote(plan: Plan, served: readonly string[]): string | undefined {
  const note = served.length === 0 ? undefined : modelNote(plan, served);
  return note === undefined ? undefined : `\n  ! ${note}`;
}

/** What a stop prints that waits for answers. */
export function stoppingNote(graceMs: number): string {
  return `Stopping: answers under way have up to ${graceMs / 1000} s to end. Ctrl-C again ends them at once.`;
}

/** Where requests go: the upstreams with what they serve, the default one last, then the entries of MODELS. */
function upstreams({ routing }: Settings): string[] {
  const lines = routing.upstreams.map(({ name, base, models }) => {
    const served = models.length > 0 ? `  (${models.map(({ glob }) => glob).join(', ')})` : '';
    return routing.upstreams.length === 1 ? base : `${name}: ${base}${served}`;
  });
  const routes = [...routing.models].map(
    ([model, { choices, weighted }]) =>
      `${model} -> ${choices.map(({ to, weight }) => (weighted ? `${to} (weight ${weight})` : to)).join(', ')}`,
  );
  return [
    ...lines.map((line, position) => `  ${position === 0 ? 'Upstream     ' : '             '}${line}`),
    ...routes.map((line, position) => `  ${position === 0 ? 'Models       ' : '             '}${line}`),
  ];
}

/** What is kept, and where. */
function kept({ ledger }: Settings, state: State | undefined): string[] {
  if (state?.folder === undefined) return [];
  const what = [
    ...(state.issuesKeys ? ['issued keys (sk-nx-...) with their budgets'] : []),
    ...(ledger ? ['a ledger of every call'] : []),
  ];
  return [`  Kept         ${what.join(', ')}, in ${state.folder}`];
}

/** The secrets whose absence is worth a word. */
const EXPECTED: ReadonlySet<string> = new Set(['OPENAI_API_KEY', 'API_TOKEN']);

function credentials({ merged, settings }: Plan): string {
  const secrets = [...merged.secrets].flatMap((name) => {
    const origin = merged.origins.get(name);
    if (origin !== undefined) return [`${name} is set in ${origin}`];
    return EXPECTED.has(name) ? [`${name} is not set`] : [];
  });
  const callers = settings.allowClientKeys
    ? "callers' own keys are accepted"
    : "callers' own keys are refused";
  return [...secrets, callers].join('; ');
}

function access(settings: Settings, address: ListenAddress): string {
  const door = settings.requireAuth ? 'closed: a request needs API_TOKEN' : 'open: a request needs no token';
  switch (settings.requireAuthReason) {
    case 'set':
      return `${door} (REQUIRE_AUTH is ${settings.requireAuth})`;
    // Decided by a request, never at the start.
    case 'behind_proxy':
    case 'local':
      return `${door} (REQUIRE_AUTH is not set, and only this machine reaches ${address.host}; what comes through a proxy needs a token)`;
    case 'nothing_to_spend':
      return `${door} (REQUIRE_AUTH is not set, and the server has no key that could be charged)`;
    case 'fresh_deployment':
      return `${door} (REQUIRE_AUTH is not set, and ${
        settings.localServer ? 'PUBLIC_HOSTS lets others in' : `other machines can reach ${address.host}`
      })`;
  }
}

/** As many names as fit on a line or two. */
const NAMES_SHOWN = 8;

/** Models that cannot chat are no example for OPENAI_MODEL. */
const NO_CHAT = /embed|rerank|whisper|tts|bge|moderation|image|audio/i;

/**
 * What to say of a default model that the upstream most likely does not have; undefined where that is no question.
 * @param served the upstream's models: undefined where they are not known yet, empty where it told none.
 */
function modelNote(plan: Plan, served: readonly string[] | undefined): string | undefined {
  const upstream = unsureUpstream(plan);
  const { model } = plan.settings;
  if (upstream === undefined || served?.includes(model)) return undefined;
  const names = served ?? [];
  const more = names.length > NAMES_SHOWN ? `, and ${names.length - NAMES_SHOWN} more` : '';
  const there = names.length === 0 ? '' : ` It serves: ${names.slice(0, NAMES_SHOWN).join(', ')}${more}.`;
  const example = names.find((name) => !NO_CHAT.test(name)) ?? names[0] ?? 'NAME';
  return (
    `OPENAI_MODEL is not set: the assistant, and requests that name no model, ask ${upstream.base} for ${model}` +
    `${names.length === 0 ? ', which it may not have' : ', which it does not have'}.${there}\n` +
    `      Set a model that it serves, for example: OPENAI_MODEL=${example}`
  );
}

/** Targets of MODELS that lead to nothing: their upstream is misspelt, or nobody serves them. */
function targetNotes({ settings }: Plan): string[] {
  const { routing } = settings;
  return [...routing.models].flatMap(([model, { choices }]) =>
    choices.flatMap(({ to }) => {
      const problem = targetProblem(to, routing);
      return problem === undefined ? [] : [`MODELS.${model} leads to ${to}, but ${problem}`];
    }),
  );
}

function targetProblem(to: string, routing: Routing): string | undefined {
  const { upstream, model } = directTarget(to, routing);
  if (upstream.name !== DEFAULT_UPSTREAM || model !== to) return undefined;
  const others = routing.upstreams.map(({ name }) => name);
  const prefix = to.includes('/') ? to.slice(0, to.indexOf('/')) : undefined;
  const meant = prefix === undefined ? undefined : nearestName(prefix, others);
  if (prefix !== undefined && (meant !== undefined || upstream.base === OPENAI_BASE)) {
    const question = meant === undefined ? '' : ` Is ${meant} meant?`;
    return `there is no upstream ${prefix} (there is: ${others.join(', ')}), so it goes to ${upstream.base} as it stands.${question}`;
  }
  if (upstream.base === OPENAI_BASE && upstream.key === undefined && others.length > 1)
    return `no upstream names it in its models, and there is no key for ${upstream.base}.`;
  return undefined;
}

function unknownNote({ name, origin, meant }: UnknownName): string {
  const question = meant === undefined ? 'Is it misspelt?' : `Is ${meant} meant?`;
  return `${name} is set in ${origin}, but is not a setting of NexCode. ${question}`;
}

function notes(plan: Plan, address: ListenAddress, served: readonly string[] | undefined): string[] {
  const { merged, settings } = plan;
  const model = modelNote(plan, served);
  const found: string[] = model === undefined ? [] : [model];
  if (!settings.hasKey && settings.routing.upstreams.every(({ base }) => base === OPENAI_BASE)) {
    found.push(
      "OPENAI_API_KEY is not set: the model nexcode answers from the documentation, other models need the caller's own key. To use the server's key:\n" +
        `      OPENAI_API_KEY=sk-... ${plan.start.command}      (or write it into ${plan.start.file})`,
    );
  }
  if (isMisconfigured(settings)) {
    found.push(
      'REQUIRE_AUTH is on but API_TOKEN is not set, so only callers with keys of their own are served.\n' +
        `      Set API_TOKEN. This makes a good one: ${MAKE_A_TOKEN}`,
    );
  }
  if (hasShortToken(settings)) {
    found.push(
      `API_TOKEN has fewer than ${SHORTEST_TOKEN} characters and could be guessed.\n` +
        `      This makes a good one: ${MAKE_A_TOKEN}`,
    );
  }
  if (!settings.requireAuth && settings.requireAuthReason === 'set' && !isLoopback(address.host)) {
    found.push(
      "REQUIRE_AUTH is false: whoever reaches this machine over the network can use the server's credentials.",
    );
  }
  return [...found, ...targetNotes(plan), ...merged.unknown.map(unknownNote)];
}
