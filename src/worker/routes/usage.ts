/** Reading the ledger: usage and costs in OpenAI's forms, an export of every row, and prices for rows that had none. */
import { type Context, Hono } from 'hono';
import { isKeyPayer } from '../access/decide.ts';
import { priceOf } from '../config/prices.ts';
import type { AppEnv } from '../env.ts';
import { CONFINED } from '../http/confined.ts';
import { invalidQuery } from '../http/invalid-query.ts';
import { NO_STORE } from '../http/no-store.ts';
import { cursorOf, EXPORT_TYPES, type ExportFormat, ExportWriter, readCursor } from '../ledger/export.ts';
import { readSums } from '../ledger/hourly-sums.ts';
import { mergeOwnKeys, OWN_KEYS_PAYER } from '../ledger/own-keys.ts';
import { priceOfTokens } from '../ledger/pricing.ts';
import { administeredKey, bookService, shownPayer } from '../ledger/services.ts';
import { type CallRow, isAnswered, STATUS } from '../ledger/store.ts';
import { bucketOf, readBucket, sumOf } from '../ledger/sums.ts';
import { costsPage, type TimedLine, usagePage } from '../ledger/usage-page.ts';
import { readUsageQuery, repriceSchema, type UsageQuery, wholeNumber } from '../ledger/usage-query.ts';
import { usageSummary } from '../ledger/usage-summary.ts';
import { identify } from '../middleware/identify.ts';
import { readJson, SMALL_BODY_BYTES, validJson } from '../middleware/json-body.ts';
import { methodNotAllowed } from '../middleware/refuse.ts';
import { behind, isEverybody, pagesOf, readablePayers, type Span } from './ledger-rows.ts';
import { ownOnly } from './own-only.ts';

const HOUR_S = 3600;

export const usage = new Hono<AppEnv>()
  .get('/v1/organization/usage/:kind', identify, ownOnly, async (c) => {
    const query = queryOf(c, 'usage');
    const kind = c.req.param('kind');
    const lines = await linesOf(c, query, [kind]);
    return c.json(usagePage(lines, query, kind), 200, NO_STORE);
  })
  .get('/v1/organization/costs', identify, ownOnly, async (c) => {
    const query = queryOf(c, 'costs');
    const lines = await linesOf(c, query, undefined);
    // Callers with keys of their own pay for themselves.
    const paid = lines.filter(({ payer }) => payer !== OWN_KEYS_PAYER);
    return c.json(costsPage(paid, query), 200, NO_STORE);
  })
  .get('/v1/usage/summary', identify, ownOnly, async (c) => {
    const query = queryOf(c, 'summary');
    const { settings } = c.var;
    const booked = { keys: settings.keysSecrets.length > 0, others: settings.ledger };
    return c.json(usageSummary(await linesOf(c, query, undefined), query, booked), 200, NO_STORE);
  })
  .get('/v1/usage/export', identify, ownOnly, async (c) => {
    const format = c.req.query('format') ?? 'csv';
    if (!isFormat(format)) throw invalidQuery('format', 'must be csv, json or ndjson');
    const { from, to, after } = spanOf(c);
    const payers = await readablePayers(c, undefined, from, to);
    const stream = exportStream(c, new ExportWriter(format), behind(payers, after), { from, to, after });
    return new Response(stream, {
      headers: {
        ...CONFINED,
        ...NO_STORE,
        'content-type': EXPORT_TYPES[format],
        'content-disposition': `attachment; filename="usage.${format}"`,
      },
    });
  })
  .post(
    '/v1/usage/reprice',
    identify,
    ownOnly,
    readJson(repriceSchema, SMALL_BODY_BYTES),
    validJson(repriceSchema),
    async (c) => {
      const { start_time: start = 0, end_time: end, after: cursor } = c.req.valid('json');
      const after = placeOf(cursor);
      const span = { from: start * 1000, to: end === undefined ? Date.now() + 1 : end * 1000, after };
      const payers = behind(await readablePayers(c, undefined, span.from, span.to), after);
      let [repriced, unpriced] = [0, 0];
      let last: string | null = null;
      for await (const { payer, rows } of pagesOf(c, payers, span)) {
        const priced = rows.flatMap((row) => {
          if (row.cost !== null || row.status === STATUS.open) return [];
          const cost = costNow(c, row);
          if (cost === null) unpriced += 1;
          return cost === null ? [] : [{ row, cost }];
        });
        if (priced.length > 0) await administeredKey(c.env, payer).reprice(priced);
        repriced += priced.length;
        last = cursorOf(payer, rows.at(-1)?.id ?? '');
      }
      return c.json({ object: 'usage.reprice', repriced, still_unpriced: unpriced, last }, 200, NO_STORE);
    },
  )
  .all('/v1/organization/usage/:kind', identify, ownOnly, methodNotAllowed('GET', 'HEAD'))
  .all('/v1/organization/costs', identify, ownOnly, methodNotAllowed('GET', 'HEAD'))
  .all('/v1/usage/summary', identify, ownOnly, methodNotAllowed('GET', 'HEAD'))
  .all('/v1/usage/export', identify, ownOnly, methodNotAllowed('GET', 'HEAD'))
  .all('/v1/usage/reprice', identify, ownOnly, methodNotAllowed('POST'));

