/**
 * The one list of headers: which of a request are read, forwarded, withheld or the page's own, and which of an answer
 * pass. Forwarding, preflights, what a script of another origin may read, and the tables of docs/api come from it.
 */
import { ANSWER_HEADERS, PAGE_HEADER, RESUMABLE_HEADER } from '../../shared/contract.ts';

/**
 * What becomes of a request's header. `read`: the gateway decides by it, and it never travels on. `forwarded`: the
 * upstream sees it. `withheld`: neither a preflight nor a setting lets it pass. `page`: the chat page's own.
 * A header in no row is dropped too, but an upstream's `headers` may let it pass.
 */
export type HeaderFate = 'read' | 'forwarded' | 'withheld' | 'page';

/** Headers with one fate for one reason. */
interface HeaderRow {
  readonly names: readonly string[];
  /** A family of names, of which vendors and clients make new ones; `shown` is how the guides write it. */
  readonly family?: { readonly pattern: RegExp; readonly shown: readonly string[] };
}

interface RequestRow extends HeaderRow {
  readonly fate: HeaderFate;
  /** Travels with the caller's own key alone: with the server's it would name another account. */
  readonly ownKeyOnly?: true;
}

/** Rows for a request's headers. Of several that fit a name the first counts. */
export const REQUEST_ROWS = {
  credentials: { fate: 'read', names: ['authorization', 'api-key', 'x-api-key'] },
  content: {
    fate: 'forwarded',
    names: ['accept', 'accept-language', 'content-type', 'content-encoding', 'content-disposition'],
  },
  conditions: {
    fate: 'forwarded',
    names: ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range', 'range'],
  },
  tracing: {
    fate: 'forwarded',
    names: [
      ...['user-agent', 'originator', 'idempotency-key', 'x-client-request-id', 'x-correlation-id'],
      ...['traceparent', 'tracestate', 'baggage', 'b3', 'sentry-trace', 'x-cloud-trace-context'],
    ],
    family: {
      pattern: /^x-(?:b3|datadog)-[\w-]+$|^(?:[a-z0-9]+[-_])*trace[-_]?id$/,
      shown: ['*trace-id', 'x-b3-*', 'x-datadog-*'],
    },
  },
  // OpenRouter's names for the app that asks: https://openrouter.ai/docs/app-attribution
  app: {
    fate: 'forwarded',
    names: ['http-referer', 'x-title'],
    family: { pattern: /^x-openrouter-[\w-]+$/, shown: ['x-openrouter-*'] },
  },
  account: { fate: 'forwarded', names: ['openai-organization', 'openai-project'], ownKeyOnly: true },
  vendors: {
    fate: 'forwarded',
    names: ['x-openai-subagent'],
    family: {
      pattern: /^(?:openai|x-codex|x-grok|x-stainless|anthropic)-[\w-]+$/,
      shown: ['openai-*', 'x-codex-*', 'x-grok-*', 'x-stainless-*', 'anthropic-*'],
    },
  },
  // A harness says which conversation a call belongs to; the vendor's prompt cache is kept by it.
  conversation: {
    fate: 'forwarded',
    names: [],
    family: {
      pattern:
        /^(?:[a-z0-9]+[-_])*(?:(?:session|affinity|conversation|conv|thread|turn)(?:[-_]?(?:id|uuid|idx|index|affinity|state|key|name|metadata|cache))?|(?:agent|chat|interaction|run|task|window)[-_]?id)$/,
      shown: [
        '*session-id',
        '*session-affinity',
        '*conversation-id',
        '*conv-id',
        '*thread-id',
        '*turn-state',
        '*chat-id',
        '*task-id',
        '*agent-id',
        '*run-id',
      ],
    },
  },
  resuming: { fate: 'read', names: [RESUMABLE_HEADER, 'last-event-id'] },
  page: { fate: 'page', names: [PAGE_HEADER] },
  // Other vendors' names for a key: the gateway reads none there, so it might carry the server's own token.
  secrets: {
    fate: 'withheld',
    names: ['cookie', 'proxy-authorization', 'x-goog-api-key'],
    family: { pattern: /^cf-access-/, shown: ['cf-access-*'] },
  },
  // RFC 9110, section 7.6.1, and what the runtime sets itself.
  hop: {
    fate: 'withheld',
    names: [
      'accept-encoding',
      'connection',
      'content-length',
      'date',
      'expect',
      'host',
      'keep-alive',
      'te',
      'trailer',
      'transfer-encoding',
      'upgrade',
    ],
    family: { pattern: /^(?:proxy|sec)-/, shown: ['proxy-*', 'sec-*'] },
  },
  place: {
    fate: 'withheld',
    names: [
      'forwarded',
      'via',
      'x-real-ip',
      'true-client-ip',
      'cdn-loop',
      'origin',
      'referer',
      'x-request-id',
    ],
    family: { pattern: /^(?:x-forwarded|cf|mf|x-nexcode)-/, shown: ['x-forwarded-*', 'cf-*', 'x-nexcode-*'] },
  },
} as const satisfies Readonly<Record<string, RequestRow>>;

