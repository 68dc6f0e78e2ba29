/**
 * What clients get from lists of one, two and three targets of which the first misbehaves, streamed and whole: one that
 * waits for whatever the gateway's limits make of it, and one that gives up before any of the default limits.
 */
import { setTimeout } from 'node:timers/promises';
import type { Json } from 'miniflare';
import { afterAll, expect, test } from 'vitest';
import { eventsOf } from '../../src/worker/http/events.ts';
import {
  apiError,
  chatChunk,
  chatCompletion,
  chatStream,
  EVENT_STREAM,
  events,
  resetBeforeHead,
  respond,
  stall,
  stream,
  streamBytes,
  tooShort,
} from '../support/answers.ts';
import { type Answer, connect } from '../support/http.ts';
import { JSON_TYPE } from '../support/surface.ts';
import { type Exchange, type Script, startUpstream, type Upstream } from '../support/upstream.ts';
import { startWorkerd } from '../support/workerd.ts';

/** Short ones, in the order of the defaults: a stream is left before a call that has no other target behind it is. */
const LIMITS = { headers_ms: 4000, connect_ms: 1500, first_content_ms: 1500, idle_ms: 4000 };

/** Longer than the limits of a stream in a list, and shorter than the others. */
const SLOW_MS = 2500;

/**
 * When a client gives up that others know to do so after 30 s. The server it asks has its default limits, the
 * shortest of which is 30 s, so that it leaves before any of them, as those clients do.
 */
const PATIENCE_MS = 5000;

const ROLE = chatChunk({ role: 'assistant', content: '' });
const HALF = [ROLE, chatChunk({ content: 'Hel' })];
const GOOD = { streamed: stream(), plain: respond() };
const FORMS = ['streamed', 'plain'] as const;
const COUNTS = [1, 2, 3] as const;
const CLIENTS = ['waits', 'gives up'] as const;

type Form = (typeof FORMS)[number];
type Client = (typeof CLIENTS)[number];
type Count = (typeof COUNTS)[number];

/** What the client got, and how often each target was asked for it. */
interface Seen {
  readonly outcome: string;
  readonly asked: readonly number[];
}

interface Fault {
  /** What the first target sends, to its first and to each later request. */
  readonly sends: Readonly<Record<Form, readonly Script[]>>;
  /** The others do the same. */
  readonly everywhere?: true;
  /** What is right, by form, with one, two and three targets. */
  readonly right: Readonly<Record<Form, readonly [Seen, Seen, Seen]>>;
  /** The same for a client that gives up, where it gets something else. */
  readonly givenUp?: Readonly<Record<Form, readonly [Seen, Seen, Seen]>>;
}

const both = (...scripts: readonly Script[]) => ({ streamed: scripts, plain: scripts });
const refusal = (status: number, code: string, headers: Record<string, string> = {}) =>
  respond(apiError('No.', 'invalid_request_error', code), status, { ...JSON_TYPE, ...headers });

/** A lone target's failure goes to the client; in a list the second target makes it good. */
function madeGood(alone: string, asked = 1): [Seen, Seen, Seen] {
  const listed = { outcome: 'whole', asked: [asked, 1] };
  return [{ outcome: alone, asked: [1] }, listed, { ...listed, asked: [asked, 1, 0] }];
}

/** The first target's answer is the client's, however many follow. */
function final(outcome: string): [Seen, Seen, Seen] {
  return [
    { outcome, asked: [1] },
    { outcome, asked: [1, 0] },
    { outcome, asked: [1, 0, 0] },
  ];
}

const LEFT = 'left, the upstream let go';

const forBoth = (right: [Seen, Seen, Seen]) => ({ streamed: right, plain: right });

const slowFirstToken: Script = async (exchange) => {
  await exchange.head(200, EVENT_STREAM);
  await exchange.event(ROLE);
  await setTimeout(SLOW_MS);
  for (const payload of chatStream()) await exchange.event(payload);
  await exchange.end();
};

const slowAnswer: Script = async (exchange) => {
  await setTimeout(SLOW_MS);
  await GOOD.plain(exchange);
};

/** Breaks off in the middle of a JSON answer whose length nobody was told. */
const chunkedCut: Script = async (exchange) => {
  await exchange.head(200, JSON_TYPE);
  await exchange.body(chatCompletion().slice(0, 200));
  exchange.cut();
};

const SHORT_WAIT = refusal(429, 'rate_limit_exceeded', { 'retry-after-ms': '50' });
const LONG_WAIT = refusal(429, 'rate_limit_exceeded', { 'retry-after': '60' });
const BROKEN = refusal(500, 'server_error');

