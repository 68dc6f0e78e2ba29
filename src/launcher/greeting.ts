/** What a start prints: where it runs, who may come in and who pays, what is missing and how to fix it. Pure. */

import stringWidth from 'string-width';
import { nearestName } from '../worker/config/near-name.ts';
import type { Routing } from '../worker/config/routing.ts';
import { hasShortToken, isMisconfigured, type Settings } from '../worker/config/settings.ts';
import { DEFAULT_UPSTREAM, OPENAI_BASE } from '../worker/config/upstream.ts';
import { directTarget } from '../worker/routing/resolve.ts';
import { browsableUrl, isLoopback, type ListenAddress, networkUrls } from './address.ts';
import { placeName } from './place-name.ts';
import type { Plan } from './plan.ts';
import { unsureUpstream } from './served-models.ts';
import type { UnknownName } from './settings.ts';
import type { State } from './state.ts';
import { en, type LauncherWords } from './words-en.ts';

/** What a greeting may know beside its plan. */
export interface GreetingFacts {
  /** This machine's own addresses, which others can open where the server listens everywhere. */
  readonly addresses?: readonly string[];
  /** The models of the upstream, where they were asked for and are known by now. */
  readonly served?: readonly string[] | undefined;
  readonly state?: State | undefined;
  readonly words?: LauncherWords;
}

/** The whole text. Secrets are named, never shown. */
export function greeting(
  plan: Plan,
  address: ListenAddress,
  { addresses = [], served, state, words = en }: GreetingFacts = {},
): string {
  const url = browsableUrl(address);
  const { settings } = plan;
  const { labels } = words;
  const problem = state?.problem === undefined ? [] : [state.problem];
  const lines = [
    words.running,
    '',
    `  ${labels.api}${url}/v1`,
    `  ${labels.page}${url}`,
    ...(state?.issuesKeys || settings.keepsAccounts ? [`  ${labels.usage}${url}/usage`] : []),
    ...networkUrls(address, addresses).map((each) => `  ${labels.network}${each}`),
    ...upstreams(settings, words),
    `  ${labels.credentials}${credentials(plan, words)}`,
    `  ${labels.access}${access(settings, address, words)}`,
    ...kept(settings, state, words),
    ...[...planNotes(plan, address, served, words), ...problem].flatMap((note) => ['', `  ! ${note}`]),
    '',
    words.stopHint,
  ];
  return lines.join('\n');
}

/** What is printed once the upstream's models are known, where the greeting came before them; nothing where they bring no news. */
export function lateNote(
  plan: Plan,
  served: readonly string[],
  words: LauncherWords = en,
): string | undefined {
  const note = served.length === 0 ? undefined : modelNote(plan, served, words);
  return note === undefined ? undefined : `\n  ! ${note}`;
}

/** Where requests go: the upstreams with what they serve, the default one last, then the entries of MODELS. */
function upstreams({ routing }: Settings, words: LauncherWords): string[] {
  const { labels } = words;
  const indent = ' '.repeat(stringWidth(labels.upstream));
  const lines = routing.upstreams.map(({ name, base, models }) => {
    const served = models.length > 0 ? `  (${models.map(({ glob }) => glob).join(', ')})` : '';
    return routing.upstreams.length === 1 ? base : `${name}: ${base}${served}`;
  });
  const routes = [...routing.models].map(
    ([model, { choices, weighted }]) =>
      `${model} -> ${choices.map(({ to, weight }) => (weighted ? `${to}${words.weight(weight)}` : to)).join(words.comma)}`,
  );
  return [
    ...lines.map((line, position) => `  ${position === 0 ? labels.upstream : indent}${line}`),
    ...routes.map((line, position) => `  ${position === 0 ? labels.models : indent}${line}`),
  ];
}

/** What is kept, and where. */
function kept(
  { ledger, streamKeepSeconds }: Settings,
  state: State | undefined,
  words: LauncherWords,
): string[] {
  if (state?.folder === undefined) return [];
  const what = [
    ...(state.issuesKeys ? [words.keptKeys] : []),
    ...(ledger ? [words.keptLedger] : []),
    ...(state.records ? [words.keptStreams(streamKeepSeconds)] : []),
  ];
  return [`  ${words.labels.kept}${words.keptIn(what.join(words.comma), state.folder)}`];
}

/** The secrets whose absence is worth a word. */
const EXPECTED: ReadonlySet<string> = new Set(['OPENAI_API_KEY', 'API_TOKEN']);

