/** Whose rows of the ledger a request may read, and those rows, page by page. */
import type { Context } from 'hono';
import { isKeyPayer } from '../access/decide.ts';
import { keyIdOf, wireId } from '../access/key-form.ts';
import type { AppEnv } from '../env.ts';
import { OWN_KEYS_PAYER } from '../ledger/own-keys.ts';
import {
  administeredKey,
  bookService,
  MOST_ASKED,
  payerName,
  SPREAD_PAYERS,
  spreadNames,
} from '../ledger/services.ts';
import { idOf } from '../ledger/store.ts';
import { HOUR_MS } from '../ledger/sums.ts';
import { keyOf } from './key-access.ts';

const ROWS_A_PAGE = 1000;
const MOST_KEYS = 1000;

/** Whether nothing has to be left out. */
export function isEverybody(c: Context<AppEnv>, asked: readonly string[] | undefined): boolean {
  return asked === undefined && !isKeyPayer(c.var.payer);
}

/**
 * The objects whose rows may be read and are asked for: a key reads its own alone. On Cloudflare only those that the
 * books know to have rows in the period are asked.
 */
export async function readablePayers(
  c: Context<AppEnv>,
  asked: readonly string[] | undefined,
  from: number,
  to: number,
): Promise<readonly string[]> {
  const own = await keyOf(c);
  if (own !== undefined) {
    const isAsked = asked === undefined || asked.includes(wireId(own.profile.id));
    return isAsked ? [payerName(own.profile.id)] : [];
  }
  const books = bookService(c.env);
  const { settings } = c.var;
  const all = settings.selfHosted
    ? [
        ...(await books.keys(null, MOST_KEYS)).map(({ id }) => payerName(id)),
        ...(settings.ledger ? SPREAD_PAYERS.flatMap(spreadNames) : []),
      ]
    : (await books.payers(Math.floor(from / HOUR_MS), Math.ceil(to / HOUR_MS))).filter(hasRows);
  if (asked === undefined) return [...all].sort();
  const wanted = new Set(
    asked.flatMap((name) => {
      const by = SPREAD_PAYERS.find((each) => each === name);
      const id = keyIdOf(name);
      return by !== undefined ? spreadNames(by) : id === undefined ? [] : [payerName(id)];
    }),
  );
  return all.filter((name) => wanted.has(name)).sort();
}

/** Callers with keys of their own have sums alone. */
function hasRows(payer: string): boolean {
  return payer !== OWN_KEYS_PAYER;
}

/** A span of rows, milliseconds since 1970, perhaps behind a row that was read already. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly after?: { readonly payer: string; readonly id: string } | undefined;
}

/** The payers that are left behind a cursor, in their order. */
export function behind(payers: readonly string[], after: Span['after']): readonly string[] {
  return after === undefined ? payers : payers.filter((payer) => payer >= after.payer);
}

/** The rows of each payer in turn. On Cloudflare an answer asks so many times and no more: a cursor carries on. */
export async function* pagesOf(c: Context<AppEnv>, payers: readonly string[], { from, to, after }: Span) {
  let asked = 0;
  for (const payer of payers) {
    let last = payer === after?.payer ? after.id : idOf(from);
    for (;;) {
      if (asked === MOST_ASKED && !c.var.settings.selfHosted) return;
      asked += 1;
      const rows = await administeredKey(c.env, payer).rows(last, idOf(to), ROWS_A_PAGE);
      if (rows.length > 0) yield { payer, rows };
      last = rows.at(-1)?.id ?? last;
      if (rows.length < ROWS_A_PAGE) break;
    }
  }
}