const FAULTS: Readonly<Record<string, Fault>> = {
  '429 once, retry-after 50 ms': {
    sends: { streamed: [SHORT_WAIT, GOOD.streamed], plain: [SHORT_WAIT, GOOD.plain] },
    right: forBoth([
      { outcome: '429 rate_limit_exceeded', asked: [1] },
      { outcome: 'whole', asked: [2, 0] },
      { outcome: 'whole', asked: [2, 0, 0] },
    ]),
  },
  '429 always, retry-after 50 ms': {
    sends: both(SHORT_WAIT),
    right: forBoth(madeGood('429 rate_limit_exceeded', 2)),
  },
  '429, retry-after 60 s': { sends: both(LONG_WAIT), right: forBoth(madeGood('429 rate_limit_exceeded')) },
  '429 without retry-after': {
    sends: both(refusal(429, 'rate_limit_exceeded')),
    right: forBoth(madeGood('429 rate_limit_exceeded')),
  },
  '500 once': {
    sends: { streamed: [BROKEN, GOOD.streamed], plain: [BROKEN, GOOD.plain] },
    right: forBoth(madeGood('500 server_error')),
  },
  '500 always, everywhere': {
    sends: both(BROKEN),
    everywhere: true,
    right: forBoth([
      { outcome: '500 server_error', asked: [1] },
      { outcome: '500 server_error', asked: [1, 1] },
      { outcome: '500 server_error', asked: [1, 1, 1] },
    ]),
  },
  reset: { sends: both(resetBeforeHead), right: forBoth(madeGood('502 upstream_error')) },
  'no headers': {
    sends: both(stall),
    right: forBoth(madeGood('504 upstream_timeout')),
    givenUp: forBoth(final(LEFT)),
  },
  'slow first token': {
    sends: { streamed: [slowFirstToken], plain: [slowAnswer] },
    right: { streamed: madeGood('whole'), plain: final('whole') },
    givenUp: forBoth(final('whole')),
  },
  'cut before the first token': {
    sends: { streamed: [stream([ROLE], 'cut')], plain: [tooShort('{"id":"x",', 200)] },
    right: { streamed: madeGood('ends in upstream_stream_cut'), plain: madeGood('502 upstream_error') },
  },
  'cut after the first token': {
    sends: { streamed: [stream(HALF, 'cut')], plain: [tooShort(chatCompletion().slice(0, 200), 200)] },
    right: { streamed: final('ends in upstream_stream_cut'), plain: madeGood('502 upstream_error') },
  },
  'cut after the first token, chunked': {
    sends: { streamed: [stream(HALF, 'reset')], plain: [chunkedCut] },
    right: { streamed: final('ends in upstream_stream_cut'), plain: madeGood('cut') },
  },
  'stall after the first token': {
    // A whole answer has a limit to its headers alone.
    sends: { streamed: [stream(HALF, 'stall')], plain: [stall] },
    right: { streamed: final('ends in upstream_timeout'), plain: madeGood('504 upstream_timeout') },
    givenUp: forBoth(final(LEFT)),
  },
  'malformed event': {
    sends: {
      streamed: [streamBytes([events([...HALF, '{"choices":[{']), events(chatStream().slice(1))])],
      plain: [respond('{"choices":[{')],
    },
    right: { streamed: final('whole'), plain: final('as it came') },
  },
  'no [DONE]': {
    sends: { streamed: [stream(chatStream().slice(0, -1))], plain: [GOOD.plain] },
    right: { streamed: final('whole'), plain: final('whole') },
  },
  'context too long': {
    sends: both(refusal(400, 'context_length_exceeded')),
    right: forBoth(madeGood('400 context_length_exceeded')),
  },
  'content filter': {
    sends: both(refusal(400, 'content_filter')),
    right: forBoth(final('400 content_filter')),
  },
};

/** Targets are told apart by the model that they are asked for, so that no case knows of another's failures. */
const caseName = (fault: string, form: Form, count: Count, client: Client) =>
  `${fault}.${form}.${count}.${client}`.replaceAll(/[^\w.]+/g, '-');

const CASES = Object.entries(FAULTS).flatMap(([name, fault]) =>
  CLIENTS.flatMap((client) =>
    FORMS.flatMap((form) =>
      COUNTS.map((count) => ({
        name,
        fault,
        form,
        count,
        client,
        model: caseName(name, form, count, client),
      })),
    ),
  ),
);

type Case = (typeof CASES)[number];

const modelOf = (exchange: Exchange) =>
  String((JSON.parse(exchange.request.body.toString()) as { model: unknown }).model);

