/** Curves of what is kept: issued keys, and the rows of their calls. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { KEYED, PROJECT } from '../../test/support/keys.ts';
import { startWorkerd, type Workerd } from '../../test/support/workerd.ts';
import { chatForm } from '../contender.ts';
import { load } from '../load.ts';
import { cpuPerCall, cpuWhile } from './cost.ts';
import type { Curve, Point } from './curve.ts';
import { DAY_MS, DAYS, fillRows, fillSums, MADE } from './made-calls.ts';

const CALLS = 200;
const LOOKS = 50;
const PARALLEL = 8;

/** Beyond, one export takes minutes. */
const MOST_EXPORTED = 100_000;

const EXPORT = '/v1/usage/export?format=ndjson';
const TOLD_MS = 120_000;

const issuedSchema = z.object({ api_key: z.object({ value: z.string() }) });

/** Both of them. */
export function ledgerCurves(upstream: string): Curve[] {
  return [
    {
      id: 'keys',
      words: { en: 'Issued keys', zh: '已签发的密钥数' },
      sizes: [10, 100, 1000, 10_000],
      quickUpTo: 100,
      figures: [
        { words: { en: 'µs CPU a request with the last', zh: '用最后一个密钥请求，µs CPU' }, power: 0 },
        { words: { en: 'µs CPU to issue one more', zh: '再签发一个，µs CPU' }, power: 0 },
        { words: { en: 'µs CPU to list 20', zh: '列出 20 个，µs CPU' }, power: 0 },
      ],
      measure: (sizes) => withState((folder) => keys(upstream, folder, sizes)),
    },
    {
      id: 'rows',
      words: { en: "Rows of one key's calls", zh: '一个密钥的调用行数' },
      sizes: [1000, 10_000, 100_000, 1_000_000],
      quickUpTo: 10_000,
      figures: [
        { words: { en: 'µs CPU a request with the key', zh: '用该密钥请求，µs CPU' }, power: 0 },
        { words: { en: 'µs CPU for its costs by day', zh: '查询每日费用，µs CPU' }, power: 0 },
        {
          words: {
            en: 'µs CPU for a month by day, 5 models and 50 keys',
            zh: '按日、5 个模型和 50 个密钥查询一个月的用量，µs CPU',
          },
          power: 0,
        },
        { words: { en: 'ms CPU to export all rows', zh: '导出全部行，ms CPU' }, power: 1 },
      ],
      counted: {
        words: { en: 'rows exported beside the new ones', zh: '导出的行数（不含新增）' },
        expected: exported,
      },
      measure: (sizes) => withState((folder) => rows(upstream, folder, sizes)),
    },
  ];
}

function exported(size: number): number | undefined {
  return size <= MOST_EXPORTED ? size : undefined;
}

async function withState<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-growth-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function startKept(upstream: string, stateFolder: string): Promise<Workerd> {
  // On Cloudflare an export has a part of many rows; a server of one's own tells all.
  return startWorkerd({ ...KEYED, SELF_HOSTED: 'true', OPENAI_API_BASE: `${upstream}/v1` }, { stateFolder });
}

const OPERATOR = { authorization: `Bearer ${KEYED.API_TOKEN}`, 'content-type': 'application/json' };

async function issue(base: string): Promise<string> {
  const answer = await fetch(new URL(`${PROJECT}/service_accounts`, base), {
    method: 'POST',
    headers: OPERATOR,
    body: JSON.stringify({ name: 'growth', limits: { budget: { usd: 1e6, period: 'total' } } }),
  });
  return issuedSchema.parse(await answer.json()).api_key.value;
}

/** The text of an answer to the operator. Throws where it is an error. */
async function read(base: string, path: string): Promise<string> {
  const answer = await fetch(new URL(path, base), { headers: OPERATOR });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${text.slice(0, 200)}`);
  return text;
}

/** CPU of a request with this key, in us. */
async function costWith(key: string, { url, pid }: Workerd): Promise<number> {
  const to = { url, pid, form: chatForm({ authorization: `Bearer ${key}` }) };
  await load(to, {}, CALLS, PARALLEL);
  return cpuPerCall(to, {}, CALLS, PARALLEL);
}

async function costOfReading(path: string, { url, pid }: Workerd): Promise<number> {
  await read(url, path);
  const us = await cpuWhile(pid, async () => {
    for (let look = 0; look < LOOKS; look += 1) await read(url, path);
  });
  return us / LOOKS;
}

async function keys(upstream: string, folder: string, sizes: readonly number[]): Promise<Point[]> {
  await using server = await startKept(upstream, folder);
  const points: Point[] = [];
  let issued = 0;
  let last = '';
  for (const size of sizes) {
    const before = issued;
    const issuing = async () => {
      while (issued < size) {
        issued += 1;
        last = await issue(server.url);
      }
    };
    const us = await cpuWhile(server.pid, () => Promise.all(Array.from({ length: PARALLEL }, issuing)));
    points.push({
      size,
      costs: [
        await costWith(last, server),
        us / (size - before),
        await costOfReading(`${PROJECT}/api_keys?limit=20`, server),
      ],
    });
  }
  return points;
}

async function rows(upstream: string, folder: string, sizes: readonly number[]): Promise<Point[]> {
  const points: Point[] = [];
  let key: string | undefined;
  for (const size of sizes) {
    if (key === undefined) {
      await using server = await startKept(upstream, folder);
      key = await issue(server.url);
      await costWith(key, server);
      await told(server.url);
    }
    await fillRows(folder, size);
    await fillSums(folder, size);
    await using server = await startKept(upstream, folder);
    const costs = [
      await costWith(key, server),
      await costOfReading(costsByDay(), server),
      await costOfReading(monthByAll(), server),
    ];
    if (size > MOST_EXPORTED) {
      points.push({ size, costs: [...costs, Number.NaN] });
      continue;
    }
    let count = 0;
    const us = await cpuWhile(server.pid, async () => {
      const text = await read(server.url, EXPORT);
      count = text.split('\n').filter((line) => line.includes(MADE)).length;
    });
    points.push({ size, costs: [...costs, us / 1000], count });
  }
  return points;
}

/** The books learn a little later that a key has called: until then its rows are not exported. */
async function told(base: string): Promise<void> {
  const deadline = performance.now() + TOLD_MS;
  while ((await read(base, EXPORT)) === '') {
    if (performance.now() > deadline) throw new Error('No row was ever exported.');
    await wait(100);
  }
}

/** The costs of each of the days. */
function costsByDay(): string {
  const start = Math.floor((Date.now() - DAYS * DAY_MS) / 1000);
  return `/v1/organization/costs?start_time=${start}&limit=${DAYS}`;
}

/** The use of each of the days, by model and by key. */
function monthByAll(): string {
  const start = Math.floor((Date.now() - DAYS * DAY_MS) / 1000);
  return `/v1/organization/usage/completions?start_time=${start}&bucket_width=1d&limit=${DAYS}&group_by=model&group_by=api_key_id`;
}