function credentials({ merged, settings }: Plan, words: LauncherWords): string {
  const secrets = [...merged.secrets].flatMap((name) => {
    const origin = merged.origins.get(name);
    if (origin !== undefined) return [words.isSet(name, placeName(origin, words))];
    return EXPECTED.has(name) ? [words.isNotSet(name)] : [];
  });
  return [...secrets, words.clientKeys(settings.allowClientKeys)].join(words.semicolon);
}

/** Whose credentials are there, and who may come in, in one line. */
export function accessSummary(plan: Plan, address: ListenAddress, words: LauncherWords): string {
  return [credentials(plan, words), access(plan.settings, address, words)].join(words.semicolon);
}

function access(settings: Settings, address: ListenAddress, words: LauncherWords): string {
  const door = settings.requireAuth ? words.closed : words.open;
  return words.parenthesis(door, reasonOf(settings, address, words));
}

function reasonOf(settings: Settings, { host }: ListenAddress, { because }: LauncherWords): string {
  switch (settings.requireAuthReason) {
    case 'set':
      return because.set(settings.requireAuth);
    // Decided by a request, never at the start.
    case 'behind_proxy':
    case 'local':
      return because.local(host);
    case 'nothing_to_spend':
      return because.nothingToSpend;
    case 'fresh_deployment':
      return settings.localServer ? because.publicHosts : because.reachable(host);
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
function modelNote(
  plan: Plan,
  served: readonly string[] | undefined,
  words: LauncherWords,
): string | undefined {
  const upstream = unsureUpstream(plan);
  const { model } = plan.settings;
  if (upstream === undefined || served?.includes(model)) return undefined;
  const names = served ?? [];
  const shown = names.slice(0, NAMES_SHOWN).join(words.comma);
  const example = names.find((name) => !NO_CHAT.test(name)) ?? names[0] ?? 'NAME';
  const problem =
    names.length === 0
      ? words.modelUnsure(upstream.base, model)
      : `${words.modelMissing(upstream.base, model)}${words.serves(shown, names.length - NAMES_SHOWN)}`;
  return `${problem}\n      ${words.setAModel(example)}`;
}

/** Targets of MODELS that lead to nothing: their upstream is misspelt, or nobody serves them. */
function targetNotes({ settings }: Plan, words: LauncherWords): string[] {
  const { routing } = settings;
  return [...routing.models].flatMap(([model, { choices }]) =>
    choices.flatMap(({ to }) => {
      const problem = targetProblem(to, routing, words);
      return problem === undefined ? [] : [words.leadsTo(model, to, problem)];
    }),
  );
}

function targetProblem(to: string, routing: Routing, words: LauncherWords): string | undefined {
  const { upstream, model } = directTarget(to, routing);
  if (upstream.name !== DEFAULT_UPSTREAM || model !== to) return undefined;
  const others = routing.upstreams.map(({ name }) => name);
  const prefix = to.includes('/') ? to.slice(0, to.indexOf('/')) : undefined;
  const meant = prefix === undefined ? undefined : nearestName(prefix, others);
  if (prefix !== undefined && (meant !== undefined || upstream.base === OPENAI_BASE)) {
    const question = meant === undefined ? '' : words.isMeant(meant);
    return `${words.noUpstream(prefix, others.join(words.comma), upstream.base)}${question}`;
  }
  if (upstream.base === OPENAI_BASE && upstream.key === undefined && others.length > 1)
    return words.noKeyFor(upstream.base);
  return undefined;
}

function unknownNote({ name, origin, meant }: UnknownName, words: LauncherWords): string {
  const question = meant === undefined ? words.isMisspelt : words.isMeant(meant);
  return `${words.noSetting(name, placeName(origin, words))}${question}`;
}

/** What is missing or most likely meant otherwise, each with its cure. */
export function planNotes(
  plan: Plan,
  address: ListenAddress,
  served: readonly string[] | undefined,
  words: LauncherWords,
): string[] {
  const { merged, settings, start } = plan;
  const model = modelNote(plan, served, words);
  const found: string[] = model === undefined ? [] : [model];
  if (!settings.hasKey && settings.routing.upstreams.every(({ base }) => base === OPENAI_BASE)) {
    const { command, file, example } = start;
    found.push(words.noKey(command, example === undefined ? file : words.file(file, example)));
  }
  if (isMisconfigured(settings)) found.push(words.tokenMissing);
  if (hasShortToken(settings)) found.push(words.tokenShort);
  if (!settings.requireAuth && settings.requireAuthReason === 'set' && !isLoopback(address.host))
    found.push(words.openToAll);
  return [
    ...found,
    ...targetNotes(plan, words),
    ...merged.unknown.map((unknown) => unknownNote(unknown, words)),
  ];
}