/** Answers each case's requests with the scripts that are its own. */
function scriptOf(position: number): Script {
  const asked = new Map<string, number>();
  return (exchange) => {
    const model = modelOf(exchange);
    const found = CASES.find((one) => one.model === model);
    if (found === undefined) throw new Error(`No case asks for ${model}.`);
    const times = asked.get(model) ?? 0;
    asked.set(model, times + 1);
    if (position > 0 && found.fault.everywhere === undefined) return GOOD[found.form](exchange);
    const scripts = found.fault.sends[found.form];
    return (scripts[times] ?? scripts.at(-1) ?? stall)(exchange);
  };
}

const stack = new AsyncDisposableStack();
afterAll(async () => {
  for (const line of table()) console.info(line);
  await stack.disposeAsync();
});

const upstreams: Upstream[] = [];
for (const position of [0, 1, 2]) {
  const upstream = stack.use(await startUpstream());
  upstream.always(scriptOf(position));
  upstreams.push(upstream);
}
const models = CASES.map(({ model, count }): [string, Json] => [
  model,
  Array.from({ length: count }, (_, position) => `u${position}/${model}`),
]);

/** A server whose targets have these limits. */
async function serverWith(limits: Record<string, number>): Promise<string> {
  const bases = upstreams.map(({ base }, position): [string, Json] => [`u${position}`, { base, ...limits }]);
  const settings = { UPSTREAMS: Object.fromEntries(bases), MODELS: Object.fromEntries(models) };
  return stack.use(await startWorkerd({ ...settings, REQUIRE_AUTH: 'false' })).url;
}

const servers = { waits: await serverWith(LIMITS), 'gives up': await serverWith({}) };
const seen = new Map<string, Seen>();

async function ask({ model, form, count, client }: Case): Promise<Seen> {
  await using connection = await connect(servers[client]);
  await connection.request({
    path: '/v1/chat/completions',
    headers: JSON_TYPE,
    body: JSON.stringify({ model, messages: [], stream: form === 'streamed' }),
  });
  const answer = connection.answer();
  const got = await (client === 'waits' ? answer : Promise.race([answer, setTimeout(PATIENCE_MS)]));
  const exchanges = upstreams
    .slice(0, count)
    .map((upstream) => upstream.exchanges.filter((exchange) => modelOf(exchange) === model));
  if (got === undefined) {
    answer.catch(() => undefined);
    connection.reset();
    await Promise.all(exchanges.flat().map(({ gone }) => gone));
  }
  const result = {
    outcome: got === undefined ? LEFT : outcomeOf(got, form),
    asked: exchanges.map(({ length }) => length),
  };
  seen.set(model, result);
  return result;
}

function outcomeOf(answer: Answer, form: Form): string {
  const text = answer.text();
  if (answer.status !== 200) return `${answer.status} ${errorCode(text)}`;
  if (answer.end !== 'complete') return 'cut';
  if (form === 'plain') return text === chatCompletion() ? 'whole' : 'as it came';
  const payloads = eventsOf(text).map(({ data }) => data);
  const error = payloads.find((data) => data.startsWith('{"error":'));
  if (error !== undefined) return `ends in ${errorCode(error)}`;
  return payloads.some((data) => data.includes('"finish_reason":"stop"')) ? 'whole' : 'cut';
}

function errorCode(text: string): string {
  return String((JSON.parse(text) as { error: { code: unknown } }).error.code);
}

/** A line for each fault, client and form: the outcome, and how often each target was asked. */
function table(): string[] {
  const cell = (model: string) => {
    const result = seen.get(model);
    return result === undefined ? '-' : `${result.outcome} (${result.asked.join('+')})`;
  };
  const rows = Object.keys(FAULTS).flatMap((name) =>
    CLIENTS.flatMap((client) =>
      FORMS.map((form) => [
        name,
        client,
        form,
        ...COUNTS.map((count) => cell(caseName(name, form, count, client))),
      ]),
    ),
  );
  const all = [['first target', 'client', 'answer', 'one target', 'two', 'three'], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

test.each(Object.entries(FAULTS))('%s: before one, two and three targets', async (name, fault) => {
  const cases = CASES.filter((one) => one.name === name);
  const results = await Promise.all(cases.map(async (one) => ({ ...one, ...(await ask(one)) })));
  for (const { form, count, client, outcome, asked } of results) {
    const right = (client === 'gives up' ? fault.givenUp : undefined) ?? fault.right;
    expect({ form, count, client, outcome, asked }).toEqual({
      form,
      count,
      client,
      ...right[form][count - 1],
    });
  }
});
