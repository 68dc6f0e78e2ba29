/** Reads UPSTREAMS and MODELS: tables of wrangler.toml, or the same as JSON text. Every problem names its entry. */

import * as z from 'zod/mini';
import { ASSISTANT_MODEL } from '../../shared/contract.ts';
import {
  automatic,
  baseUrl,
  boolean,
  headerPatterns,
  keyHeader,
  textSetting,
  timeLimitMs,
  translationMode,
} from './kinds.ts';
import { NamePattern } from './name-pattern.ts';
import { entryProblems, NO_TABLE, type SettingProblem, tableEntries, unknownEntries } from './table.ts';
import { DEFAULT_UPSTREAM, type Upstream } from './upstream.ts';
import { keyHeaderOf, vendorOf } from './vendors.ts';

/** One line of a list in MODELS. Weights are relative to each other. */
export interface Choice {
  readonly to: string;
  readonly weight: number;
}

/** What an entry of MODELS stands for: places to try in this order, or in an order drawn by weight. */
export interface ModelRoute {
  readonly choices: readonly Choice[];
  readonly weighted: boolean;
}

/** All that resolution needs. */
export interface Routing {
  /** In the operator's order, the default upstream last. */
  readonly upstreams: readonly Upstream[];
  readonly models: ReadonlyMap<string, ModelRoute>;
}

/** What UPSTREAMS and MODELS say, and what is wrong with them; the routing is complete only without problems. */
export interface ParsedRouting {
  readonly routing: Routing;
  readonly problems: readonly SettingProblem[];
}

const NO_NAME =
  'must be the name of a secret or variable such as AZURE_KEY, or a list of such names, never the secret itself';

const bindingName = textSetting(NO_NAME, (text) => (/^[A-Za-z_]\w*$/.test(text) ? text : undefined));

/** One name, or several. */
const bindingNames = z.union(
  [
    z.pipe(
      bindingName,
      z.transform((name) => [name]),
    ),
    z.array(bindingName).check(z.minLength(1, NO_NAME)),
  ],
  NO_NAME,
);
const patterns = z.pipe(
  z.array(z.string('must be a pattern such as gpt-*'), 'must be a list of patterns such as ["gpt-*", "o*"]'),
  z.transform((globs) => globs.map((glob) => new NamePattern(glob))),
);

/** A list, as TOML has them, or the text that FORWARD_HEADERS takes. */
const headerList = z.pipe(
  z.transform((value: unknown) => (Array.isArray(value) ? value.join(',') : value)),
  headerPatterns,
);

const upstreamSchema = z.strictObject(
  {
    base: baseUrl,
    key: z.optional(bindingNames),
    auth: z.optional(keyHeader),
    headers: z.optional(headerList),
    models: z._default(patterns, []),
    completions: z.optional(translationMode),
    responses: z.optional(translationMode),
    reasoning_back: z.optional(automatic),
    client_keys: z._default(boolean, false),
    connect_ms: z.optional(timeLimitMs),
    headers_ms: z.optional(timeLimitMs),
    first_content_ms: z.optional(timeLimitMs),
    idle_ms: z.optional(timeLimitMs),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? unknownEntries(issue.keys) : NO_TABLE) },
);

const place = textSetting('must be a model such as openai/gpt-4.1-mini', (text) =>
  text === '' ? undefined : text,
);
const weighted = z.strictObject({
  to: place,
  weight: z._default(z.number('must be a number above 0').check(z.positive('must be a number above 0')), 1),
});
const routeSchema = z.union(
  [place, z.array(z.union([place, weighted])).check(z.minLength(1, 'must name at least one model'))],
  'must be a model such as "openai/gpt-4.1-mini", or a list of them, each also as { to = "...", weight = 1 }',
);

/**
 * Reads the two settings.
 * @param bindings where the secrets stand that the entries name.
 * @param fallback the upstream of the OPENAI_* settings, which gives the others what they leave open.
 */