function queryOf(c: Context<AppEnv>, kind: 'usage' | 'costs' | 'summary'): UsageQuery {
  const read = readUsageQuery(new URLSearchParams(c.get('query')), kind, Math.floor(Date.now() / 1000));
  if ('problem' in read) throw invalidQuery(read.param, read.problem);
  return read;
}

/** What stands in the ledger for a question: hours and days from the books, minutes from the rows themselves. */
async function linesOf(
  c: Context<AppEnv>,
  query: UsageQuery,
  kinds: readonly string[] | undefined,
): Promise<readonly TimedLine[]> {
  const { start, end, width, models, payers: asked } = query;
  const payers = await readablePayers(c, asked, start * 1000, end * 1000);
  if (width === '1m') return minutesOf(c, query, payers, kinds);
  await tellAll(c, payers);
  if (c.var.settings.ledger) await mergeOwnKeys(c.env, Date.now());
  const wantsOwnKeys = !isKeyPayer(c.var.payer) && asked?.includes(shownPayer(OWN_KEYS_PAYER));
  const named = wantsOwnKeys ? [...payers, OWN_KEYS_PAYER] : payers;
  const texts = await bookService(c.env).sums({
    from: Math.floor(start / HOUR_S),
    to: Math.ceil(end / HOUR_S),
    ...(isEverybody(c, asked) ? {} : { payers: named }),
    ...(kinds !== undefined && { kinds }),
    ...(models !== undefined && { models }),
    byDay: width === '1d',
  });
  return readSums(texts).map(({ hour, ...line }) => ({ ...line, at: hour * HOUR_S }));
}

async function minutesOf(
  c: Context<AppEnv>,
  { start, end, models }: UsageQuery,
  payers: readonly string[],
  kinds: readonly string[] | undefined,
): Promise<readonly TimedLine[]> {
  const lines: TimedLine[] = [];
  for await (const { payer, rows } of pagesOf(c, payers, { from: start * 1000, to: end * 1000 })) {
    for (const row of rows) {
      if (row.status === STATUS.open) continue;
      const { kind, model, status } = readBucket(bucketOf(row));
      if (kinds !== undefined && !kinds.includes(kind)) continue;
      if (models !== undefined && !models.includes(model)) continue;
      const ends = {
        failed: isAnswered(status) ? 0 : 1,
        cut: status === STATUS.cut ? 1 : 0,
        left: status === STATUS.client_left ? 1 : 0,
      };
      lines.push({ ...sumOf(row), ...ends, payer, model, at: Math.floor(row.at / 1000) });
    }
  }
  return lines;
}

/** Brings the books up to date. On Cloudflare a key alone is worth that; the sums of others are a minute old at most. */
async function tellAll(c: Context<AppEnv>, payers: readonly string[]): Promise<void> {
  if (!c.var.settings.selfHosted && payers.length > 1) return;
  await Promise.all(payers.map((payer) => administeredKey(c.env, payer).tell()));
}

function spanOf(c: Context<AppEnv>): Span {
  const time = (name: string, unsaid: number) => {
    const text = c.req.query(name);
    if (text === undefined) return unsaid;
    const seconds = wholeNumber(text);
    if (seconds === undefined) throw invalidQuery(name, 'must be a time in seconds since 1970');
    return seconds * 1000;
  };
  const after = placeOf(c.req.query('after'));
  return { from: time('start_time', 0), to: time('end_time', Date.now() + 1), after };
}

/** @throws {GatewayError} 400 for a text that is no cursor. */
function placeOf(cursor: string | undefined): Span['after'] {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  if (cursor !== undefined && after === undefined) throw invalidQuery('after', 'must be the cursor of a row');
  return after;
}

function exportStream(
  c: Context<AppEnv>,
  writer: ExportWriter,
  payers: readonly string[],
  span: Span,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const pages = pagesOf(c, payers, span);
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode(writer.head())),
      async pull(controller) {
        const { value, done } = await pages.next();
        if (done) {
          controller.enqueue(encoder.encode(writer.tail()));
          controller.close();
        } else controller.enqueue(encoder.encode(writer.rows(value.payer, value.rows)));
      },
    },
    { highWaterMark: 0 },
  );
}

/** What a row would cost by today's prices; null where they do not say, and where nobody counted what was used. */
function costNow(c: Context<AppEnv>, row: CallRow): number | null {
  const { target } = row;
  if (row.prompt + row.completion === 0) return null;
  const slash = target.indexOf('/');
  const price = priceOf(c.var.settings.prices, target.slice(0, slash), target.slice(slash + 1));
  return priceOfTokens(price ?? null, row, []);
}

function isFormat(text: string): text is ExportFormat {
  return Object.hasOwn(EXPORT_TYPES, text);
}
