/** What the clients of the run do, one visit after the other. */
import * as z from 'zod';
import { API_TOKEN, bearer, JSON_TYPE } from '../../test/support/surface.ts';
import { inTime } from '../in-time.ts';
import { Mistake } from '../mistake.ts';
import { Reader } from '../returning-reader.ts';
import {
  chatEventsOf,
  chatOf,
  embeddingOf,
  FAULTS,
  type Fault,
  fileOf,
  receiptOf,
  responseEventsOf,
  responseOf,
  wordsOf,
} from './answers.ts';
import { judgeAnswer, type Outcome, readAnswer } from './judge-answer.ts';
import type { DayPayer, DayRun } from './run.ts';
import { markOf } from './upstream.ts';

/** One visit: its number, which decides everything about it, and numbers from 0 to 1 that follow from it. */
export interface Visit {
  readonly number: number;
  readonly random: () => number;
}

/** Something that clients do. */
export interface Kind {
  readonly name: string;
  /** How often it is done beside the others. */
  readonly weight: number;
  readonly visit: (run: DayRun, visit: Visit) => Promise<Outcome>;
}

/** Longer than any stop of an upstream takes on a busy machine. */
const HANG_MS = 60_000;

const AS_OPERATOR = bearer(API_TOKEN);

/** Three in four meet no fault. */
function faultOf(random: () => number): Fault {
  return random() < 0.75 ? 'none' : (FAULTS[Math.floor(random() * FAULTS.length)] ?? 'none');
}

/** A call with one body, judged byte for byte. */
interface Exact {
  readonly path: string;
  readonly payer: DayPayer;
  readonly body: (mark: string) => object;
  readonly expected: string;
  readonly isStream: boolean;
}

async function exactly(run: DayRun, { number, random }: Visit, call: Exact): Promise<Outcome> {
  const fault = faultOf(random);
  const mark = markOf(number, fault, call.payer.word);
  const began = performance.now();
  const answer = await run.ask(call.path, {
    headers: { ...JSON_TYPE, ...call.payer.headers },
    body: JSON.stringify(call.body(mark)),
  });
  if (call.isStream && fault === 'none') run.firstByteMs.push(performance.now() - began);
  const had = await readAnswer(answer);
  if (!call.isStream && fault === 'none') run.plainMs.push(performance.now() - began);
  if (had.isBroken && run.server.wasKilled(began)) return 'killed';
  const outcome = judgeAnswer(had, call.expected, fault, call.isStream);
  askedOnce(run, mark);
  return outcome;
}

/** @throws {Mistake} where the upstream was asked another number of times for a mark. */
function askedOnce(run: DayRun, mark: string, times = 1): void {
  const asked = run.upstream.exchange(mark)?.asked ?? 0;
  run.upstream.forget(mark);
  if (asked !== times) throw new Mistake(`The upstream was asked ${asked} times, not ${times}.`);
}

function chatBody(mark: string, isStream: boolean): object {
  return {
    model: 'gpt-test',
    messages: [{ role: 'user', content: mark }],
    stream: isStream,
    max_tokens: 500,
  };
}

const chat: Kind['visit'] = (run, visit) => {
  const isStream = visit.random() < 0.6;
  const { number } = visit;
  return exactly(run, visit, {
    path: '/v1/chat/completions',
    payer: run.payer(visit.random),
    body: (mark) => chatBody(mark, isStream),
    expected: isStream ? chatEventsOf(number) : chatOf(number),
    isStream,
  });
};

const responses: Kind['visit'] = (run, visit) => {
  const isStream = visit.random() < 0.5;
  const { number } = visit;
  return exactly(run, visit, {
    path: '/v1/responses',
    payer: run.payer(visit.random),
    body: (input) => ({ model: 'gpt-test', input, store: false, stream: isStream, max_output_tokens: 500 }),
    expected: isStream ? responseEventsOf(number) : responseOf(number),
    isStream,
  });
};

const embeddings: Kind['visit'] = (run, visit) =>
  exactly(run, visit, {
    path: '/v1/embeddings',
    payer: run.payer(visit.random),
    body: (input) => ({ model: 'text-embedding-day', input }),
    expected: embeddingOf(visit.number),
    isStream: false,
  });

const completionSchema = z.object({ choices: z.array(z.object({ text: z.string() })) });

/** A legacy completion is translated to chat: its text counts. */
const completions: Kind['visit'] = async (run, { number, random }) => {
  const payer = run.payer(random);
  const mark = markOf(number, 'none', payer.word);
  const answer = await run.ask('/v1/completions', {
    headers: { ...JSON_TYPE, ...payer.headers },
    body: JSON.stringify({ model: 'gpt-test', prompt: mark, max_tokens: 500 }),
  });
  if (answer.status !== 200)
    throw new Mistake(`A text completion is a ${answer.status}: ${await answer.text()}`);
  const { choices } = completionSchema.parse(await answer.json());
  if (choices[0]?.text !== wordsOf(number)) throw new Mistake(`A text completion says ${choices[0]?.text}.`);
  askedOnce(run, mark);
  return 'whole';
};

