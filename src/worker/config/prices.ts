/** Reads PRICES: what the operator knows of models' prices and sizes, by patterns of their names at the target. */
import * as z from 'zod/mini';
import { NamePattern } from './name-pattern.ts';
import { entryProblems, type SettingProblem, tableEntries, unknownEntries } from './table.ts';

const MUST_BE_A_PRICE = 'must be a number of USD, 0 or more';
const MUST_BE_A_SIZE = 'must be a whole number of tokens, 1 or more';
const price = z.number(MUST_BE_A_PRICE).check(z.gte(0, MUST_BE_A_PRICE), z.lte(1e6, MUST_BE_A_PRICE));
const tokens = z.int(MUST_BE_A_SIZE).check(z.gte(1, MUST_BE_A_SIZE), z.lte(1e9, MUST_BE_A_SIZE));

const entrySchema = z.strictObject(
  {
    input: z.optional(price),
    cached: z.optional(price),
    cache_write: z.optional(price),
    output: z.optional(price),
    window: z.optional(tokens),
    max_output: z.optional(tokens),
    image: z.optional(tokens),
    above: z.optional(
      z.strictObject({
        tokens,
        input: price,
        output: price,
        cached: z.optional(price),
        cache_write: z.optional(price),
      }),
    ),
    per_request: z.optional(price),
    per_image: z.optional(price),
    per_character: z.optional(price),
    tiers: z.optional(z.record(z.string(), price)),
    tools: z.optional(z.record(z.string(), price)),
    audio: z.optional(price),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownEntries(issue.keys)
        : 'must be a table such as { input = 0.4, output = 1.6, window = 1047576, max_output = 32768 }',
  },
);

/**
 * What is known of one model. `input`, `cached`, `cache_write`, `output`, `audio`: USD for a million tokens; `above`:
 * other prices for requests with a longer prompt; `window`, `max_output`, and `image` for each picture: tokens;
 * `per_...`: USD each; `tiers`: the factor of a `service_tier`; `tools`: the most USD that a hosted tool adds to a request.
 */
export type PriceEntry = z.output<typeof entrySchema>;

/** The operator's price table, in its own order. */
export type PriceTable = readonly { readonly pattern: NamePattern; readonly entry: PriceEntry }[];

/** Reads the setting: a table of wrangler.toml, or the same as JSON text. */
export function parsePrices(raw: unknown): {
  readonly prices: PriceTable;
  readonly problems: readonly SettingProblem[];
} {
  const problems: SettingProblem[] = [];
  const prices = tableEntries('PRICES', raw, problems).flatMap(([glob, value]) => {
    const parsed = entrySchema.safeParse(value);
    if (parsed.success) return [{ pattern: new NamePattern(glob), entry: parsed.data }];
    problems.push(...entryProblems(`PRICES.${glob}`, parsed.error.issues));
    return [];
  });
  return { prices, problems };
}

/**
 * The entry for a target: the first whose pattern fits `UPSTREAM/MODEL`, or the model's name there.
 * @param upstream the upstream's name.
 */
export function priceOf(prices: PriceTable, upstream: string, model: string): PriceEntry | undefined {
  const name = `${upstream}/${model}`;
  return prices.find(({ pattern }) => pattern.test(model) || pattern.test(name))?.entry;
}