interface AnswerRow extends HeaderRow {
  /** `upstream`: passed on where the upstream says it. `gateway`: the gateway's own word. */
  readonly from: 'upstream' | 'gateway';
}

/** Rows for an answer's headers; what stands in none of them does not reach the client. */
export const ANSWER_ROWS = {
  id: { from: 'upstream', names: ['x-request-id', 'request-id'] },
  content: {
    from: 'upstream',
    names: [
      'cache-control',
      'content-disposition',
      'content-language',
      'content-range',
      'content-type',
      'accept-ranges',
      'etag',
      'last-modified',
    ],
  },
  retry: { from: 'upstream', names: ['retry-after', 'retry-after-ms', 'x-should-retry'] },
  vendors: {
    from: 'upstream',
    names: ['x-generation-id'],
    family: {
      pattern: /^(?:openai|x-ratelimit|anthropic-ratelimit)-/,
      shown: ['openai-*', 'x-ratelimit-*', 'anthropic-ratelimit-*'],
    },
  },
  // Harnesses send these back with the next call of the same turn.
  conversation: {
    from: 'upstream',
    names: [],
    family: { pattern: /^(?:[a-z0-9]+-)*turn-state$/, shown: ['*turn-state'] },
  },
  location: { from: 'gateway', names: ['location'] },
  timing: { from: 'gateway', names: ['server-timing'] },
  own: { from: 'gateway', names: Object.values(ANSWER_HEADERS) },
} as const satisfies Readonly<Record<string, AnswerRow>>;

const REQUESTS: readonly RequestRow[] = Object.values(REQUEST_ROWS);
const ANSWERS: readonly AnswerRow[] = Object.values(ANSWER_ROWS);

const REQUEST_BY_NAME = byName(REQUESTS);
const ANSWER_BY_NAME = byName(ANSWERS);
const REQUEST_FAMILIES = REQUESTS.filter(({ family }) => family !== undefined);
const ANSWER_FAMILIES = ANSWERS.filter(({ family }) => family !== undefined);

/** The row of a request's header, by its lower-case name; undefined for one that nobody knows. */
function requestRow(name: string): RequestRow | undefined {
  return REQUEST_BY_NAME.get(name) ?? REQUEST_FAMILIES.find(({ family }) => family?.pattern.test(name));
}

/** What becomes of a request's header, by its lower-case name; undefined for one that no row names. */
export function requestFate(name: string): HeaderFate | undefined {
  return requestRow(name)?.fate;
}

/** Whether a header goes upstream by this list. @param ownKey the caller's own key pays. */
export function isForwarded(name: string, ownKey: boolean): boolean {
  const row = requestRow(name);
  return row?.fate === 'forwarded' && (ownKey || row.ownKeyOnly === undefined);
}

/** The names that a preflight allows whether they were asked for or not: fixed ones that are read or forwarded. */
export const FIXED_REQUEST_HEADERS: readonly string[] = REQUESTS.filter(({ fate }) =>
  isAllowed(fate),
).flatMap(({ names }) => names);

/** Whether a preflight may allow a header with this fate. */
export function isAllowed(fate: HeaderFate | undefined): boolean {
  return fate === 'read' || fate === 'forwarded';
}

/** Whether a header of an upstream's answer reaches the client. */
export function passesBack(name: string): boolean {
  return answerRow(name)?.from === 'upstream';
}

/** Tell of the operator's own account, which is nothing to the holder of an issued key. */
const OF_ACCOUNT = /^(?:x-ratelimit-|anthropic-ratelimit-|openai-organization$|openai-project$)/;

/** Whether a header of an upstream's answer tells of the account behind the server's key. */
export function tellsOfAccount(name: string): boolean {
  return OF_ACCOUNT.test(name);
}

/** Whether a header of the gateway's answer is told to scripts of another origin. */
export function isShown(name: string): boolean {
  return answerRow(name) !== undefined;
}

/** The fixed names among those. */
export const FIXED_ANSWER_HEADERS: readonly string[] = ANSWERS.flatMap(({ names }) => names);

function answerRow(name: string): AnswerRow | undefined {
  return ANSWER_BY_NAME.get(name) ?? ANSWER_FAMILIES.find(({ family }) => family?.pattern.test(name));
}

function byName<Row extends HeaderRow>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.flatMap((row) => row.names.map((name) => [name, row] as const)));
}