/** A client that leaves in the middle: the upstream is let go, unless it had finished already. */
const leaving: Kind['visit'] = async (run, { number, random }) => {
  const payer = run.payer(random);
  const mark = markOf(number, 'slow', payer.word);
  const leave = new AbortController();
  const answer = await run.ask('/v1/chat/completions', {
    headers: { ...JSON_TYPE, ...payer.headers },
    body: JSON.stringify(chatBody(mark, true)),
    signal: leave.signal,
  });
  await answer.body?.getReader().read();
  leave.abort();
  const exchange = run.upstream.exchange(mark);
  if (exchange === undefined) throw new Mistake('An answer has begun, and the upstream was never asked.');
  await inTime(exchange.ended, HANG_MS, 'The upstream was never let go.');
  askedOnce(run, mark);
  return 'left';
};

/** A stream whose reader leaves and comes back at the byte where it was. */
const resuming: Kind['visit'] = async (run, { number, random }) => {
  const payer = run.keyPayer(random);
  const mark = markOf(number, random() < 0.5 ? 'none' : 'slow', payer.word);
  const expected = Buffer.from(chatEventsOf(number));
  const reader = new Reader(expected);
  let id: string | undefined;
  for (let visits = 0; !reader.isOver; visits += 1) {
    const leave = new AbortController();
    const began = performance.now();
    try {
      const answer = await (id === undefined
        ? run.ask('/v1/chat/completions', {
            headers: { ...JSON_TYPE, ...payer.headers, 'x-nexcode-resumable': 'true' },
            body: JSON.stringify(chatBody(mark, true)),
            signal: leave.signal,
          })
        : run.ask(`/v1/streams/${id}?ids=false&starting_after=${reader.length}`, {
            headers: payer.headers,
            signal: leave.signal,
          }));
      if (!answer.ok) {
        const text = await answer.text();
        if (run.server.wasKilled(began)) return 'killed';
        throw new Mistake(`A stream is a ${answer.status}: ${text}`);
      }
      id ??= answer.headers.get('x-nexcode-stream') ?? '';
      if (!id.startsWith('st_')) throw new Mistake(`A stream is not recorded: ${id}.`);
      const most = visits < 3 && random() < 0.7 ? 1 + Math.floor(random() * expected.length * 0.6) : Infinity;
      if (await reader.read(answer, most)) break;
      leave.abort();
    } catch (error) {
      if (error instanceof Mistake || !run.server.wasKilled(began)) throw error;
      await run.server.running;
      if (id === undefined) return 'killed';
    }
  }
  const fate = reader.fate(number);
  askedOnce(run, mark);
  return fate === 'whole' ? 'whole' : 'killed';
};

/** A key whose budget ends during the run: it is served or refused, and what is refused is not asked for. */
const spending: Kind['visit'] = async (run, { number, random }) => {
  const key = run.smallKeys[Math.floor(random() * run.smallKeys.length)];
  if (key === undefined) throw new Error('No small keys were issued.');
  const mark = markOf(number, 'none', key.name);
  const answer = await run.ask('/v1/chat/completions', {
    headers: { ...JSON_TYPE, ...bearer(key.value) },
    body: JSON.stringify(chatBody(mark, false)),
  });
  const text = await answer.text();
  if (answer.status === 200 && text === chatOf(number)) {
    askedOnce(run, mark);
    return 'whole';
  }
  if (answer.status !== 429 || !/"code":"(?:insufficient_quota|rate_limit_exceeded)"/.test(text))
    throw new Mistake(`A key with a small budget got ${answer.status}: ${text}`);
  askedOnce(run, mark, 0);
  return 'refused';
};

/** An upload arrives as it was sent, and a file comes as it is. */
const files: Kind['visit'] = async (run, { number, random }) => {
  const mark = markOf(number, 'none', 'token');
  const isUpload = random() < 0.5;
  const began = performance.now();
  const form = new FormData();
  form.set('purpose', mark);
  form.set('file', new Blob([new Uint8Array(fileOf(number))]), 'day.bin');
  const answer = await (isUpload
    ? run.ask('/v1/files', { headers: AS_OPERATOR, body: form })
    : run.ask(`/v1/files/${mark}/content`, { headers: AS_OPERATOR }));
  const had = await readAnswer(answer);
  if (had.isBroken && run.server.wasKilled(began)) return 'killed';
  const sent = run.upstream.exchange(mark)?.body ?? Buffer.alloc(0);
  if (isUpload && !sent.includes(fileOf(number)))
    throw new Mistake('An upload did not arrive as it was sent.');
  const outcome = judgeAnswer(had, isUpload ? receiptOf(sent) : fileOf(number), 'none', false);
  askedOnce(run, mark);
  return outcome;
};

