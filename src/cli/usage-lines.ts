/** What the usage and costs of the API add up to, by day, model or key. Pure. */
import * as z from 'zod';
import { shownDay } from './period.ts';

/** What lines can be told apart by. */
export const DIMENSIONS = ['day', 'model', 'key'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

const NANO = 1e9;

const group = {
  model: z.string().nullish(),
  line_item: z.string().nullish(),
  api_key_id: z.string().nullish(),
};

const resultSchema = z.looseObject({
  ...group,
  num_model_requests: z.number().default(0),
  num_failed: z.number().default(0),
  input_tokens: z.number().default(0),
  input_cached_tokens: z.number().default(0),
  output_tokens: z.number().default(0),
  amount: z.looseObject({ value: z.number() }).optional(),
  unpriced_requests: z.number().default(0),
});

/** A page of `/organization/usage/KIND` or `/organization/costs`. */
export const pageSchema = z.looseObject({
  data: z.array(z.looseObject({ start_time: z.number(), results: z.array(resultSchema) })),
  next_page: z.string().nullish(),
});

/** A page as it was read. */
export type UsagePage = z.output<typeof pageSchema>;

/** One line: what it stands for, and its sums. Money is whole nano-dollars. */
export interface UsageLine {
  readonly day?: string;
  readonly model?: string;
  readonly key?: string;
  readonly requests: number;
  readonly failed: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly nano: number;
  readonly unpriced: number;
}

const NOTHING = { requests: 0, failed: 0, input: 0, cached: 0, output: 0, nano: 0, unpriced: 0 };

/** The lines that pages come to, in the order of their days, then the dearest first. */
export function linesOf(pages: readonly UsagePage[], by: readonly Dimension[]): readonly UsageLine[] {
  const lines = new Map<string, UsageLine>();
  for (const { data } of pages) {
    for (const { start_time: start, results } of data) {
      for (const result of results) {
        const place = {
          ...(by.includes('day') && { day: shownDay(start) }),
          ...(by.includes('model') && { model: result.model ?? result.line_item ?? '' }),
          ...(by.includes('key') && { key: result.api_key_id ?? '' }),
        };
        const name = JSON.stringify(place);
        lines.set(name, { ...add(lines.get(name) ?? NOTHING, sumsOf(result)), ...place });
      }
    }
  }
  return [...lines.values()]
    .filter(({ requests, nano, unpriced }) => requests + nano + unpriced > 0)
    .sort(
      (one, other) =>
        (one.day ?? '').localeCompare(other.day ?? '') ||
        other.nano - one.nano ||
        other.input + other.output - one.input - one.output,
    );
}

/** All lines together. */
export function totalOf(lines: readonly UsageLine[]): UsageLine {
  return lines.reduce<UsageLine>((sum, line) => add(sum, line), NOTHING);
}

/** Dollars, without the noise of their sums. */
export function dollars({ nano }: UsageLine): number {
  return nano / NANO;
}

function sumsOf(result: z.output<typeof resultSchema>): UsageLine {
  return {
    requests: result.num_model_requests,
    failed: result.num_failed,
    input: result.input_tokens,
    cached: result.input_cached_tokens,
    output: result.output_tokens,
    nano: Math.round((result.amount?.value ?? 0) * NANO),
    unpriced: result.unpriced_requests,
  };
}

function add(one: UsageLine, other: UsageLine): UsageLine {
  return {
    requests: one.requests + other.requests,
    failed: one.failed + other.failed,
    input: one.input + other.input,
    cached: one.cached + other.cached,
    output: one.output + other.output,
    nano: one.nano + other.nano,
    unpriced: one.unpriced + other.unpriced,
  };
}
