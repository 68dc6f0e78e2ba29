/** PRICES as it stands in a file of settings. Pure. */
import { parseEnv } from 'node:util';
import { parse } from 'smol-toml';
import type { PriceEntry } from '../worker/config/prices.ts';
import { isRecord } from '../worker/http/json/read.ts';

/** `toml` for wrangler.local.toml; `env` for .dev.vars and settings.env; `json` for the variable itself. */
export const PRICE_FORMS = ['toml', 'env', 'json'] as const;
export type PriceForm = (typeof PRICE_FORMS)[number];

type Prices = Readonly<Record<string, PriceEntry>>;

const BEGIN = '# Prices by `nexcode prices import`: another import replaces them.';
const END = '# End of these prices.';

/** The form that a file's name asks for. */
export function priceFormOf(file: string): PriceForm {
  if (file.endsWith('.toml')) return 'toml';
  return file.endsWith('.json') ? 'json' : 'env';
}

/** The prices alone, with the end of their last line. */
export function priceText(prices: Prices, form: PriceForm): string {
  if (form === 'json') return `${JSON.stringify(prices)}\n`;
  if (form === 'env') return `PRICES='${JSON.stringify(prices)}'\n`;
  const lines = Object.entries(prices).map(
    ([name, entry]) => `${JSON.stringify(name)} = ${inlineTable(entry)}`,
  );
  return `[vars.PRICES]\n${lines.join('\n')}\n`;
}

/**
 * A file's text with these prices: in the place of those that were imported before, else at its end. Undefined where
 * PRICES stand in it otherwise, or it would not be read as it is meant.
 */
export function withPrices(before: string, prices: Prices, form: PriceForm): string | undefined {
  if (form === 'json') return priceText(prices, form);
  const block = `${BEGIN}\n${priceText(prices, form)}${END}\n`;
  const begin = before.indexOf(BEGIN);
  const end = before.indexOf(END, begin);
  const isReplaced = begin >= 0 && end >= 0;
  const rest = isReplaced ? before.slice(end + END.length).replace(/^\r?\n/, '') : '';
  const head = isReplaced ? before.slice(0, begin) : before === '' ? '' : `${before.trimEnd()}\n\n`;
  const text = `${head}${block}${rest}`;
  if (!isReplaced && pricesIn(before, form) !== undefined) return undefined;
  return JSON.stringify(pricesIn(text, form)) === JSON.stringify(prices) ? text : undefined;
}

/** `vars.PRICES` of a wrangler.toml; undefined where there is none. Never throws. */
export function tomlPrices(text: string): unknown {
  try {
    const { vars } = parse(text);
    return isRecord(vars) ? vars['PRICES'] : undefined;
  } catch {
    return undefined;
  }
}

/** PRICES in a file's text; undefined where there are none, or it cannot be read. */
function pricesIn(text: string, form: PriceForm): unknown {
  try {
    if (form === 'toml') return tomlPrices(text);
    const { PRICES } = parseEnv(text);
    return PRICES === undefined ? undefined : JSON.parse(PRICES);
  } catch {
    return undefined;
  }
}

function inlineTable(entry: object): string {
  const members = Object.entries(entry).map(([name, value]) => `${keyOf(name)} = ${written(value)}`);
  return `{ ${members.join(', ')} }`;
}

function written(value: unknown): string {
  return isRecord(value) ? inlineTable(value) : JSON.stringify(value);
}

function keyOf(name: string): string {
  return /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
}
