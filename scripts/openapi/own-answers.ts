/** The answers of the gateway's own endpoints. Each schema is compared with what the Worker's functions return. */
import * as z from 'zod';
import type { SessionBody } from '../../src/shared/contract.ts';
import type { COLUMNS } from '../../src/worker/ledger/export.ts';
import type { newKey, ownKey, projectKey, serviceAccount } from '../../src/worker/ledger/key-forms.ts';
import type { costsPage, usagePage } from '../../src/worker/ledger/usage-page.ts';
import type { usageSummary } from '../../src/worker/ledger/usage-summary.ts';

import { fromZod, type JsonSchema } from './schema.ts';

const seconds = z.int().min(0);
const rate = z.object({ limit: z.int(), remaining: z.int(), reset: z.string() });

const period = z.enum(['day', 'week', 'month', 'total']);
const budgetLimit = z.union([z.object({ usd: z.number(), period }), z.object({ tokens: z.int(), period })]);

const shownLimits = z.object({
  models: z.array(z.string()),
  rpm: z.int().nullable(),
  tpm: z.int().nullable(),
  budget: budgetLimit.nullable(),
  holds: z.enum(['strict', 'typical']),
  durable: z.boolean(),
  stateful: z.boolean(),
  stream_usage: z.enum(['fill', 'estimate']),
  resumable: z.boolean(),
});

const shownBalance = z.object({
  requests_per_minute: rate.nullable(),
  tokens_per_minute: rate.nullable(),
  budget: z
    .object({
      unit: z.enum(['usd', 'tokens']),
      spent: z.number(),
      held: z.number(),
      left: z.number(),
      resets_at: seconds.nullable(),
    })
    .nullable(),
});

const account = z.object({
  object: z.literal('organization.project.service_account'),
  id: z.string(),
  name: z.string(),
  role: z.literal('member'),
  created_at: seconds,
});

const keyInList = z.object({
  object: z.literal('organization.project.api_key'),
  id: z.string(),
  name: z.string(),
  redacted_value: z.string(),
  created_at: seconds,
  last_used_at: seconds.nullable(),
  expires_at: seconds.nullable(),
  owner: z.object({ type: z.literal('service_account'), service_account: account.omit({ object: true }) }),
  owner_project_access: z.enum(['active', 'inactive']),
  revoked_at: seconds.nullable(),
  limits: shownLimits,
  left: shownBalance.nullable(),
  open_calls: z.int().nullable(),
});

const keyOfItself = z.object({
  object: z.literal('key'),
  id: z.string(),
  name: z.string(),
  created_at: seconds,
  last_used_at: seconds.nullable(),
  expires_at: seconds.nullable(),
  limits: shownLimits,
  left: shownBalance,
  open_calls: z.int(),
});

const shownOnce = z.object({
  object: z.literal('organization.project.service_account.api_key'),
  id: z.string(),
  name: z.string(),
  created_at: seconds,
  expires_at: seconds.nullable(),
  value: z.string(),
});

/** What `GET /v1/key` says to the token, or a login. */
const noKey = z.object({
  object: z.literal('key'),
  id: z.string().nullable(),
  limits: z.null(),
  left: z.null(),
});

