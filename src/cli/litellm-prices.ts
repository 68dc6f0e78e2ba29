/**
 * LiteLLM's public price table as entries of PRICES. Its prices are USD a token, ours USD for a million
 * (https://docs.litellm.ai/docs/provider_registration/add_model_pricing). Where the two forms differ, an entry says the
 * dearer or larger of what may hold, for a budget must not be overspent. Pure.
 */
import * as z from 'zod';
import type { PriceEntry } from '../worker/config/prices.ts';

const number = z.number().optional().catch(undefined);

/** One model of the table. Members that are texts, as in the sample at its head, count as absent. */
const modelSchema = z.looseObject({
  litellm_provider: z.string().optional().catch(undefined),
  mode: z.string().optional().catch(undefined),
  input_cost_per_token: number,
  output_cost_per_token: number,
  output_cost_per_reasoning_token: number,
  cache_read_input_token_cost: number,
  cache_creation_input_token_cost: number,
  cache_creation_input_token_cost_above_1hr: number,
  input_cost_per_audio_token: number,
  output_cost_per_audio_token: number,
  input_cost_per_query: number,
  input_cost_per_request: number,
  input_cost_per_character: number,
  output_cost_per_image: number,
  input_cost_per_image: number,
  max_input_tokens: number,
  max_output_tokens: number,
  max_tokens: number,
});

type Model = z.output<typeof modelSchema>;

/** Why a model of a table is not taken. */
export type Untaken = 'no_price' | 'pattern' | 'malformed';

/** A model of the table: its name there, its vendor, and what our form can say of it. */
export interface ListedModel {
  readonly listed: string;
  readonly provider: string;
  /** Its name at the vendor: without the vendor's prefix. */
  readonly name: string;
  readonly entry: PriceEntry | Untaken;
}

/** The head of the table explains its members. */
const SAMPLE = 'sample_spec';

/** Modes whose calls are paid by tokens, without an answer and with one. */
const PROMPT_MODES: ReadonlySet<string> = new Set(['embedding', 'moderation', 'rerank']);
const ANSWER_MODES: ReadonlySet<string> = new Set(['chat', 'completion', 'responses']);

/** Whether a table is of this form, and not of ours. */
export function isLitellmTable(table: Readonly<Record<string, unknown>>): boolean {
  return Object.values(table).some(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.keys(value).some((name) => name === 'litellm_provider' || name.includes('_cost_per_')),
  );
}

/** Reads the table. */
export function readLitellmTable(table: Readonly<Record<string, unknown>>): readonly ListedModel[] {
  return Object.entries(table)
    .filter(([listed]) => listed !== SAMPLE)
    .map(([listed, value]) => {
      const parsed = modelSchema.safeParse(value);
      if (!parsed.success) return { listed, provider: '', name: listed, entry: 'malformed' };
      const { litellm_provider: provider = '' } = parsed.data;
      const name =
        provider !== '' && listed.startsWith(`${provider}/`) ? listed.slice(provider.length + 1) : listed;
      return { listed, provider, name, entry: entryOf(listed, parsed.data) };
    });
}

function entryOf(listed: string, model: Model): PriceEntry | Untaken {
  // In a name of ours a star stands for anything.
  if (listed.includes('*')) return 'pattern';
  const { mode = 'chat' } = model;
  const entry = ANSWER_MODES.has(mode)
    ? { ...tokenPrices(model), ...sizes(model) }
    : PROMPT_MODES.has(mode)
      ? { ...promptPrice(model), ...promptSize(model), ...unitPrices(model) }
      : unitPrices(model);
  const isPriced = Object.keys(entry).some((name) => name !== 'window' && name !== 'max_output');
  return isPriced ? entry : 'no_price';
}

/** Prices of a prompt and its answer; none unless both are there. */
function tokenPrices(model: Model): PriceEntry {
  const input = ofMillion(model.input_cost_per_token);
  const output = most(
    ofMillion(model.output_cost_per_token),
    ofMillion(model.output_cost_per_reasoning_token),
  );
  if (input === undefined || output === undefined || model.output_cost_per_token === undefined) return {};
  const cached = ofMillion(model.cache_read_input_token_cost);
  // What is kept for an hour costs more to write than what is kept for minutes, and a request may ask for either.
  const cacheWrite = most(
    ofMillion(model.cache_creation_input_token_cost),
    ofMillion(model.cache_creation_input_token_cost_above_1hr),
  );
  const above = longPrompts(model, { input, output, cached, cache_write: cacheWrite });
  const tiers = tierFactors(model);
  const audio = spokenPrice(model, input);
  const request = model.input_cost_per_request;
  return {
    input,
    ...(cached !== undefined && { cached }),
    ...(cacheWrite !== undefined && { cache_write: cacheWrite }),
    output,
    ...(above !== undefined && { above }),
    ...(tiers !== undefined && { tiers }),
    ...(audio !== undefined && { audio }),
    ...(request !== undefined && request > 0 && { per_request: request }),
  };
}

