/** Which models of a price table are taken, and under which names. Pure. */
import { NamePattern } from '../worker/config/name-pattern.ts';
import { type PriceEntry, parsePrices } from '../worker/config/prices.ts';
import type { ListedModel, Untaken } from './litellm-prices.ts';

/** What a person wants of a table. */
export interface PriceWish {
  /** Patterns of models' names, at the vendor or in the table; none for all. */
  readonly models: readonly string[];
  /** Vendors, as the table names them; none for all. */
  readonly providers: readonly string[];
}

/** What becomes of a table. */
export interface PriceChoice {
  /** The entries by their names in PRICES, in the order in which they must stand. */
  readonly taken: Readonly<Record<string, PriceEntry>>;
  /** Names in `taken` that have no sizes: keys with a budget cannot use these models. */
  readonly unsized: readonly string[];
  /** What was asked for and is not taken, by its name in the table. */
  readonly untaken: readonly { readonly listed: string; readonly reason: Untaken }[];
  /** How many models were not asked for. */
  readonly unasked: number;
}

/**
 * Chooses. A model is called as its vendor calls it. Where several vendors have that name at other prices, it is the
 * vendor's that the table lists without a prefix, and the others are `VENDOR/NAME`: what an upstream of that name serves.
 */
export function choosePrices(table: readonly ListedModel[], { models, providers }: PriceWish): PriceChoice {
  const patterns = models.map((glob) => new NamePattern(glob));
  const asked = table.filter(
    ({ listed, name, provider }) =>
      (providers.length === 0 || providers.includes(provider)) &&
      (patterns.length === 0 || patterns.some((pattern) => pattern.test(name) || pattern.test(listed))),
  );
  const taken = new Map<string, PriceEntry>();
  const untaken: PriceChoice['untaken'][number][] = [];
  // Plain names first: a prefix never takes one from them.
  const ordered = [...asked].sort(
    (one, other) => Number(one.listed !== one.name) - Number(other.listed !== other.name),
  );
  for (const { listed, name, entry } of ordered) {
    if (typeof entry === 'string') {
      untaken.push({ listed, reason: entry });
      continue;
    }
    const before = taken.get(name);
    const isFree = before === undefined || JSON.stringify(before) === JSON.stringify(entry);
    taken.set(isFree ? name : listed, entry);
  }
  // The first that fits counts, and a plain name fits behind every upstream.
  const entries = [...taken].sort(
    ([one], [other]) => Number(other.includes('/')) - Number(one.includes('/')),
  );
  return {
    taken: Object.fromEntries(entries),
    unsized: entries
      .filter(([, { output, window, max_output: longest }]) => output !== undefined && !(window && longest))
      .map(([name]) => name),
    untaken,
    unasked: table.length - asked.length,
  };
}

/** Reads a table of our own form: a model for each pattern. `problems` says what is wrong with the others. */
export function readOwnTable(table: unknown): {
  readonly models: readonly ListedModel[];
  readonly problems: readonly string[];
} {
  const { prices, problems } = parsePrices(table);
  return {
    models: prices.map(({ pattern: { glob }, entry }) => ({ listed: glob, provider: '', name: glob, entry })),
    problems: problems.map(({ name, message }) => `${name} ${message}`),
  };
}
