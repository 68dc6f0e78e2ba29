/** One run: many mutated requests to one server, each judged, each followed by a good one that must be served. */
import fc from 'fast-check';
import { chatCompletion } from '../../test/support/answers.ts';
import { startGateway } from '../../test/support/gateway.ts';
import { type Answer, call, connect, statusOf } from '../../test/support/http.ts';
import { startUpstream } from '../../test/support/upstream.ts';
import type { MessageHead } from '../../test/support/wire.ts';
import { startWorkerd } from '../../test/support/workerd.ts';
import { inTime } from '../in-time.ts';
import {
  type Conditions,
  changedBody,
  isStranger,
  type Secrets,
  tokenOf,
  wrongAnswer,
  wrongCall,
} from './judge.ts';
import { type WireRequest, wireRequest } from './request.ts';
import { isFileAnswer, isNoRequest, isUnroutable } from './runtime-answers.ts';
import { answerAnything } from './upstream.ts';

/** Which server is asked, and how often. */
export interface FuzzRun {
  readonly runtime: 'workerd' | 'Miniflare';
  readonly closed: boolean;
  readonly requests: number;
  readonly seed: number;
}

/** What a run without a wrong outcome has seen. */
export interface FuzzResult {
  /** Answers of the Worker below 400, of the Worker from 400 on, static files, of the runtime, and connections closed without one. */
  readonly served: number;
  readonly refused: number;
  readonly files: number;
  readonly runtime: number;
  readonly unanswered: number;
  /** Requests that the gateway made upstream. */
  readonly asked: number;
}

const SECRETS: Omit<Secrets, 'session'> = {
  serverKey: 'sk-server-Zq7-of-the-operator',
  apiToken: 'server-token-Xw4-long-enough',
  clientKey: 'sk-client-Jb9-of-somebody',
};

/** Longer than any answer of a loopback upstream takes on a busy machine. */
const HANG_MS = 20_000;

/** What Miniflare's own router prints when it fails. */
const ROUTER_FAILURE = /Invalid URL string|Fetch API cannot load/;

/** The good request is told from the others by a header that travels. */
const GOOD = {
  path: '/v1/chat/completions',
  headers: {
    'content-type': 'application/json',
    authorization: `Bearer ${SECRETS.apiToken}`,
    'x-title': 'good',
  },
  body: '{"model":"gpt-test","messages":[]}',
};

/** Logs in as the page does, under the host that every request of the run names. */
async function logIn(url: string): Promise<string> {
  const answer = await call(url, {
    path: '/session',
    headers: { Host: 'localhost', 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ token: SECRETS.apiToken }),
  });
  const cookie = answer.head.header('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`No login: ${answer.status} ${answer.text()}`);
  return cookie;
}

/**
 * Makes the run.
 * @throws what was wrong with the first wrong outcome, with the smallest request that still leads to it, and the seed.
 */