/** A WebSocket through which each frame comes back. */
const voice: Kind['visit'] = async (run, { number }) => {
  const url = `${run.server.process.url.replace('http', 'ws')}/v1/realtime?model=voice-day`;
  const socket = new WebSocket(url, ['realtime', `openai-insecure-api-key.${API_TOKEN}`]);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  socket.addEventListener('error', () => failed.reject(new Error('The WebSocket broke.')));
  socket.addEventListener('close', () => failed.reject(new Error('The WebSocket was closed.')));
  const next = (event: 'open' | 'message') =>
    Promise.race([
      new Promise<unknown>((resolve) =>
        socket.addEventListener(event, (came) => resolve('data' in came ? came.data : undefined), {
          once: true,
        }),
      ),
      failed.promise,
    ]);
  try {
    await inTime(next('open'), HANG_MS, 'The WebSocket never opened.');
    for (let turn = 0; turn < 3; turn += 1) {
      const echo = next('message');
      socket.send(`${number} ${turn}`);
      const said = await inTime(echo, HANG_MS, 'A frame never came back.');
      if (said !== `${number} ${turn}`) throw new Mistake(`A frame came back as ${String(said)}.`);
    }
  } finally {
    socket.close();
  }
  return 'whole';
};

/** The page's login: in, asked who it is, out. */
const login: Kind['visit'] = async (run) => {
  const cookie = await run.logIn();
  const headers = { cookie, 'sec-fetch-site': 'same-origin' };
  const session = z
    .object({ authenticated: z.boolean() })
    .parse(await (await run.ask('/session', { headers })).json());
  if (!session.authenticated) throw new Mistake('A login is not known.');
  const out = await run.ask('/session', { method: 'DELETE', headers });
  await out.body?.cancel();
  if (out.status !== 204) throw new Mistake(`A logout is a ${out.status}.`);
  return 'whole';
};

/** The built-in assistant, which words its answer with the server's model. */
const assistant: Kind['visit'] = async (run, { number, random }) => {
  const payer = run.keyPayer(random);
  const mark = markOf(number, 'none', payer.word);
  const question = random() < 0.5 ? 'How do I require a token?' : '怎样设置访问令牌？';
  const answer = await run.ask('/v1/chat/completions', {
    headers: { ...JSON_TYPE, ...payer.headers },
    body: JSON.stringify({
      model: 'nexcode',
      messages: [{ role: 'user', content: `${question} ${mark}` }],
      max_tokens: 500,
    }),
  });
  const text = await answer.text();
  if (answer.status !== 200 || !text.includes(wordsOf(number)))
    throw new Mistake(`The assistant said ${answer.status}: ${text.slice(0, 300)}`);
  askedOnce(run, mark);
  return 'whole';
};

/** What has no right, or is no request, costs nobody anything. */
const wrong: Kind['visit'] = async (run, { number, random }) => {
  const mark = markOf(number, 'none', 'nobody');
  const isForged = random() < 0.5;
  const forged = bearer(`sk-nx-${'0'.repeat(48)}`);
  const answer = await run.ask('/v1/chat/completions', {
    headers: { ...JSON_TYPE, ...(isForged ? forged : AS_OPERATOR) },
    body: `${JSON.stringify(chatBody(mark, false))}${isForged ? '' : ']'}`,
  });
  const text = await answer.text();
  if (answer.status !== (isForged ? 401 : 400))
    throw new Mistake(`A wrong request is a ${answer.status}: ${text}`);
  askedOnce(run, mark, 0);
  return 'refused';
};

/** Everything that clients do. */
export const KINDS: readonly Kind[] = [
  { name: 'chat', weight: 40, visit: chat },
  { name: 'responses', weight: 12, visit: responses },
  { name: 'completions', weight: 6, visit: completions },
  { name: 'embeddings', weight: 8, visit: embeddings },
  { name: 'leaving', weight: 6, visit: leaving },
  { name: 'resuming', weight: 8, visit: resuming },
  { name: 'spending', weight: 6, visit: spending },
  { name: 'files', weight: 3, visit: files },
  { name: 'voice', weight: 3, visit: voice },
  { name: 'login', weight: 2, visit: login },
  { name: 'assistant', weight: 2, visit: assistant },
  { name: 'wrong', weight: 4, visit: wrong },
];

const ALL = KINDS.reduce((sum, { weight }) => sum + weight, 0);

/** One of them, by its weight. */
export function kindOf(random: () => number): Kind {
  let left = random() * ALL;
  for (const kind of KINDS) {
    left -= kind.weight;
    if (left < 0) return kind;
  }
  throw new Error('Random numbers are less than 1.');
}