type PromptPrices = Pick<PriceEntry, 'input' | 'output' | 'cached' | 'cache_write'>;

const LONG =
  /^(input_cost_per_token|output_cost_per_token|cache_read_input_token_cost|cache_creation_input_token_cost)(?:_above_1hr)?_above_(\d+)k_tokens$/;

/** `input_cost_per_token_above_200k_tokens` and the like. Of several steps the first counts, at the prices of the dearest. */
function longPrompts(model: Model, short: PromptPrices): PriceEntry['above'] {
  const steps = Object.entries(model).flatMap(([name, value]) => {
    const [, kind, thousands] = LONG.exec(name) ?? [];
    return thousands === undefined || typeof value !== 'number'
      ? []
      : [{ kind, tokens: Number(thousands) * 1000, price: ofMillion(value) }];
  });
  if (steps.length === 0) return undefined;
  const dearest = (kind: string, plain: number | undefined) =>
    most(plain, ...steps.filter((step) => step.kind === kind).map(({ price }) => price));
  const cached = dearest('cache_read_input_token_cost', short.cached);
  const cacheWrite = dearest('cache_creation_input_token_cost', short.cache_write);
  return {
    tokens: Math.min(...steps.map(({ tokens }) => tokens)),
    input: dearest('input_cost_per_token', short.input) ?? 0,
    output: dearest('output_cost_per_token', short.output) ?? 0,
    ...(cached !== undefined && { cached }),
    ...(cacheWrite !== undefined && { cache_write: cacheWrite }),
  };
}

/** What a `service_tier` multiplies prices by: the largest of its factors. */
function tierFactors(model: Model): PriceEntry['tiers'] {
  const factors: Record<string, number> = {};
  for (const tier of ['priority', 'flex']) {
    const ratios = ['input_cost_per_token', 'output_cost_per_token', 'cache_read_input_token_cost'].map(
      (kind) => {
        const [plain, dearer] = [model[kind], model[`${kind}_${tier}`]];
        return typeof plain === 'number' && typeof dearer === 'number' && plain > 0
          ? dearer / plain
          : undefined;
      },
    );
    const factor = most(...ratios);
    if (factor !== undefined && model[`input_cost_per_token_${tier}`] !== undefined)
      factors[tier] = Math.ceil(factor * 1000 - 1e-6) / 1000;
  }
  return Object.keys(factors).length === 0 ? undefined : factors;
}

/** A price of spoken answers, where a spoken prompt costs no more than a written one: ours has no word for that. */
function spokenPrice(model: Model, input: number): number | undefined {
  const spoken = ofMillion(model.input_cost_per_audio_token);
  return spoken !== undefined && spoken > input ? undefined : ofMillion(model.output_cost_per_audio_token);
}

/** The answer's limit, and the prompt's with it: no window is larger than the two together. */
function sizes({
  max_input_tokens: input,
  max_output_tokens: output,
  max_tokens: either,
}: Model): PriceEntry {
  const answer = size(output) ?? size(either);
  const prompt = size(input) ?? size(either);
  return {
    ...(prompt !== undefined && answer !== undefined && { window: prompt + answer }),
    ...(answer !== undefined && { max_output: answer }),
  };
}

function promptPrice({ input_cost_per_token: cost }: Model): PriceEntry {
  const input = ofMillion(cost);
  return input === undefined ? {} : { input };
}

function promptSize({ max_input_tokens: input, max_tokens: either }: Model): PriceEntry {
  const window = size(input) ?? size(either);
  return window === undefined ? {} : { window };
}

function unitPrices(model: Model): PriceEntry {
  const image = most(model.output_cost_per_image, model.input_cost_per_image);
  const request = most(model.input_cost_per_query, model.input_cost_per_request);
  const character = model.input_cost_per_character;
  const { mode } = model;
  return {
    ...(request !== undefined && { per_request: request }),
    ...(mode === 'image_generation' && image !== undefined && image > 0 && { per_image: image }),
    ...(mode === 'audio_speech' && character !== undefined && character > 0 && { per_character: character }),
  };
}

/** USD for a million of what costs so much each, without the noise of the multiplication. */
function ofMillion(each: number | undefined): number | undefined {
  return each === undefined || each < 0 ? undefined : Number((each * 1e6).toPrecision(12));
}

function most(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function size(tokens: number | undefined): number | undefined {
  return tokens !== undefined && Number.isInteger(tokens) && tokens > 0 ? tokens : undefined;
}