export function parseRouting(
  rawUpstreams: unknown,
  rawModels: unknown,
  bindings: Readonly<Record<string, unknown>>,
  fallback: Upstream,
): ParsedRouting {
  const problems: SettingProblem[] = [];
  const upstreams = tableEntries('UPSTREAMS', rawUpstreams, problems).flatMap(([name, entry]) => {
    const path = `UPSTREAMS.${name}`;
    if (!/^[A-Za-z0-9][\w.-]*$/.test(name) || name === DEFAULT_UPSTREAM) {
      problems.push({
        name: path,
        message: `must have a name of letters, digits, ".", "_" and "-", other than ${DEFAULT_UPSTREAM}`,
      });
      return [];
    }
    const parsed = upstreamSchema.safeParse(entry);
    if (!parsed.success) {
      problems.push(...entryProblems(path, parsed.error.issues));
      return [];
    }
    const names = [...new Set(parsed.data.key)];
    const missing = names.filter((key) => secretIn(bindings, key) === undefined);
    if (missing.length > 0) {
      problems.push({
        name: `${path}.key`,
        message: `names ${missing.join(', ')}, which is not set or holds no usable key`,
      });
      return [];
    }
    const keys = new Set(names.flatMap((key) => secretIn(bindings, key) ?? []));
    return [upstreamOf(name, parsed.data, [...keys], fallback)];
  });
  const models = new Map(
    tableEntries('MODELS', rawModels, problems).flatMap(([name, entry]) => {
      const parsed = routeSchema.safeParse(entry);
      if (name === ASSISTANT_MODEL || (parsed.success && leadsToAssistant(routeOf(parsed.data)))) {
        problems.push({
          name: `MODELS.${name}`,
          message: `must neither be named nor lead to ${ASSISTANT_MODEL}: that is the built-in assistant, which has no upstream`,
        });
        return [];
      }
      if (parsed.success) return [[name, routeOf(parsed.data)] as const];
      problems.push(...entryProblems(`MODELS.${name}`, parsed.error.issues));
      return [];
    }),
  );
  return { routing: { upstreams: [...upstreams, fallback], models }, problems };
}

/** A key among the bindings; undefined for one that is not there or fits no header. */
function secretIn(bindings: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const secret = bindings[name];
  const key = typeof secret === 'string' ? secret.trim() : '';
  return /^[\x21-\x7e]+$/.test(key) ? key : undefined;
}

function upstreamOf(
  name: string,
  entry: z.output<typeof upstreamSchema>,
  keys: readonly string[],
  fallback: Upstream,
): Upstream {
  return {
    name,
    base: entry.base,
    besideV1: vendorOf(entry.base)?.besideV1,
    key: keys[0],
    keys,
    keyHeader: entry.auth ?? keyHeaderOf(entry.base),
    headers: entry.headers ?? fallback.headers,
    models: entry.models,
    completionsMode: entry.completions ?? fallback.completionsMode,
    responsesMode: entry.responses ?? fallback.responsesMode,
    reasoningBack: entry.reasoning_back ?? fallback.reasoningBack,
    clientKeys: entry.client_keys,
    headersMs: entry.headers_ms ?? fallback.headersMs,
    connectMs: entry.connect_ms ?? fallback.connectMs,
    firstContentMs: entry.first_content_ms ?? fallback.firstContentMs,
    idleMs: entry.idle_ms ?? fallback.idleMs,
  };
}

function routeOf(entry: z.output<typeof routeSchema>): ModelRoute {
  const list = typeof entry === 'string' ? [entry] : entry;
  const choices: Choice[] = list.map((item) => (typeof item === 'string' ? { to: item, weight: 1 } : item));
  return { choices, weighted: list.some((item) => typeof item !== 'string') };
}

function leadsToAssistant({ choices }: ModelRoute): boolean {
  return choices.some(({ to }) => to === ASSISTANT_MODEL);
}
