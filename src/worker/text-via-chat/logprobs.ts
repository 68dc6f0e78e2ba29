/** Chat's log probabilities in the parallel arrays of the legacy form. */
import { numberOf, type RawJson } from '../http/json/lossless.ts';
import { isRecord } from '../http/json/read.ts';

/** OpenAI's own stand-in for a token that is very unlikely. Clients take no null here. */
const UNKNOWN_LOGPROB = -9999;

/** `logprobs` of a legacy choice: one entry per token in each list. */
export interface TextLogprobs {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly (number | RawJson)[];
  /** The likeliest alternatives by token; null where none were asked for. */
  readonly top_logprobs: readonly Readonly<Record<string, number | RawJson>>[] | null;
  /** Where each token starts, in code points, counted from the start of the prompt. */
  readonly text_offset: readonly number[];
}

/**
 * Translates one list of chat log probabilities.
 * @param list `logprobs.content` of a chat choice, or of one chunk of it.
 * @param alternatives how many alternatives per token were asked for; 0 is none.
 * @param start where the first token starts, in code points.
 * @returns the legacy form, and where the next token will start.
 */
export function textLogprobs(
  list: readonly unknown[],
  alternatives: number,
  start: number,
): { readonly logprobs: TextLogprobs; readonly end: number } {
  const items = list.filter(isRecord);
  const offsets: number[] = [];
  let end = start;
  for (const item of items) {
    offsets.push(end);
    end += tokenLength(item);
  }
  const logprobs = {
    tokens: items.map(tokenOf),
    token_logprobs: items.map(logprobOf),
    top_logprobs: alternatives === 0 ? null : items.map(alternativesOf),
    text_offset: offsets,
  };
  return { logprobs, end };
}

/** The length of a text in code points, as Python counts it. */
export function codePoints(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

/** A token may hold part of a character only: then its bytes say how many characters start in it. */
function tokenLength(item: Readonly<Record<string, unknown>>): number {
  const { bytes } = item;
  if (!Array.isArray(bytes)) return codePoints(tokenOf(item));
  return bytes.filter((byte) => typeof byte === 'number' && (byte & 0xc0) !== 0x80).length;
}

function tokenOf({ token }: Readonly<Record<string, unknown>>): string {
  return typeof token === 'string' ? token : '';
}

function logprobOf({ logprob }: Readonly<Record<string, unknown>>): number | RawJson {
  return typeof logprob === 'number' || JSON.isRawJSON(logprob) ? logprob : UNKNOWN_LOGPROB;
}

/** The sampled token is always among them. Of two alternatives that print alike, the likelier stays. */
function alternativesOf(item: Readonly<Record<string, unknown>>): Record<string, number | RawJson> {
  const top = Array.isArray(item['top_logprobs']) ? item['top_logprobs'].filter(isRecord) : [];
  const best = new Map<string, number | RawJson>();
  for (const candidate of [...top, item]) {
    const token = tokenOf(candidate);
    const logprob = logprobOf(candidate);
    const known = best.get(token);
    if (known === undefined || amount(known) < amount(logprob)) best.set(token, logprob);
  }
  return Object.fromEntries(best);
}

function amount(logprob: number | RawJson): number {
  return numberOf(logprob) ?? UNKNOWN_LOGPROB;
}
