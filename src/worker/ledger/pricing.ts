/** What tokens, pictures and characters cost by an entry of the operator's prices, nano-dollars. Pure. */
import type { PriceEntry } from '../config/prices.ts';
import type { CallFacts, Extra } from './call-facts.ts';
import { NANO } from './limits.ts';

/** Nano-dollars of a million tokens are a thousandth of its price a token. */
const PER_TOKEN = NANO / 1_000_000;

/** Tokens that an upstream counted. */
export interface CountedTokens {
  readonly prompt: number;
  /** Parts of the prompt: what was read from the vendor's cache, and what was written to it. */
  readonly cached: number;
  readonly written: number;
  readonly completion: number;
}

/** What counted tokens cost; null where the entry does not price them. */
export function priceOfTokens(
  price: PriceEntry | null,
  { prompt, cached, written, completion }: CountedTokens,
  extras: readonly Extra[],
): number | null {
  if (price === null || price.input === undefined || (completion > 0 && price.output === undefined))
    return null;
  const above = aboveOf(price, prompt);
  const input = above?.input ?? price.input;
  const cachedPrice = above?.cached ?? price.cached ?? input;
  const output = outputOfMillion(price, extras, prompt);
  const writePrice = writtenPrice(price, above);
  const factor = tierFactor(price, extras) * PER_TOKEN;
  return Math.round(
    ((prompt - cached - written) * input +
      cached * cachedPrice +
      written * writePrice +
      completion * output) *
      factor +
      addedByCall(price, extras),
  );
}

/** The most that these tokens can cost, whatever of the prompt is cached; null likewise. */
export function mostOfTokens(
  price: PriceEntry | null,
  call: CallFacts,
  prompt: number,
  completion: number,
): number | null {
  if (price === null || price.input === undefined || (completion > 0 && price.output === undefined))
    return null;
  const above = aboveOf(price, prompt);
  const input = Math.max(above?.input ?? 0, price.input);
  const dearest = Math.max(input, writtenPrice(price, above)) * tierFactor(price, call.extras) * PER_TOKEN;
  const answer = completion * outputPrice(price, call, prompt);
  return Math.ceil(prompt * dearest + answer + addedByCall(price, call.extras) - 1e-6);
}

/** What a token of the answer costs behind a prompt of this length. */
export function outputPrice(price: PriceEntry, { extras }: CallFacts, prompt: number): number {
  return outputOfMillion(price, extras, prompt) * tierFactor(price, extras) * PER_TOKEN;
}

/** What an endpoint that is not paid by tokens costs; null where the entry does not say. */
export function priceOfUnits(price: PriceEntry | null, call: CallFacts): number | null {
  if (price === null) return null;
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

/** Whether an entry prices a member that its plain prices do not cover. */
export function coversExtra(price: PriceEntry, { kind, name }: Extra): boolean {
  if (kind === 'tier') return price.tiers?.[name] !== undefined;
  if (kind === 'tool') return price.tools?.[name] !== undefined;
  return kind === 'audio' && price.audio !== undefined;
}

/** The prices of long prompts, for a prompt that is one. */
function aboveOf({ above }: PriceEntry, prompt: number): PriceEntry['above'] {
  return above !== undefined && prompt > above.tokens ? above : undefined;
}

/** Dollars for a million tokens that are written to the vendor's cache. */
function writtenPrice(price: PriceEntry, above: PriceEntry['above']): number {
  const usual = price.cache_write ?? price.input ?? 0;
  return above === undefined ? usual : (above.cache_write ?? Math.max(above.input, usual));
}

/** Dollars for a million tokens of an answer, which may be spoken. */
function outputOfMillion(price: PriceEntry, extras: readonly Extra[], prompt: number): number {
  const { output = 0 } = aboveOf(price, prompt) ?? price;
  const spoken = extras.some(({ kind }) => kind === 'audio') ? (price.audio ?? 0) : 0;
  return Math.max(output, spoken);
}

/** What the request itself and the tools that it names cost, beside its tokens. */
function addedByCall(price: PriceEntry, extras: readonly Extra[]): number {
  return extras.reduce(
    (sum, { kind, name }) => (kind === 'tool' ? sum + (price.tools?.[name] ?? 0) * NANO : sum),
    (price.per_request ?? 0) * NANO,
  );
}

function tierFactor(price: PriceEntry, extras: readonly Extra[]): number {
  const tier = extras.find(({ kind }) => kind === 'tier');
  return tier === undefined ? 1 : Math.max(1, price.tiers?.[tier.name] ?? 1);
}