const usageResult = z.object({
  object: z.string(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  input_cached_tokens: z.int(),
  input_cache_write_tokens: z.int(),
  input_uncached_tokens: z.int(),
  input_audio_tokens: z.int(),
  output_audio_tokens: z.int(),
  images: z.exactOptional(z.int()),
  characters: z.exactOptional(z.int()),
  seconds: z.exactOptional(z.int()),
  num_model_requests: z.int(),
  num_failed: z.int(),
  num_estimated: z.int(),
  project_id: z.string().nullable(),
  user_id: z.null(),
  api_key_id: z.string().nullable(),
  model: z.string().nullable(),
  batch: z.boolean().nullable(),
  service_tier: z.null(),
});

const costsResult = z.object({
  object: z.literal('organization.costs.result'),
  amount: z.object({ value: z.number(), currency: z.literal('usd') }),
  line_item: z.string().nullable(),
  project_id: z.string().nullable(),
  api_key_id: z.string().nullable(),
  quantity: z.null(),
  unpriced_requests: z.int(),
});

/** A line of a summary. */
const figures = z.object({
  requests: z.int(),
  errors: z.int().describe('Requests that failed, but for those in `cut` and `client_left`.'),
  cut: z.int().describe('Answers that broke off.'),
  client_left: z.int().describe('Answers whose client left.'),
  input_tokens: z.int(),
  cached_tokens: z.int(),
  output_tokens: z.int(),
  cost_usd: z.number().nullable().describe('What of it is known; null where nothing is.'),
  unpriced_requests: z.int(),
  estimated_requests: z.int().describe('Requests whose tokens nobody has counted exactly.'),
  first_token_ms: z.int().nullable().describe('To the first content of a stream, on average.'),
});

const usageSummaryAnswer = z.object({
  object: z.literal('usage.summary'),
  start_time: seconds,
  end_time: seconds,
  bucket_width: z.enum(['1m', '1h', '1d']),
  booked: z.object({ keys: z.boolean(), others: z.boolean() }),
  total: figures,
  by_time: z.array(figures.extend({ start_time: seconds })),
  by_model: z.array(figures.extend({ model: z.string() })),
  by_key: z.array(figures.extend({ api_key_id: z.string() })),
});

function pageOf<Result extends z.ZodObject>(result: Result) {
  return z.object({
    object: z.literal('page'),
    data: z.array(
      z.object({
        object: z.literal('bucket'),
        start_time: seconds,
        end_time: seconds,
        results: z.array(result),
      }),
    ),
    has_more: z.boolean(),
    next_page: z.string().nullable(),
  });
}

function listOf<Item extends z.ZodObject>(item: Item) {
  return z.object({
    object: z.literal('list'),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  });
}

/** What the gateway is set up to do; missing where its settings are invalid. */
const setUp = z.object({
  model: z.string().optional(),
  upstream: z.enum(['openai', 'custom']).optional(),
  server_key: z.boolean().optional(),
  api_token: z.boolean().optional(),
  require_auth: z.boolean().optional(),
  client_keys: z.boolean().optional(),
  resumable: z.boolean().optional(),
});

const check = z.object({
  name: z.string(),
  reachable: z.boolean(),
  status: z.int().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});

const settingProblem = z.object({ name: z.string(), message: z.string() });

const health = z.object({
  status: z.enum(['ok', 'unhealthy']),
  version: z.string(),
  ...setUp.shape,
  warnings: z.array(settingProblem).optional(),
  upstreams: z.array(check).optional(),
  ledger: z
    .object({ reachable: z.boolean(), ms: z.int(), open_calls: z.nullable(z.int()), lost_rows: z.int() })
    .optional(),
  problems: z.array(settingProblem),
});

const session = z.object({
  object: z.literal('session'),
  authenticated: z.boolean(),
  login: z.string().nullable(),
  login_required: z.boolean(),
  login_available: z.boolean(),
  server_key: z.boolean(),
  default_model: z.string(),
  ledger: z.boolean(),
  resumable: z.boolean(),
  client_keys: z.boolean(),
  client_key_hosts: z.array(z.string()),
  client_key_pattern: z.string().nullable(),
  version: z.string(),
});

const stream = z.object({
  id: z.string(),
  object: z.literal('stream'),
  status: z.enum(['in_progress', 'completed', 'incomplete', 'cancelled']),
  endpoint: z.string(),
  bytes: z.int(),
  usage: z
    .object({
      prompt_tokens: z.number(),
      completion_tokens: z.number(),
      total_tokens: z.number(),
      cached_tokens: z.number().optional(),
      cost_usd: z.number().optional(),
    })
    .loose()
    .nullable(),
  created_at: z.int(),
  ended_at: z.int().nullable(),
  expires_at: z.int().nullable(),
});

type Row = Record<(typeof COLUMNS)[number], z.ZodType>;

const exportRow = z.object({
  time: z.iso.datetime(),
  key: z.string(),
  model: z.string(),
  target: z.string(),
  endpoint: z.string(),
  status: z.string(),
  prompt_tokens: z.int(),
  cached_tokens: z.int(),
  cache_write_tokens: z.int(),
  completion_tokens: z.int(),
  cost_usd: z.number().nullable(),
  source: z.string(),
  estimated: z.boolean(),
  duration_ms: z.int().nullable(),
  ttft_ms: z.int().nullable(),
  http_status: z.int().nullable(),
  attempts: z.int(),
  calls: z.int(),
  cursor: z.string(),
} satisfies Row);

/** Whether a schema's value has exactly the members of the Worker's, each of a type that those can have. */
type Fits<Schema extends z.ZodType, Value> = [keyof z.output<Schema>] extends [keyof Value]
  ? [keyof Value] extends [keyof z.output<Schema>]
    ? DeepReadonly<z.output<Schema>> extends DeepReadonly<Value>
      ? true
      : { readonly mismatch: { [Name in keyof Value]: [Value[Name], Name] } }
    : { readonly missing: Exclude<keyof Value, keyof z.output<Schema>> }
  : { readonly unknown: Exclude<keyof z.output<Schema>, keyof Value> };

type DeepReadonly<Value> = Value extends object
  ? { readonly [Name in keyof Value]: DeepReadonly<Value[Name]> }
  : Value;

/** A result in the buckets of a page. */
type ResultOf<Page extends typeof usagePage | typeof costsPage> =
  ReturnType<Page>['data'][number]['results'][number];

/** Fails to compile where a schema differs from what it describes. */
export const COMPARED: readonly true[] = [
  true satisfies Fits<typeof session, SessionBody>,
  true satisfies Fits<typeof account, ReturnType<typeof serviceAccount>>,
  true satisfies Fits<typeof keyInList, ReturnType<typeof projectKey>>,
  true satisfies Fits<typeof shownOnce, ReturnType<typeof newKey>>,
  true satisfies Fits<typeof keyOfItself, ReturnType<typeof ownKey>>,
  true satisfies Fits<typeof usageSummaryAnswer, ReturnType<typeof usageSummary>>,
  true satisfies Fits<typeof usageResult, ResultOf<typeof usagePage>>,
  true satisfies Fits<typeof costsResult, ResultOf<typeof costsPage>>,
];

/** The schemas of the gateway's own answers, by their names in the document. */
export const OWN_ANSWERS = {
  Health: fromZod(health, 'output', {
    problems: 'Settings that keep the gateway from serving.',
    warnings: 'Settings that are doubtful.',
    upstreams: 'With `?deep=1`: whether each upstream answers.',
    ledger: 'With `?deep=1`: whether keys and ledger answer.',
  }),
  Session: fromZod(session, 'output', {
    login: 'Who logged in: `token`, or an issued key by its name.',
    login_required: 'Requests without credentials are refused.',
    server_key: 'A model can be paid for by the server.',
    ledger: 'Usage and costs are kept.',
    resumable: 'Streams can be taken up again: their text is kept for a while.',
    client_key_hosts: "The hosts that a caller's own key goes to.",
    client_key_pattern: 'What such a key looks like; null where any text is taken for one.',
  }),
  Stream: fromZod(stream, 'output', {
    status: 'incomplete: cut, failed or abandoned; cancelled: stopped by its caller.',
    bytes: 'How many bytes are kept.',
    expires_at: 'When it is forgotten; null while it runs.',
  }),
  OwnKey: fromZod(z.union([keyOfItself, noKey]), 'output'),
  ServiceAccount: fromZod(account, 'output'),
  IssuedKey: fromZod(shownOnce, 'output', {
    value: 'The key. It is shown this once and stored nowhere.',
  }),
  NewServiceAccount: fromZod(
    account.extend({ role: z.enum(['member', 'none']), api_key: shownOnce.nullable() }),
    'output',
    { api_key: 'Its first key, whose value is shown this once; null where none was asked for.' },
  ),
  ServiceAccountList: fromZod(listOf(account), 'output'),
  ServiceAccountDeleted: fromZod(
    z.object({
      object: z.literal('organization.project.service_account.deleted'),
      id: z.string(),
      deleted: z.literal(true),
    }),
    'output',
  ),
  ProjectKey: fromZod(keyInList, 'output', {
    redacted_value: 'Its beginning and end.',
    left: 'What is left of its limits; null where it was not asked for.',
    open_calls: 'Calls under way.',
  }),
  ProjectKeyList: fromZod(listOf(keyInList), 'output'),
  ProjectKeyDeleted: fromZod(
    z.object({
      object: z.literal('organization.project.api_key.deleted'),
      id: z.string(),
      deleted: z.literal(true),
    }),
    'output',
  ),
  UsagePage: fromZod(pageOf(usageResult), 'output'),
  CostsPage: fromZod(pageOf(costsResult), 'output'),
  UsageSummary: fromZod(usageSummaryAnswer, 'output', {
    booked: 'Whose calls are booked here: those of issued keys, and those of others.',
    by_time: 'The buckets that have requests, in their order.',
    by_model: 'The dearest first. Requests that no target has answered have no model.',
    by_key: 'The dearest first; `token`, `session`, `open` and `client` are callers without an issued key.',
  }),
  ExportRow: fromZod(exportRow, 'output', { cursor: 'Where `after` goes on behind this row.' }),
  Repriced: fromZod(
    z.object({
      object: z.literal('usage.reprice'),
      repriced: z.int(),
      still_unpriced: z.int(),
      last: z.string().nullable(),
    }),
    'output',
    { last: 'Where `after` goes on.' },
  ),
} as const satisfies Readonly<Record<string, JsonSchema>>;
