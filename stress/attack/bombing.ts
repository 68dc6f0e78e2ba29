/**
 * Bodies that are made to use up the server, and bodies that never come: meanwhile a stream of somebody who has the token
 * goes on, and small requests of the same caller are served. How long the longest of these waited is told, and decides
 * nothing.
 */
import { chatChunk, EVENT_STREAM } from '../../test/support/answers.ts';
import { bombard, JSON_BOMBS } from '../../test/support/bombs.ts';
import type { GatewaySettings } from '../../test/support/gateway.ts';
import { call } from '../../test/support/http.ts';
import { API_TOKEN, bearer, CLIENT_KEY, CLOSED, JSON_TYPE, OPEN } from '../../test/support/surface.ts';
import { Upload } from '../../test/support/upload.ts';
import { startUpstream } from '../../test/support/upstream.ts';
import { startWorkerd } from '../../test/support/workerd.ts';
import { answerAnything } from '../fuzz/upstream.ts';
import { inTime } from '../in-time.ts';
import { type Attack, BreachError, HANG_MS, requireQuiet, requireServed } from './attack.ts';

const KIB = 1024;
const UPLOADS = 200;

/** What a bomb may be answered, beside a connection that is closed: it passes, or is refused. */
const ANSWERS = ['200', '400', '413', '429', '502', '503', 'closed'];

/** Who sends the bombs, and where to. */
const WAYS = [
  { settings: CLOSED, path: '/v1/chat/completions', model: 'm', token: 'sk-made-up', member: 'messages' },
  { settings: OPEN, path: '/v1/embeddings', model: 'two-m', token: undefined, member: 'input' },
  { settings: OPEN, path: '/v1/responses', model: 'm', token: undefined, member: 'input' },
  { settings: OPEN, path: '/v1/completions', model: 'm', token: undefined, member: 'prompt' },
  { settings: OPEN, path: '/v1/chat/completions', model: 'nexcode', token: undefined, member: 'messages' },
] as const;

/** The attack. */
export const bombing: Attack = {
  name: 'bombing',
  run: async ({ quick }) => {
    const kinds = Object.keys(JSON_BOMBS);
    const count = quick ? 16 : 64;
    let bombs = 0;
    let longest = 0;
    for (const [nth, way] of WAYS.entries()) {
      // Each kind once, by one way or another, where there is no time for all of both.
      for (const kind of kinds.filter((_, at) => !quick || at % WAYS.length === nth)) {
        longest = Math.max(longest, await bomb(way, kind, count));
        bombs += count;
      }
    }
    for (const bytes of [20 * KIB, KIB * KIB, 19 * KIB * KIB])
      longest = Math.max(longest, await upload(bytes));
    return {
      attempts: bombs + 3 * UPLOADS,
      seen: `${bombs} bombs of 20 MB, ${3 * UPLOADS} slow uploads; every stream whole, the longest small request beside them ${longest} ms`,
    };
  },
};

async function bomb(
  { settings, path, model, token, member }: (typeof WAYS)[number],
  kind: string,
  count: number,
) {
  await using two = await startUpstream();
  two.always(answerAnything);
  return await besideOthers(
    { ...settings, UPSTREAMS: { two: { base: two.base, models: ['two-*'], client_keys: true } } },
    `${kind}, ${path}`,
    async (url, served) => {
      const body = JSON_BOMBS[kind]?.(model, member) ?? Buffer.alloc(0);
      const answers = await bombard(url, { path, token, body, count });
      const odd = answers.find((answer) => !ANSWERS.includes(answer));
      if (odd !== undefined) throw new BreachError(`${kind}, ${path}: a bomb was answered ${odd}.`);
      await served(1);
    },
  );
}

async function upload(bytes: number) {
  return await besideOthers(CLOSED, `${UPLOADS} slow uploads of ${bytes} bytes`, async (url, served) => {
    using stack = new DisposableStack();
    const uploads = Array.from({ length: UPLOADS }, () => stack.use(new Upload(url, CLIENT_KEY, bytes)));
    for (const each of uploads) each.send('{"model":"m","messages":[],"x":"');
    await served(20);
    const odd = uploads.find(({ status }) => status !== undefined && status !== '503');
    if (odd !== undefined)
      throw new BreachError(`A slow upload of ${bytes} bytes was answered ${odd.status}.`);
  });
}

/**
 * Attacks a server while a stream of it goes on and small requests follow each other.
 * @param attack gets where the server is, and what resolves when so many small requests more were served.
 * @returns how long the longest small request took, in whole milliseconds.
 */
async function besideOthers(
  settings: GatewaySettings,
  what: string,
  attack: (url: string, served: (count: number) => Promise<void>) => Promise<void>,
): Promise<number> {
  await using upstream = await startUpstream();
  await using server = await startWorkerd({ ...settings, OPENAI_API_BASE: upstream.base });
  let over = false;
  upstream.reply(async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    while (!over) {
      await exchange.event(chatChunk({ content: 'tick' }));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await exchange.event('[DONE]');
    await exchange.end();
  }, 'early');
  upstream.always(answerAnything);
  const stream = call(server.url, {
    path: '/v1/chat/completions',
    headers: { ...JSON_TYPE, ...bearer(API_TOKEN) },
    body: '{"model":"m","messages":[],"stream":true}',
  });
  await upstream.next();

  let longest = 0;
  let count = 0;
  const waiting = new Set<() => void>();
  const small = (async () => {
    while (!over) {
      const began = performance.now();
      await requireServed(server.url, what);
      longest = Math.max(longest, performance.now() - began);
      count += 1;
      for (const look of waiting) look();
    }
  })();
  const served = (more: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const goal = count + more;
    const look = () => {
      if (count < goal) return;
      waiting.delete(look);
      resolve();
    };
    waiting.add(look);
    return promise;
  };
  try {
    await Promise.race([attack(server.url, served), small]);
  } finally {
    over = true;
  }
  await small;
  const { end, text } = await inTime(stream, HANG_MS, `${what}: the stream never ended.`);
  if (end !== 'complete' || !text().includes('[DONE]')) throw new BreachError(`${what}: the stream was cut.`);
  requireQuiet(server.log, what);
  return Math.round(longest);
}
