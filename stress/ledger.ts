/**
 * `npm run ledger`: keys with tight budgets under load in bare workerd, which is killed again and again (SIGKILL) while
 * calls run, some of which are left or cut. Ends with an error where a budget was overspent, a call that the upstream
 * served has no row and was not in the last moments before a kill, an id is there twice, a hold outlives its term, or
 * sums and rows differ.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { countOption, scriptOptions } from '../scripts/options.ts';
import { buildWorker } from '../src/launcher/build.ts';
import { BUILT_WORKER } from '../test/support/build.ts';
import { PRICES, PROJECT } from '../test/support/keys.ts';
import { startWorkerd, type Workerd } from '../test/support/workerd.ts';
import { messageOf } from './message-of.ts';

const HELP = `npm run ledger: budgets and the ledger under load, with kills (Linux).

  --calls N      calls in all (100000)
  --kills N      kills of the runtime while calls run (10)
  --parallel N   calls at a time (40)
  --quick        half a minute`;

const options = scriptOptions(HELP, {
  quick: { type: 'boolean', default: false },
  calls: { type: 'string' },
  kills: { type: 'string' },
  parallel: { type: 'string' },
});
const calls = countOption('calls', options.calls, options.quick ? 2500 : 100_000);
const kills = countOption('kills', options.kills, options.quick ? 3 : 10);
const parallel = Math.max(1, countOption('parallel', options.parallel, 40));

/** The term of a hold, short enough to be waited for. */
const HOLD_SECONDS = 3;
const TOKEN = 'the-token-of-the-ledger-run';
/** Every so many calls one is left in the middle, and one is cut by the upstream. */
const LEFT_EVERY = 9;
const CUT_EVERY = 13;
const KEYS = 4;
const USD = 1e9;

const issuedSchema = z.object({ api_key: z.object({ id: z.string(), value: z.string() }) });
const statusSchema = z.object({
  open_calls: z.number(),
  left: z.object({ budget: z.object({ spent: z.number(), held: z.number() }) }),
});
const rowSchema = z.object({
  key: z.string(),
  status: z.string(),
  cost_usd: z.nullable(z.number()),
  estimated: z.boolean(),
  cursor: z.string(),
});
const costsSchema = z.object({
  data: z.array(z.object({ results: z.array(z.object({ amount: z.object({ value: z.number() }) })) })),
});

if (process.platform === 'linux') await main();
else console.error('The run kills the runtime by a signal that only Linux and macOS have.');

