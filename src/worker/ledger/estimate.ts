/** What a call can cost at most, out of its request and the operator's prices. Pure. */
import type { PriceEntry } from '../config/prices.ts';
import type { CallFacts, TargetFacts } from './call-facts.ts';
import type { KeyLimits } from './limits.ts';
import { coversExtra, mostOfTokens, outputPrice, priceOfUnits } from './pricing.ts';

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
/** Bytes of a token, roughly. */
const TOKEN_BYTES = 4;
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

/** Whether what a call may cost stands in its body, whatever the type under which that is sent. */
export function countsInBody(endpoint: string): boolean {
  return takesTokens(endpoint) || endpoint.startsWith('images/') || endpoint === 'audio/speech';
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
  if (call.isUnread && countsInBody(call.endpoint)) {
    return { unpriced: 'endpoint', what: `${call.endpoint}, with a body that cannot be read` };
  }
  if (!takesTokens(call.endpoint)) {
    const cost = isMoney ? priceOfUnits(price, call) : null;
    if (cost === null) return { unpriced: 'endpoint', what: call.endpoint };
    return { prompt: 0, completion: 0, cost, promptCost: cost, limit: null };
  }
  const answers = completes(call.endpoint);
  if (price === null || price.window === undefined || !isComplete(price, answers, isMoney)) {
    return { unpriced: 'model', what: target.name };
  }
  const extra = isMoney ? call.extras.find((each) => !coversExtra(price, each)) : undefined;
  if (extra !== undefined) return { unpriced: 'endpoint', what: `${extra.kind}: ${extra.name}` };

  const prompt = promptBound(call, price, limits.holds);
  const promptCost = mostOfTokens(price, call, prompt, 0);
  if (!answers) return { prompt, completion: 0, cost: promptCost, promptCost, limit: null };
  const longest = price.max_output ?? 0;
  const answersCount = call.prompts * call.choices;
  let filled: number | null = null;
  if (target.limit === null) {
    const quarter = isMoney ? left / 4 / Math.max(1, outputPrice(price, call, prompt)) : left / 4;
    const room = price.window - Math.ceil(prompt / call.prompts);
    filled = Math.max(
      1,
      Math.min(longest, room, Math.max(SMALLEST_FILL, Math.floor(quarter / answersCount))),
    );
  }
  const completion = answersCount * Math.min(filled ?? target.limit ?? longest, longest);
  return {
    prompt,
    completion,
    cost: mostOfTokens(price, call, prompt, completion),
    promptCost,
    limit: filled,
  };
}

/** Whether an entry says what the answer's bound is made of, and its price where the budget is money. */
function isComplete(price: PriceEntry, answers: boolean, isMoney: boolean): boolean {
  if (answers && price.max_output === undefined) return false;
  return !isMoney || (price.input !== undefined && (!answers || price.output !== undefined));
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
    cost: mostOfTokens(price, call, prompt, completion),
    promptCost: mostOfTokens(price, call, prompt, 0),
    limit: null,
  };
}

/**
 * The most tokens a prompt can be. A tokenizer of bytes makes at most one token of a byte; vendors add a few to each
 * item. A picture counts as the operator says, and as the whole window where nobody does.
 */
function promptBound(
  call: CallFacts,
  price: Pick<PriceEntry, 'window' | 'image'>,
  holds: KeyLimits['holds'],
): number {
  const window =
    price.window === undefined ? Number.MAX_SAFE_INTEGER / 1e6 : price.window * Math.max(1, call.prompts);
  const pictures = price.image === undefined ? (call.images > 0 ? window : 0) : call.images * price.image;
  if (holds === 'typical') {
    const known = price.image === undefined ? 0 : pictures;
    return Math.min(window, typicalTokens(call.bytes) + known);
  }
  if (call.isOpaque) return window;
  return Math.min(window, call.bytes + ITEM_TOKENS * call.items + pictures);
}

/** The tokens of a text as it usually is. */
export function typicalTokens(bytes: number): number {
  return Math.ceil(bytes / TOKEN_BYTES);
}
