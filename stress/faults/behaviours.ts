/**
 * What any gateway does with a few faults and a few bytes, as questions whose good answer is yes. For gateways that
 * promise nothing of the kind: nothing is wrong here, it is only told.
 */
import { setTimeout as wait } from 'node:timers/promises';
import {
  chatChunk,
  chatStream,
  EVENT_STREAM,
  events,
  respond,
  stream,
  tooShort,
} from '../../test/support/answers.ts';
import { type Answer, call, connect, type RequestParts } from '../../test/support/http.ts';
import type { Exchange, Script, Upstream } from '../../test/support/upstream.ts';
import { inTime } from '../in-time.ts';
import { ASKS, outcomeOf, WORDS } from './asks.ts';
import { begun, COMPLETION, STREAM } from './fault.ts';

export type BehaviourId =
  | 'ended'
  | 'broken'
  | 'reset'
  | 'short'
  | 'leaves_stream'
  | 'leaves_waiting'
  | 'number'
  | 'unknown'
  | 'request'
  | 'answer'
  | 'stream';

/** What was seen; undefined where the gateway gave no answer to look at. */
export type Behaviours = Readonly<Record<BehaviourId, boolean | undefined>>;

/** A gateway, and the upstream that it stands before. */
export interface Tried {
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly upstream: Upstream;
}

/** Longer than any of them takes for an answer. */
const ANSWER_MS = 30_000;

/** How long an upstream goes on for a client that has left. */
const GOES_ON_EVENTS = 100;
const EVENT_MS = 30;

const [PLAIN, STREAMED] = [askNamed('chat'), askNamed('chat, streamed')];

/** Tries everything with one gateway, one thing after another. */
export async function behavioursOf(tried: Tried): Promise<Behaviours> {
  const seen: Partial<Record<BehaviourId, boolean | undefined>> = {};
  for (const [id, look] of Object.entries(LOOKS) as [BehaviourId, (tried: Tried) => Promise<boolean>][]) {
    seen[id] = await look(tried).catch(() => undefined);
  }
  return { ...EMPTY, ...seen };
}

const LOOKS: Readonly<Record<BehaviourId, (tried: Tried) => Promise<boolean>>> = {
  ended: (tried) => isCutTold(tried, true, begun((exchange) => exchange.end())(true)),
  broken: (tried) => isCutTold(tried, true, begun((exchange) => exchange.cut())(true)),
  reset: (tried) => isCutTold(tried, true, begun((exchange) => exchange.reset())(true)),
  short: (tried) => isCutTold(tried, false, tooShort(COMPLETION, 9)),
  leaves_stream: isStoppedInTheMiddle,
  leaves_waiting: isStoppedBeforeTheHead,
  number: async (tried) => (await bodySent(tried)).includes('"seed":9223372036854775807'),
  unknown: async (tried) => (await bodySent(tried)).includes('"x_of_the_vendor"'),
  request: async (tried) => (await bodySent(tried)) === EXACT,
  answer: async (tried) => (await answered(tried, false, respond(EXACT_ANSWER))).text() === EXACT_ANSWER,
  stream: async (tried) => (await answered(tried, true, stream(chatStream(WORDS)))).text() === STREAM,
};

const EMPTY: Behaviours = {
  ended: undefined,
  broken: undefined,
  reset: undefined,
  short: undefined,
  leaves_stream: undefined,
  leaves_waiting: undefined,
  number: undefined,
  unknown: undefined,
  request: undefined,
  answer: undefined,
  stream: undefined,
};

/** What JSON.parse and JSON.stringify, or a schema, would change: a long integer, a space, a number's form, a name unknown. */
const EXACT =
  '{"model": "gpt-test","messages":[{"role":"user","content":"Hi"}],"seed":9223372036854775807,"temperature":1.0,"x_of_the_vendor":{"a":[1,2.50]}}';
const EXACT_ANSWER = COMPLETION.replace('{', '{"x_of_the_vendor": 1.50,');

function askNamed(name: string) {
  const ask = ASKS.find((each) => each.name === name);
  if (ask === undefined) throw new Error(`There is no way of asking called ${name}.`);
  return ask;
}

function requestOf({ path, headers }: Tried, streamed: boolean, body?: string): RequestParts {
  const members = { model: 'gpt-test', messages: [{ role: 'user', content: 'Hi' }], stream: streamed };
  return {
    path,
    headers: { ...headers, 'content-type': 'application/json' },
    body: body ?? JSON.stringify(members),
  };
}

/** Some ask their upstream again where it fails: it then does the same once more. */
async function answered(tried: Tried, streamed: boolean, script: Script, body?: string): Promise<Answer> {
  tried.upstream.always(script);
  const asked = call(tried.url, requestOf(tried, streamed, body));
  return inTime(asked, ANSWER_MS, 'The request was never answered.');
}

/** Whether a client can tell that something is missing. */
async function isCutTold(tried: Tried, streamed: boolean, script: Script): Promise<boolean> {
  const answer = await answered(tried, streamed, script).catch(() => undefined);
  const outcome = outcomeOf(streamed ? STREAMED : PLAIN, answer);
  // An error in a form of the gateway's own is told, too.
  return outcome === 'cut' || outcome === 'refused' || (answer !== undefined && answer.status >= 400);
}

async function bodySent(tried: Tried): Promise<string> {
  const before = tried.upstream.exchanges.length;
  await answered(tried, false, respond(COMPLETION), EXACT);
  const exchange = tried.upstream.exchanges[before];
  if (exchange === undefined) throw new Error('The upstream was not asked.');
  return exchange.request.body.toString('utf8');
}

async function isStoppedInTheMiddle(tried: Tried): Promise<boolean> {
  const stopped = Promise.withResolvers<boolean>();
  tried.upstream.always(async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    stopped.resolve(goOn(exchange));
    await stopped.promise;
  });
  await using connection = await connect(tried.url);
  await connection.request(requestOf(tried, true));
  const head = await connection.head();
  await connection.body(head).next();
  connection.reset();
  return stopped.promise;
}

/** Whether the upstream is let go before it has said everything. */
async function goOn(exchange: Exchange): Promise<boolean> {
  const gone = exchange.gone.then(() => true);
  for (let count = 0; count < GOES_ON_EVENTS; count += 1) {
    const word = exchange.body(events([chatChunk({ content: `word ${count} ` })])).then(
      () => wait(EVENT_MS, false),
      () => true,
    );
    if (await Promise.race([gone, word])) return true;
  }
  await exchange.body(events([chatChunk({}, 'stop'), '[DONE]']));
  await exchange.end();
  return false;
}

async function isStoppedBeforeTheHead(tried: Tried): Promise<boolean> {
  const begun = Promise.withResolvers<Exchange>();
  tried.upstream.always((exchange) => begun.resolve(exchange));
  await using connection = await connect(tried.url);
  await connection.request(requestOf(tried, true));
  const exchange = await inTime(begun.promise, ANSWER_MS, 'The upstream was not asked.');
  connection.reset();
  const stopped = await Promise.race([
    exchange.gone.then(() => true),
    wait(GOES_ON_EVENTS * EVENT_MS, false),
  ]);
  if (!stopped) {
    await exchange.head(200, EVENT_STREAM);
    await exchange.body(STREAM);
    await exchange.end();
  }
  return stopped;
}
