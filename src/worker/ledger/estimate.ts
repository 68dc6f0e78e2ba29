/** What a call can cost at most, out of its request and the operator's prices. Pure. */
import type { PriceEntry } from '../config/prices.ts';
import { type KeyLimits, NANO } from './limits.ts';

/** What is known of a request before it is made: counts and numbers, never its text. */
export interface CallFacts {
  /** `chat/completions` and the like. */
  readonly endpoint: string;
  /** The name that the caller used. */
  readonly model: string;
  /** Bytes of the body without the pictures' own data. */
  readonly bytes: number;
  /** Items of `messages`, `input` and `tools`, which vendors wrap in tokens of their own. */
  readonly items: number;
  readonly images: number;
  /** Audio or files are in it: what they come to in tokens cannot be told. */
  readonly isOpaque: boolean;
  /** Prompts of one request, and answers to each. */
  readonly prompts: number;
  readonly choices: number;
  readonly stream: boolean;
  /** Members that cost extra, such as `service_tier: priority` or `tools: web_search`. */
  readonly extras: readonly Extra[];
  /** Pictures that are asked for, and characters to be spoken. */
  readonly pictures: number;
  readonly characters: number;
  readonly targets: readonly TargetFacts[];
}

/** A member that a plain price does not cover. */
export interface Extra {
  readonly kind: 'tier' | 'tool' | 'audio' | 'prediction';
  readonly name: string;
}

/** What is known of one target that a call may reach. */
export interface TargetFacts {
  /** `UPSTREAM/MODEL`. */
  readonly name: string;
  readonly price: PriceEntry | null;
  /** The longest answer that the request itself sets, in tokens: null where it sets none, Infinity for no usable number. */
  readonly limit: number | null;
}

/** What a call may take at one target. */
export interface Bound {
  readonly prompt: number;
  readonly completion: number;
  /** Nano-dollars; null where the price is not known. */
  readonly cost: number | null;
  /** The prompt's part of it, which a longer or shorter answer does not change. */
  readonly promptCost: number | null;
  /** The limit that is filled in; null where none is. */
  readonly limit: number | null;
}

/** Why a call has no bound: `model`, the target's price or sizes are missing; `endpoint`, or a member, has no price. */
export interface Unpriced {
  readonly unpriced: 'model' | 'endpoint';
  /** The target, the endpoint or the member. */
  readonly what: string;
}

const ITEM_TOKENS = 64;
const SMALLEST_FILL = 1024;
const COMPLETING: ReadonlySet<string> = new Set(['chat/completions', 'completions', 'responses']);
const READING: ReadonlySet<string> = new Set(['embeddings', 'moderations']);

/** Whether an endpoint answers in tokens. */
export function completes(endpoint: string): boolean {
  return COMPLETING.has(endpoint);
}

/** Whether an endpoint is paid by tokens at all. */
export function takesTokens(endpoint: string): boolean {
  return COMPLETING.has(endpoint) || READING.has(endpoint);
}

/**
 * The bound of a call at one target.
 * @param left what is left of the budget, in its unit, for the limit that is filled in.
 */
export function boundOf(
  call: CallFacts,
  target: TargetFacts,
  limits: KeyLimits,
  left: number,
): Bound | Unpriced {
  const { price } = target;
  const { budget } = limits;
  if (budget === null) return looseBound(call, target, limits);
  const isMoney = budget.unit === 'usd';
  if (!takesTokens(call.endpoint)) {
    const cost = isMoney && price !== null ? unitCost(call, price) : null;
    if (cost === null) return { unpriced: 'endpoint', what: call.endpoint };
    return { prompt: 0, completion: 0, cost, promptCost: cost, limit: null };
  }
  if (price === null || price.window === undefined) return { unpriced: 'model', what: target.name };
  const answers = completes(call.endpoint);
  if (answers && price.max_output === undefined) return { unpriced: 'model', what: target.name };
  if (isMoney && (price.input === undefined || (answers && price.output === undefined))) {
    return { unpriced: 'model', what: target.name };
  }
  const extra = isMoney ? call.extras.find((each) => !coversExtra(price, each)) : undefined;
  if (extra !== undefined) return { unpriced: 'endpoint', what: `${extra.kind}: ${extra.name}` };

  const prompt = promptBound(call, price, limits.holds);
  const promptCost = costOf(price, call, prompt, 0);
  if (!answers) return { prompt, completion: 0, cost: promptCost, promptCost, limit: null };
  const longest = price.max_output ?? 0;
  const answersCount = call.prompts * call.choices;
  const quarter = isMoney ? left / 4 / Math.max(1, outputPrice(price, call, prompt)) : left / 4;
  const filled =
    target.limit === null
      ? Math.max(
          1,
          Math.min(
            longest,
            price.window - Math.ceil(prompt / call.prompts),
            Math.max(SMALLEST_FILL, Math.floor(quarter / answersCount)),
          ),
        )
      : null;
  const completion = answersCount * Math.min(filled ?? target.limit ?? longest, longest);
  return { prompt, completion, cost: costOf(price, call, prompt, completion), promptCost, limit: filled };
}