async function main(): Promise<void> {
  await buildWorker(BUILT_WORKER);
  const folder = await mkdtemp(join(tmpdir(), 'nexcode-ledger-'));
  await using upstream = await startCountingUpstream();
  let server = await start(folder, upstream.base);
  try {
    // One key in two is durable: none of its admissions may be lost.
    const keys = await Promise.all(
      Array.from({ length: KEYS }, (_, position) => issue(server, position % 2 === 0, calls)),
    );
    let begun = 0;
    let unanswered = 0;
    const lane = async (): Promise<void> => {
      while (begun < calls) {
        const number = begun;
        begun += 1;
        const key = keys[number % KEYS];
        if (key === undefined) throw new Error('There are no keys.');
        const outcome = await makeCall(server.base, key.value, number).catch(() => 'unanswered' as const);
        if (outcome === 'unanswered') {
          unanswered += 1;
          await restarted;
        }
      }
    };
    let restarted: Promise<void> = Promise.resolve();
    const lanes = Promise.all(Array.from({ length: parallel }, lane));
    for (let kill = 1; kill <= kills; kill += 1) {
      const at = Math.floor((calls * kill) / (kills + 1));
      while (begun < at) await setTimeout(5);
      const again = Promise.withResolvers<void>();
      restarted = again.promise;
      await server.close();
      server = await start(folder, upstream.base);
      again.resolve();
    }
    await lanes;
    await judge(server, keys, upstream.served, unanswered);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Key {
  readonly id: string;
  readonly value: string;
  readonly cap: number;
  readonly isDurable: boolean;
}

/** Waits for the last holds, and compares keys, rows, sums and what the upstream served. */
async function judge(
  server: Workerd,
  keys: readonly Key[],
  served: ReadonlyMap<string, number>,
  unanswered: number,
): Promise<void> {
  let [rowCount, lostRows, missing] = [0, 0, 0];
  for (const key of keys) {
    const status = await whenSettled(server, key);
    const { spent, held } = status.left.budget;
    if (held !== 0) throw new Error(`${key.id} still holds $${held} after the term.`);
    if (spent > key.cap) throw new Error(`${key.id} has spent $${spent} of $${key.cap}.`);
    const rows = await rowsOf(server, key);
    if (new Set(rows.map(({ cursor }) => cursor)).size !== rows.length) {
      throw new Error(`${key.id} has a row twice.`);
    }
    const booked = rows.reduce((sum, row) => sum + Math.round((row.cost_usd ?? 0) * USD), 0);
    if (booked !== Math.round(spent * USD)) {
      throw new Error(`The rows of ${key.id} cost $${booked / USD}, and its budget has booked $${spent}.`);
    }
    const sums = await costsOf(server, key);
    if (Math.abs(sums - spent) > 1e-9) {
      throw new Error(`The sums of ${key.id} are $${sums}, and its rows $${spent}.`);
    }
    const absent = (served.get(key.value) ?? 0) - rows.length;
    if (key.isDurable && absent > 0) {
      throw new Error(`${key.id} is durable, and ${absent} of its calls have no row.`);
    }
    // A call whose admission was forgotten in a kill has no row: at most what was admitted in 5 ms, a lane each.
    if (absent > kills * parallel) throw new Error(`${absent} calls of ${key.id} have no row.`);
    missing += Math.max(0, absent);
    rowCount += rows.length;
    lostRows += rows.filter(({ status: each }) => each === 'lost').length;
  }
  const total = [...served.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    `${calls} calls, ${parallel} at a time, ${kills} kills, ${unanswered} calls unanswered in them; the upstream served ${total}. ${rowCount} rows, none twice; ${lostRows} calls booked at their whole hold, ${missing} announcements of keys that are not durable lost in the last 5 ms before a kill, none of durable ones. No budget overspent, nothing held after the term, sums equal to rows.`,
  );
}

async function whenSettled(server: Workerd, key: Key) {
  const deadline = Date.now() + (HOLD_SECONDS + 30) * 1000;
  for (;;) {
    const answer = await asOperator(server, `${PROJECT}/api_keys/${key.id}`);
    const status = statusSchema.parse(await answer.json());
    if (status.open_calls === 0 || Date.now() > deadline) return status;
    await setTimeout(200);
  }
}

async function rowsOf(server: Workerd, key: Key) {
  const answer = await fetch(`${server.base}/usage/export?format=ndjson`, {
    headers: { authorization: `Bearer ${key.value}` },
  });
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => rowSchema.parse(JSON.parse(line)));
}

async function costsOf(server: Workerd, key: Key): Promise<number> {
  const path = `/v1/organization/costs?start_time=${Math.floor(Date.now() / 1000) - 86_400}&api_key_ids=${key.id}`;
  const { data } = costsSchema.parse(await (await asOperator(server, path)).json());
  return data.flatMap(({ results }) => results).reduce((sum, { amount }) => sum + amount.value, 0);
}

async function issue(server: Workerd, isDurable: boolean, all: number): Promise<Key> {
  // Room for somewhat more than half of the calls, most of it for those that are cut: the others are refused.
  const cap = Math.ceil(((all / KEYS) * (0.0022 / CUT_EVERY) * 0.6 + 0.05) * 1e6) / 1e6;
  const answer = await asOperator(server, `${PROJECT}/service_accounts`, {
    name: 'ledger run',
    limits: { durable: isDurable, budget: { usd: cap, period: 'total' } },
  });
  const { api_key: key } = issuedSchema.parse(await answer.json());
  return { ...key, cap, isDurable };
}

/** @param body sent as JSON, where there is one. */
function asOperator(server: Workerd, path: string, body?: object): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function makeCall(base: string, key: string, number: number): Promise<'answered' | 'left'> {
  const isLeft = number % LEFT_EVERY === 0;
  const isCut = number % CUT_EVERY === 0;
  const leave = new AbortController();
  const response = await fetch(`${base}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'gpt-test',
      messages: [{ role: 'user', content: `${key} ${isCut ? 'cut' : 'whole'}` }],
      stream: isLeft || isCut || number % 3 === 0,
    }),
    signal: leave.signal,
  });
  if (isLeft) {
    await response.body?.getReader().read();
    leave.abort();
    return 'left';
  }
  await response.text();
  return 'answered';
}

function start(stateFolder: string, base: string): Promise<Workerd> {
  return startWorkerd(
    {
      OPENAI_API_BASE: base,
      OPENAI_API_KEY: 'sk-of-the-server',
      API_TOKEN: TOKEN,
      REQUIRE_AUTH: 'true',
      KEYS_SECRET: 'the-secret-of-the-ledger-run-0123456789',
      SELF_HOSTED: 'true',
      HOLD_SECONDS: String(HOLD_SECONDS),
      PRICES,
    },
    { stateFolder },
  );
}

interface CountingUpstream extends AsyncDisposable {
  readonly base: string;
  /** Calls by the key that stands in their text. */
  readonly served: ReadonlyMap<string, number>;
}

/** Answers 5 + 2 tokens, as a stream where asked; cuts what asks for it in its text. */
async function startCountingUpstream(): Promise<CountingUpstream> {
  const served = new Map<string, number>();
  const server = createServer({ noDelay: true }, (request, response) => {
    answer(request, response, served).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}/v1`,
    served,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const USAGE = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  served: Map<string, number>,
): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const [, key = '', how = ''] = /(sk-nx-\w+) (whole|cut)/.exec(body) ?? [];
  served.set(key, (served.get(key) ?? 0) + 1);
  if (!/"stream":\s*true/.test(body)) {
    response.setHeader('content-type', 'application/json');
    const choices = [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }];
    response.end(
      JSON.stringify({ id: 'x', object: 'chat.completion', model: 'gpt-test', choices, usage: USAGE }),
    );
    return;
  }
  response.setHeader('content-type', 'text/event-stream');
  const chunk = (delta: object, finish: string | null) =>
    response.write(
      `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
    );
  chunk({ content: 'Hi' }, null);
  if (how === 'cut') {
    // Behind what was written, so that the gateway has seen a beginning.
    response.socket?.end();
    return;
  }
  chunk({}, 'stop');
  response.write(`data: ${JSON.stringify({ id: 'x', choices: [], usage: USAGE })}\n\n`);
  response.end('data: [DONE]\n\n');
}
