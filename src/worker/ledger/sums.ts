/** Sums of the ledger's rows by hour: what the usage API reads, and how they add up. Pure. */
import { type CallRow, STATUS, type Sum } from './store.ts';

/** The width of a bucket, milliseconds. */
export const HOUR_MS = 3_600_000;

/** Days begin with every so many hours since 1970. */
export const HOURS_OF_DAY = 24;

const KINDS: Readonly<Record<string, UsageKind>> = {
  'chat/completions': 'completions',
  completions: 'completions',
  responses: 'completions',
  embeddings: 'embeddings',
  moderations: 'moderations',
  'audio/speech': 'audio_speeches',
  'audio/transcriptions': 'audio_transcriptions',
  'audio/translations': 'audio_transcriptions',
};

/** The kinds of usage that OpenAI's API tells apart. */
export type UsageKind =
  | 'completions'
  | 'embeddings'
  | 'moderations'
  | 'images'
  | 'audio_speeches'
  | 'audio_transcriptions'
  | 'other';

/** The kind that an endpoint's calls belong to. */
export function kindOf(endpoint: string): UsageKind {
  return KINDS[endpoint] ?? (endpoint.startsWith('images/') ? 'images' : 'other');
}

/** A bucket of sums. */
export interface Bucket {
  /** Hours since 1970. */
  readonly hour: number;
  readonly kind: string;
  readonly model: string;
  readonly status: number;
}

/** The name of the bucket that a row belongs to. */
export function bucketOf({ at, endpoint, model, status }: CallRow): string {
  // Only what was answered names a model for sure: refused names may be anything.
  const name = status === STATUS.refused || status === STATUS.no_answer ? '' : model;
  return bucketName({ hour: Math.floor(at / HOUR_MS), kind: kindOf(endpoint), status, model: name });
}

/** The name of a bucket, which `readBucket` takes apart. */
export function bucketName({ hour, kind, status, model }: Bucket): string {
  return `${hour}|${kind}|${status}|${model}`;
}

/** Takes a bucket's name apart. */
export function readBucket(name: string): Bucket {
  const [hour = '', kind = '', status = '', ...model] = name.split('|');
  return { hour: Number(hour), kind, status: Number(status), model: model.join('|') };
}

/** What one row adds to its bucket. */
export function sumOf(row: CallRow): Sum {
  return {
    requests: 1,
    prompt: row.prompt,
    cached: row.cached,
    written: row.written,
    completion: row.completion,
    cost: row.cost ?? 0,
    unpriced: row.cost === null ? 1 : 0,
    estimated: row.estimated,
    begun: row.ttft === null ? 0 : 1,
    begunMs: row.ttft ?? 0,
  };
}

/** The sum of nothing. */
export const NO_SUM: Sum = {
  requests: 0,
  prompt: 0,
  cached: 0,
  written: 0,
  completion: 0,
  cost: 0,
  unpriced: 0,
  estimated: 0,
  begun: 0,
  begunMs: 0,
};

/** Adds, or with -1 takes away. Sums that were stored before a figure was kept count as none of it. */
export function addSums(left: Sum | undefined, right: Partial<Sum>, sign: 1 | -1 = 1): Sum {
  const base: Partial<Sum> = left ?? NO_SUM;
  // Spelt out: a loop over the names takes ten times as long, and a month of many keys has thousands of lines.
  return {
    requests: (base.requests ?? 0) + sign * (right.requests ?? 0),
    prompt: (base.prompt ?? 0) + sign * (right.prompt ?? 0),
    cached: (base.cached ?? 0) + sign * (right.cached ?? 0),
    written: (base.written ?? 0) + sign * (right.written ?? 0),
    completion: (base.completion ?? 0) + sign * (right.completion ?? 0),
    cost: (base.cost ?? 0) + sign * (right.cost ?? 0),
    unpriced: (base.unpriced ?? 0) + sign * (right.unpriced ?? 0),
    estimated: (base.estimated ?? 0) + sign * (right.estimated ?? 0),
    begun: (base.begun ?? 0) + sign * (right.begun ?? 0),
    begunMs: (base.begunMs ?? 0) + sign * (right.begunMs ?? 0),
  };
}