/** Without a budget nothing has to be known: what is known makes the figures better. */
function looseBound(call: CallFacts, { price, limit }: TargetFacts, { holds }: KeyLimits): Bound {
  if (!takesTokens(call.endpoint))
    return { prompt: 0, completion: 0, cost: null, promptCost: null, limit: null };
  const prompt = promptBound(call, price ?? {}, holds);
  const longest = price?.max_output ?? Number.POSITIVE_INFINITY;
  const each = Math.min(limit ?? SMALLEST_FILL, longest);
  const completion = completes(call.endpoint)
    ? call.prompts * call.choices * (Number.isFinite(each) ? each : SMALLEST_FILL)
    : 0;
  return {
    prompt,
    completion,
    cost: price === null ? null : costOf(price, call, prompt, completion),
    promptCost: price === null ? null : costOf(price, call, prompt, 0),
    limit: null,
  };
}

/**
 * The most tokens a prompt can be. A tokenizer of bytes makes at most one token of a byte; vendors add a few to each
 * item. A picture counts as the operator says, and as the whole window where nobody does.
 */
export function promptBound(
  call: CallFacts,
  price: Pick<PriceEntry, 'window' | 'image'>,
  holds: KeyLimits['holds'],
): number {
  const window =
    price.window === undefined ? Number.MAX_SAFE_INTEGER / 1e6 : price.window * Math.max(1, call.prompts);
  const pictures = price.image === undefined ? (call.images > 0 ? window : 0) : call.images * price.image;
  if (holds === 'typical') {
    const known = price.image === undefined ? 0 : pictures;
    return Math.min(window, Math.ceil(call.bytes / 4) + known);
  }
  if (call.isOpaque) return window;
  return Math.min(window, call.bytes + ITEM_TOKENS * call.items + pictures);
}

/** Nano-dollars of a million tokens are a thousandth of its price a token. */
const PER_TOKEN = NANO / 1_000_000;

function outputPrice(price: PriceEntry, call: CallFacts, prompt: number): number {
  const plain = price.above !== undefined && prompt > price.above.tokens ? price.above.output : price.output;
  const spoken = call.extras.some(({ kind }) => kind === 'audio') ? (price.audio ?? 0) : 0;
  return Math.max(plain ?? 0, spoken) * tierFactor(price, call.extras) * PER_TOKEN;
}

/** The most that these tokens can cost, nano-dollars. */
function costOf(price: PriceEntry, call: CallFacts, prompt: number, completion: number): number | null {
  if (price.input === undefined || (completion > 0 && price.output === undefined)) return null;
  const isLong = price.above !== undefined && prompt > price.above.tokens;
  const input = isLong ? Math.max(price.above?.input ?? 0, price.input) : price.input;
  const dearest = Math.max(input, price.cache_write ?? 0) * tierFactor(price, call.extras) * PER_TOKEN;
  const added = call.extras.reduce(
    (sum, { kind, name }) => (kind === 'tool' ? sum + (price.tools?.[name] ?? 0) * NANO : sum),
    (price.per_request ?? 0) * NANO,
  );
  return Math.ceil(prompt * dearest + completion * outputPrice(price, call, prompt) + added - 1e-6);
}

/** What an endpoint that is not paid by tokens costs, nano-dollars; null where the entry does not say. */
function unitCost(call: CallFacts, price: PriceEntry): number | null {
  const parts = [
    price.per_request,
    call.endpoint.startsWith('images/') && price.per_image !== undefined
      ? price.per_image * call.pictures
      : undefined,
    call.endpoint === 'audio/speech' && price.per_character !== undefined
      ? price.per_character * call.characters
      : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? null : Math.ceil(parts.reduce((sum, part) => sum + part, 0) * NANO - 1e-6);
}

function coversExtra(price: PriceEntry, { kind, name }: Extra): boolean {
  if (kind === 'tier') return price.tiers?.[name] !== undefined;
  if (kind === 'tool') return price.tools?.[name] !== undefined;
  return kind === 'audio' && price.audio !== undefined;
}

function tierFactor(price: PriceEntry, extras: readonly Extra[]): number {
  const tier = extras.find(({ kind }) => kind === 'tier');
  return tier === undefined ? 1 : Math.max(1, price.tiers?.[tier.name] ?? 1);
}

/** Tokens that an upstream counted. */
export interface CountedTokens {
  readonly prompt: number;
  /** A part of the prompt. */
  readonly cached: number;
  readonly completion: number;
}

/** What counted tokens cost, nano-dollars; null where the entry does not price them. */
export function priceOfTokens(
  price: PriceEntry | null,
  { prompt, cached, completion }: CountedTokens,
  extras: readonly Extra[],
): number | null {
  if (price === null || price.input === undefined || (completion > 0 && price.output === undefined))
    return null;
  const isLong = price.above !== undefined && prompt > price.above.tokens;
  const input = isLong ? (price.above?.input ?? price.input) : price.input;
  const output = isLong ? (price.above?.output ?? 0) : (price.output ?? 0);
  const cachedPrice = (isLong ? price.above?.cached : undefined) ?? price.cached ?? input;
  const spoken = extras.some(({ kind }) => kind === 'audio') ? (price.audio ?? 0) : 0;
  const hit = Math.min(cached, prompt);
  const factor = tierFactor(price, extras) * PER_TOKEN;
  const tools = extras.reduce(
    (sum, { kind, name }) => (kind === 'tool' ? sum + (price.tools?.[name] ?? 0) * NANO : sum),
    (price.per_request ?? 0) * NANO,
  );
  return Math.round(
    ((prompt - hit) * input + hit * cachedPrice + completion * Math.max(output, spoken)) * factor + tools,
  );
}

/** What an endpoint that is not paid by tokens cost. */
export function priceOfUnits(price: PriceEntry | null, call: CallFacts): number | null {
  return price === null ? null : unitCost(call, price);
}