export async function fuzz({ runtime, closed, requests, seed }: FuzzRun): Promise<FuzzResult> {
  await using upstream = await startUpstream();
  upstream.always(answerAnything);
  const start = runtime === 'workerd' ? startWorkerd : startGateway;
  await using server = await start({
    OPENAI_API_BASE: upstream.base,
    OPENAI_API_KEY: SECRETS.serverKey,
    API_TOKEN: SECRETS.apiToken,
    REQUIRE_AUTH: String(closed),
    DEBUG: 'true',
    // The closed one also knows models by other names, so that every body that may name one is read.
    ...(closed && {
      UPSTREAMS: { other: { base: upstream.base, models: ['other-*'], key: 'OPENAI_API_KEY' } },
      MODELS: { 'gpt-test': 'other/gpt-test', m: 'other/m' },
    }),
  });
  const secrets: Secrets = { ...SECRETS, session: await logIn(server.url) };
  const conditions: Conditions = {
    secrets,
    upstreamHost: new URL(upstream.url).host,
    closed,
    assets: runtime === 'Miniflare',
  };
  const seen = { served: 0, refused: 0, files: 0, runtime: 0, unanswered: 0, asked: 0 };
  let logged = server.log.length;

  const attempt = async (request: WireRequest): Promise<void> => {
    const before = upstream.exchanges.length;
    const answers = await inTime(answersTo(server.url, request), HANG_MS, 'The request was never answered.');
    const good = await inTime(call(server.url, GOOD), HANG_MS, 'The next good request was never answered.');
    if (good.status !== 200 || good.text() !== chatCompletion()) {
      throw new Error(`The next good request was answered ${good.status}: ${good.text()}`);
    }
    const made = upstream.exchanges
      .slice(before)
      .map((exchange) => exchange.request)
      .filter(({ head }) => head.header('x-title') !== 'good');
    const lines = server.log.slice(logged);
    logged = server.log.length;
    const [first] = answers;
    const wrong = [
      ...answers.map((answer) => wrongAnswer(request, answer, conditions)),
      ...made.map((asked) => wrongCall(request, asked, conditions)),
      ...(first === undefined ? [] : made.map((asked) => changedBody(request, first, asked))),
      ...lines.map((line) => wrongLine(request, line, conditions)),
      first === undefined && !isNoRequest(request) ? 'A request was not answered.' : undefined,
    ].find((each) => each !== undefined);
    if (wrong !== undefined) {
      throw new Error(
        `${wrong}${first === undefined ? '' : `\nThe answer: ${first.status} ${first.text()}`}`,
      );
    }
    seen.asked += made.length;
    if (first === undefined) seen.unanswered += 1;
    else if (isStranger(first)) seen[isFileAnswer(request, first) ? 'files' : 'runtime'] += 1;
    else if (first.status < 400) seen.served += 1;
    else seen.refused += 1;
  };

  const outcome = await fc.check(fc.asyncProperty(wireRequest(secrets), attempt), {
    numRuns: requests,
    seed,
  });
  if (outcome.failed) {
    const request = outcome.counterexample?.[0];
    throw new Error(
      [
        `${runtime}, ${closed ? 'closed' : 'open'}, seed ${seed}, after ${outcome.numRuns} requests and ${outcome.numShrinks} simplifications:`,
        String(outcome.errorInstance),
        `The request: ${JSON.stringify(request?.bytes.toString('latin1'))}`,
      ].join('\n'),
    );
  }
  return seen;
}

/** Everything that is answered on a connection of its own, to its end. */
async function answersTo(url: string, request: WireRequest): Promise<Answer[]> {
  await using connection = await connect(url);
  await connection.send(request.bytes).catch(() => undefined);
  connection.finish();
  const answers: Answer[] = [];
  // What follows the head of an answer to HEAD is no body, whatever its headers say of one, and may be the next answer.
  const read = request.method === 'HEAD' ? () => connection.head().then(bodiless) : connection.answer;
  for (;;) {
    const answer = await read().catch(() => undefined);
    if (answer === undefined) return answers;
    answers.push(answer);
    if (request.method === 'HEAD' || answer.status === 101) return answers;
  }
}

function bodiless(head: MessageHead): Answer {
  const status = statusOf(head);
  return {
    status,
    head,
    body: Buffer.alloc(0),
    pieces: [],
    end: 'complete',
    text: () => '',
    json: () => undefined,
  };
}

/** The debug log, which tells no secret; anything else is an exception that nobody caught. */
function wrongLine(request: WireRequest, line: string, { secrets, assets }: Conditions): string | undefined {
  if (assets && isUnroutable(request) && ROUTER_FAILURE.test(line)) return undefined;
  if (!line.startsWith('{"step":')) return `The runtime printed: ${line}`;
  const { serverKey, apiToken, clientKey } = secrets;
  const told = [serverKey, apiToken, clientKey, tokenOf(secrets)].some((secret) => line.includes(secret));
  return told ? `A secret is in the log: ${line}` : undefined;
}
