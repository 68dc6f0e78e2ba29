import { setTimeout } from 'node:timers/promises';
import type { Json } from 'miniflare';
import { describe, expect, test } from 'vitest';
import {
  apiError,
  chatChunk,
  chatCompletion,
  chatStream,
  EVENT_STREAM,
  resetBeforeHead,
  respond,
  stall,
  stream,
} from '../support/answers.ts';
import { type Answer, call, connect } from '../support/http.ts';
import {
  type Exchange,
  refusingBase,
  type Script,
  startUpstream,
  type Upstream,
} from '../support/upstream.ts';
import { startWorkerd, type Workerd } from '../support/workerd.ts';

const ROLE = chatChunk({ role: 'assistant', content: '' });

/** What a target does. `refused` is no script: nobody listens there. */
const FAULTS: Readonly<Record<string, { streamed: Script | 'refused'; plain: Script | 'refused' }>> = {
  refused: both('refused'),
  'reset before headers': both(resetBeforeHead),
  'no headers': both(stall),
  '429 with retry-after': both(respond(apiError('slow down', 'requests'), 429, json({ 'retry-after': '7' }))),
  '500': both(respond(apiError('broken', 'server_error'), 500, json())),
  '503': both(respond(apiError('busy', 'server_error'), 503, json())),
  '200 then cut before content': { streamed: stream([ROLE], 'cut'), plain: resetBeforeHead },
  '200 then stall before content': { streamed: stream([ROLE], 'stall'), plain: stall },
  '200 then error event first': {
    streamed: stream([apiError('overloaded', 'server_error')]),
    plain: respond(apiError('overloaded', 'server_error'), 503, json()),
  },
};

/** What the client gets when no other target is left: the status, and for a 200 the error event's code. */
const LAST: Readonly<Record<string, { streamed: [number, string?]; plain: [number] }>> = {
  refused: { streamed: [502], plain: [502] },
  'reset before headers': { streamed: [502], plain: [502] },
  'no headers': { streamed: [504], plain: [504] },
  '429 with retry-after': { streamed: [429], plain: [429] },
  '500': { streamed: [500], plain: [500] },
  '503': { streamed: [503], plain: [503] },
  '200 then cut before content': { streamed: [200, 'upstream_stream_cut'], plain: [502] },
  '200 then stall before content': { streamed: [200, 'upstream_timeout'], plain: [504] },
  '200 then error event first': { streamed: [200, 'overloaded'], plain: [503] },
};

function both(script: Script | 'refused') {
  return { streamed: script, plain: script };
}

function json(headers: Record<string, string> = {}) {
  return { 'content-type': 'application/json', ...headers };
}

/** A gateway before as many targets as scripts, all of them for the model `m`. */
interface Bench extends AsyncDisposable {
  readonly upstreams: readonly Upstream[];
  readonly workerd: Workerd;
  ask(parts?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
}

async function bench(
  scripts: readonly (Script | 'refused')[],
  settings: Record<string, Json> = {},
  limits: Record<string, Json> = { headers_ms: 400, first_content_ms: 400, idle_ms: 400 },
): Promise<Bench> {
  const stack = new AsyncDisposableStack();
  const upstreams: Upstream[] = [];
  const table: Record<string, Json> = {};
  for (const [position, script] of scripts.entries()) {
    const upstream = stack.use(await startUpstream());
    upstreams.push(upstream);
    if (script !== 'refused') upstream.always(script);
    const base = script === 'refused' ? await refusingBase() : upstream.base;
    table[`u${position}`] = { base, ...limits };
  }
  const workerd = stack.use(
    await startWorkerd({
      UPSTREAMS: table,
      MODELS: { m: scripts.map((_, position) => `u${position}/real-${position}`) },
      REQUIRE_AUTH: 'false',
      ...settings,
    }),
  );
  return {
    upstreams,
    workerd,
    ask: (parts = {}, headers = {}) =>
      call(workerd.url, {
        path: '/v1/chat/completions',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model: 'm', messages: [], ...parts }),
      }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const GOOD = { streamed: stream(chatStream()), plain: respond(chatCompletion(), 200, json()) };

const FAILED_CHOICE = { index: 0, finish_reason: 'error', error: { code: 502, message: 'provider down' } };

test.each<[string, Script, boolean]>([
  ...[410, 425, 501, 520, 524, 530, 598].map((status): [string, Script, boolean] => [
    String(status),
    respond('{}', status),
    true,
  ]),
  ...[400, 403, 409, 451].map((status): [string, Script, boolean] => [
    String(status),
    respond('{}', status),
    false,
  ]),
  [
    'an error of another form as the first event',
    stream(['{"base_resp":{"status_code":1002,"status_msg":"rate limit"}}']),
    true,
  ],
  [
    'a choice that failed at once',
    stream([JSON.stringify({ choices: [{ ...FAILED_CHOICE, delta: { content: '' } }] }), '[DONE]']),
    true,
  ],
])('%s at the first of two targets leads on where the second may do better', async (_, script, goesOn) => {
  await using run = await bench([script, GOOD.streamed]);
  const answer = await run.ask({ stream: true });
  expect(answer.head.header('x-nexcode-upstream')).toBe(goesOn ? 'u1/real-1' : 'u0/real-0');
});

describe.each(Object.keys(FAULTS))('%s', (name) => {
  const fault = FAULTS[name] ?? both(stall);
  const last = LAST[name] ?? { streamed: [0], plain: [0] };

  test.each([1, 2, 3])('in a stream, at the first of %d targets', async (count) => {
    const scripts = [fault.streamed, ...Array.from({ length: count - 1 }, () => GOOD.streamed)];
    await using run = await bench(scripts);
    const answer = await run.ask({ stream: true });
    if (count === 1) {
      const [status, code] = last.streamed;
      expect(answer.status).toBe(status);
      if (code !== undefined) expect(answer.text()).toContain(code);
      expect(answer.text()).not.toContain('[DONE]');
      return;
    }
    expect(answer.status).toBe(200);
    expect(answer.text()).toBe(
      chatStream()
        .map((data) => `data: ${data}\n\n`)
        .join(''),
    );
    expect(answer.head.header('x-nexcode-upstream')).toBe('u1/real-1');
    expect(run.upstreams.slice(2).flatMap(({ exchanges }) => exchanges)).toEqual([]);
  });

  test.each([1, 2, 3])('in a plain answer, at the first of %d targets', async (count) => {
    const scripts = [fault.plain, ...Array.from({ length: count - 1 }, () => GOOD.plain)];
    await using run = await bench(scripts);
    const answer = await run.ask();
    expect(answer.status).toBe(count === 1 ? last.plain[0] : 200);
    if (count === 1) return;
    expect(answer.text()).toBe(chatCompletion());
    expect(answer.head.header('x-nexcode-upstream')).toBe('u1/real-1');
  });
});

test('a stream that is cut after its first words is not begun again elsewhere: it ends in an error event', async () => {
  await using run = await bench([stream([ROLE, chatChunk({ content: 'Hel' })], 'cut'), GOOD.streamed]);
  const answer = await run.ask({ stream: true });
  expect(answer.text()).toContain('"Hel"');
  expect(answer.text()).toContain('upstream_stream_cut');
  expect(answer.text()).not.toContain('[DONE]');
  expect(run.upstreams[1]?.exchanges).toEqual([]);
});

test('the body changes only in its model', async () => {
  await using run = await bench([GOOD.plain]);
  const body = '{ "seed": 9223372036854775807, "model" : "m","messages":[ ],"x":1.0}';
  await call(run.workerd.url, { path: '/v1/chat/completions', headers: json(), body });
  expect(run.upstreams[0]?.exchanges[0]?.request.body.toString()).toBe(body.replace('"m"', '"real-0"'));
});

/** Answers with each script once, in this order, and with the last one from then on. */
function inTurn(...scripts: readonly Script[]): Script {
  let position = 0;
  return (exchange) => {
    const script = scripts[Math.min(position, scripts.length - 1)] ?? stall;
    position += 1;
    return script(exchange);
  };
}

const slowDown = (headers: Record<string, string>) =>
  respond(apiError('slow down', 'requests', 'rate_limit_exceeded'), 429, json(headers));

describe('a 429 whose retry-after is short', () => {
  test.each([{ 'retry-after': '0' }, { 'retry-after-ms': '80' }, { 'retry-after': '1' }])(
    'is waited for in a list, and the same target asked again: %j',
    async (headers) => {
      await using run = await bench([inTurn(slowDown(headers), GOOD.plain), GOOD.plain]);
      const answer = await run.ask();
      expect(answer.text()).toBe(chatCompletion());
      expect(answer.head.header('x-nexcode-upstream')).toBe('u0/real-0');
      expect(run.upstreams.map(({ exchanges }) => exchanges.length)).toEqual([2, 0]);
    },
  );

  test('is waited for once at each target', async () => {
    const busy = slowDown({ 'retry-after-ms': '50' });
    await using run = await bench([busy, inTurn(busy, GOOD.plain), GOOD.plain]);
    expect((await run.ask()).head.header('x-nexcode-upstream')).toBe('u1/real-1');
    expect(run.upstreams.map(({ exchanges }) => exchanges.length)).toEqual([2, 2, 0]);
  });

  test('is the answer where all that follows fails otherwise', async () => {
    const busy = slowDown({ 'retry-after-ms': '50' });
    await using run = await bench([inTurn(busy, resetBeforeHead), resetBeforeHead]);
    const answer = await run.ask();
    expect([answer.status, answer.head.header('retry-after-ms')]).toEqual([429, '50']);
  });

  test('of a lone target goes to the client as it is', async () => {
    await using run = await bench([slowDown({ 'retry-after': '0' })]);
    const answer = await run.ask();
    expect([answer.status, answer.head.header('retry-after')]).toEqual([429, '0']);
    expect(run.upstreams[0]?.exchanges).toHaveLength(1);
  });

  test.each([
    ['too long', { 'retry-after': '3' }, {}],
    ['longer than the setting', { 'retry-after-ms': '80' }, { RETRY_SAME_TARGET_MS: '79' }],
    ['off', { 'retry-after': '0' }, { RETRY_SAME_TARGET_MS: '0' }],
    ['not said', {}, {}],
    ['said to be useless', { 'retry-after': '0', 'x-should-retry': 'false' }, {}],
    [
      'beyond what a list may take',
      { 'retry-after-ms': '1900' },
      { SELF_HOSTED: 'true', LIST_WAIT_MS: '1800' },
    ],
  ] as const)('is not waited for where it is %s', async (_, headers, settings) => {
    await using run = await bench([slowDown(headers), GOOD.plain], settings);
    expect((await run.ask()).head.header('x-nexcode-upstream')).toBe('u1/real-1');
    expect(run.upstreams.map(({ exchanges }) => exchanges.length)).toEqual([1, 1]);
  });
});

describe('a request that is too long for a target', () => {
  const tooLong = apiError(
    "This model's maximum context length is 8192 tokens.",
    'invalid_request_error',
    'context_length_exceeded',
  );

  test.each([
    ['a 400 with the code of OpenAI', respond(tooLong, 400, json())],
    ['a 413', respond('<html><title>413 Request Entity Too Large</title></html>', 413)],
    ['an error event of a stream', stream([tooLong])],
  ] as const)('goes on to the next one, and is not held against it: %s', async (_, script) => {
    await using run = await bench([script, GOOD.streamed]);
    for (const _again of [1, 2]) {
      const answer = await run.ask({ stream: true });
      expect(answer.head.header('x-nexcode-upstream')).toBe('u1/real-1');
    }
    expect(run.upstreams.map(({ exchanges }) => exchanges.length)).toEqual([2, 2]);
  });

  test('is told where no other follows, in the first words of all', async () => {
    const second = respond(apiError('no such model'), 404, json());
    await using run = await bench([respond(tooLong, 400, json()), second]);
    const answer = await run.ask();
    expect([answer.status, answer.text()]).toEqual([400, tooLong]);
  });
});

test('when all fail, a 429 is the answer, with the time that it asks for', async () => {
  const busy = respond(apiError('slow down', 'requests'), 429, json({ 'retry-after': '7' }));
  await using run = await bench([resetBeforeHead, busy, respond(apiError('broken'), 500, json())]);
  const answer = await run.ask();
  expect(answer.status).toBe(429);
  expect(answer.head.header('retry-after')).toBe('7');
  expect(run.upstreams.map(({ exchanges }) => exchanges.length)).toEqual([1, 1, 1]);
});

test('a target that failed is left alone while another answers, and asked when none does', async () => {
  await using run = await bench([respond(apiError('broken'), 500, json()), GOOD.plain]);
  await run.ask();
  await run.ask();
  expect(run.upstreams.map(({ exchanges }) => exchanges.length)).toEqual([1, 2]);
  run.upstreams[0]?.always(GOOD.plain);
  run.upstreams[1]?.always(respond(apiError('broken'), 500, json()));
  expect((await run.ask()).status).toBe(200);
  expect(run.upstreams.map(({ exchanges }) => exchanges.length)).toEqual([2, 3]);
});

test.each([400, 401, 403, 422])('a %d is the answer, and no other target is asked', async (status) => {
  await using run = await bench([respond(apiError('no'), status, json()), GOOD.plain]);
  expect((await run.ask()).status).toBe(status);
  expect(run.upstreams[1]?.exchanges).toEqual([]);
});

test.each([404, 405])('a %d at one target is not the end of the list', async (status) => {
  await using run = await bench([respond(apiError('no such model'), status, json()), GOOD.plain]);
  const answer = await run.ask();
  expect(answer.text()).toBe(chatCompletion());
  expect(answer.head.header('x-nexcode-upstream')).toBe('u1/real-1');
});

test('a 404 of every target is the answer, and none of them is left alone for it', async () => {
  const absent = respond(apiError('no such model'), 404, json());
  await using run = await bench([absent, absent]);
  expect((await run.ask()).status).toBe(404);
  expect((await run.ask()).status).toBe(404);
  expect(run.upstreams.map(({ exchanges }) => exchanges.length)).toEqual([2, 2]);
});

test('an error under a success status goes on to the next target, and is told where none follows', async () => {
  const broken = respond(apiError('model is overloaded', 'server_error'), 200, json());
  await using listed = await bench([broken, GOOD.plain]);
  expect((await listed.ask()).text()).toBe(chatCompletion());
  await using failing = await bench([broken, respond(apiError('busy'), 503, json())]);
  expect((await failing.ask()).status).toBe(503);
});

test('a refusal whose body never comes holds nobody up', async () => {
  const stalled: Script = (exchange) => exchange.head(503, { 'content-type': 'application/json' }, 100);
  await using run = await bench([stalled, GOOD.plain]);
  const answer = await run.ask();
  expect(answer.text()).toBe(chatCompletion());
  await run.upstreams[0]?.exchanges[0]?.gone;
});

test('a target that stands in a list twice is tried once', async () => {
  await using run = await bench([respond(apiError('busy'), 503, json())], {
    MODELS: { m: ['u0/real-0', 'u0/real-0'] },
  });
  expect((await run.ask()).status).toBe(503);
  expect(run.upstreams[0]?.exchanges).toHaveLength(1);
});

test('a target for which nobody has a key is passed by', async () => {
  await using run = await bench([GOOD.plain], { MODELS: { m: ['default/gpt-test', 'u0/real-0'] } });
  const answer = await run.ask();
  expect(answer.text()).toBe(chatCompletion());
  expect(answer.head.header('x-nexcode-upstream')).toBe('u0/real-0');
});

test('the limit for headers ends with the headers, and the limit for the first content goes on', async () => {
  const slow: Script = async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    await setTimeout(700);
    for (const payload of chatStream()) await exchange.event(payload);
    await exchange.end();
  };
  await using run = await bench([slow, GOOD.streamed], {}, { headers_ms: 400, first_content_ms: 10_000 });
  const answer = await run.ask({ stream: true });
  expect(answer.head.header('x-nexcode-upstream')).toBe('u0/real-0');
});

describe('a target that sends no headers', () => {
  const slowly: Script = async (exchange) => {
    await setTimeout(700);
    await GOOD.plain(exchange);
  };

  test.each([
    ['connect_ms', { connect_ms: 300 }],
    ['first_content_ms, which counts from the call', { first_content_ms: 300 }],
    ['headers_ms', { headers_ms: 300 }],
  ])('is left by a stream after %s', async (_, limits) => {
    await using run = await bench([stall, GOOD.streamed], {}, limits);
    const answer = await run.ask({ stream: true });
    expect(answer.head.header('x-nexcode-upstream')).toBe('u1/real-1');
  });

  test('is not left for it by a call without a stream, whose headers come with the whole answer', async () => {
    await using run = await bench([slowly, GOOD.plain], {}, { connect_ms: 300, first_content_ms: 300 });
    expect((await run.ask()).head.header('x-nexcode-upstream')).toBe('u0/real-0');
  });

  test('is waited for where no other follows', async () => {
    const streamed: Script = async (exchange) => {
      await setTimeout(700);
      await GOOD.streamed(exchange);
    };
    await using run = await bench([streamed], {}, { connect_ms: 300, first_content_ms: 300 });
    expect((await run.ask({ stream: true })).status).toBe(200);
  });

  test('is named by the setting that gave it up', async () => {
    await using run = await bench([stall, 'refused'], {}, { connect_ms: 300 });
    expect((await run.ask({ stream: true })).text()).toContain('UPSTREAM_CONNECT_MS');
  });
});

test('the limit for the first content counts from the call, not from the headers', async () => {
  const slow: Script = async (exchange) => {
    await setTimeout(500);
    await exchange.head(200, EVENT_STREAM);
    await setTimeout(500);
    for (const payload of chatStream()) await exchange.event(payload);
    await exchange.end();
  };
  await using run = await bench([slow, GOOD.streamed], {}, { first_content_ms: 800 });
  const answer = await run.ask({ stream: true });
  expect(answer.head.header('x-nexcode-upstream')).toBe('u1/real-1');
});

test("what a caller's own key meets at a target does not keep others from it", async () => {
  const slowDown = respond(apiError('slow down', 'requests'), 429, json({ 'retry-after': '50' }));
  await using run = await bench([slowDown, GOOD.plain], {}, { client_keys: true });
  const theirs = await run.ask({}, { authorization: 'Bearer sk-theirs' });
  expect(theirs.head.header('x-nexcode-upstream')).toBe('u1/real-1');
  run.upstreams[0]?.always(GOOD.plain);
  const ours = await run.ask();
  expect(ours.head.header('x-nexcode-upstream')).toBe('u0/real-0');
});

describe("a caller's own key", () => {
  const key = { authorization: 'Bearer sk-of-a-caller' };

  test('goes to no upstream that did not ask for it: 403 before any call', async () => {
    await using run = await bench([GOOD.plain]);
    const answer = await run.ask({}, key);
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ error: { code: 'client_key_not_allowed', param: 'model' } });
    expect(run.upstreams[0]?.exchanges).toEqual([]);
  });

  test('passes by the targets of a list that it may not go to', async () => {
    await using own = await startUpstream();
    own.always(GOOD.plain);
    await using run = await bench([GOOD.plain], {
      OPENAI_API_BASE: own.base,
      MODELS: { m: ['u0/real-0', 'default/plain'] },
    });
    const answer = await run.ask({}, key);
    expect(answer.head.header('x-nexcode-upstream')).toBe('default/plain');
    expect(own.exchanges[0]?.request.head.header('authorization')).toBe(key.authorization);
    expect(run.upstreams[0]?.exchanges).toEqual([]);
  });
});

describe('an upstream with several keys', () => {
  const KEYS = { KEY_A: 'secret-key-a', KEY_B: 'secret-key-b' };
  const keyOf = (exchange: Exchange) => exchange.request.head.header('authorization')?.at(-1);
  /** Refuses the keys that end in these letters. */
  const refusing =
    (keys: string, refusal: Script): Script =>
    (exchange) =>
      (keys.includes(keyOf(exchange) ?? '?') ? refusal : GOOD.plain)(exchange);
  const asked = (upstream: Upstream | undefined) => upstream?.exchanges.map(keyOf).join('');
  const keyed = (scripts: readonly Script[], settings: Record<string, Json> = {}) =>
    bench(scripts, { ...KEYS, ...settings }, { key: ['KEY_A', 'KEY_B'] });

  test('uses them in turn', async () => {
    await using run = await keyed([GOOD.plain]);
    for (const _ of [1, 2, 3, 4]) expect((await run.ask()).status).toBe(200);
    expect(asked(run.upstreams[0])).toBe('abab');
  });

  test.each([401, 402, 429])(
    'asks with the next one where one gets %d, and puts that one aside',
    async (status) => {
      const refusal = respond(apiError('no'), status, json());
      await using run = await keyed([refusing('a', refusal)], { DEBUG: 'true' });
      for (const _ of [1, 2, 3]) expect((await run.ask()).text()).toBe(chatCompletion());
      expect(asked(run.upstreams[0])).toBe('abbb');
      expect(run.workerd.log.join()).not.toMatch(/secret-key|KEY_A/);
    },
  );

  test('does not wait for one key while another is there, nor for the last where no other target is', async () => {
    await using run = await keyed([refusing('ab', slowDown({ 'retry-after': '0' }))]);
    expect((await run.ask()).status).toBe(429);
    expect(asked(run.upstreams[0])).toBe('ab');
  });

  test('is passed over with all of them for a failure that no key has to do with', async () => {
    const broken = respond(apiError('broken'), 500, json());
    await using run = await keyed([broken, GOOD.plain]);
    for (const _ of [1, 2]) expect((await run.ask()).head.header('x-nexcode-upstream')).toBe('u1/real-1');
    expect([asked(run.upstreams[0]), run.upstreams[1]?.exchanges.length]).toEqual(['a', 2]);
  });

  test('tells the last refusal where all keys are refused, in no word of which', async () => {
    const quoting: Script = (exchange) =>
      respond(apiError(`Wrong key: ${exchange.request.head.header('authorization')}`), 401, json())(exchange);
    await using run = await keyed([quoting]);
    const answer = await run.ask();
    expect(answer.status).toBe(401);
    expect(answer.text()).not.toContain('secret-key');
    expect(asked(run.upstreams[0])).toBe('ab');
  });
});

test('a key goes in the header that its upstream takes', async () => {
  await using azure = await startUpstream();
  azure.always(GOOD.plain);
  await using workerd = await startWorkerd({
    UPSTREAMS: { azure: { base: azure.base, key: 'AZURE_KEY', auth: 'api-key' } },
    AZURE_KEY: 'azure-secret',
    REQUIRE_AUTH: 'false',
  });
  await call(workerd.url, {
    path: '/v1/chat/completions',
    headers: json(),
    body: JSON.stringify({ model: 'azure/gpt-4o', messages: [] }),
  });
  const head = azure.exchanges[0]?.request.head;
  expect([head?.header('api-key'), head?.header('authorization')]).toEqual(['azure-secret', undefined]);
});

test('a client that leaves while a stream is held back stops it, and no further target is asked', async () => {
  await using run = await bench([stream([ROLE], 'stall'), GOOD.streamed], {});
  await using connection = await connect(run.workerd.url);
  await connection.request({
    path: '/v1/chat/completions',
    headers: json(),
    body: JSON.stringify({ model: 'm', messages: [], stream: true }),
  });
  const exchange = await run.upstreams[0]?.next();
  connection.reset();
  await exchange?.gone;
  expect((await call(run.workerd.url, { path: '/health' })).status).toBe(200);
  expect(run.upstreams[1]?.exchanges).toEqual([]);
});

test('legacy completions go along the same list', async () => {
  await using run = await bench([respond(apiError('broken'), 500, json()), GOOD.plain], {
    COMPLETIONS_MODE: 'chat',
  });
  const answer = await call(run.workerd.url, {
    path: '/v1/completions',
    headers: json(),
    body: JSON.stringify({ model: 'm', prompt: 'Say hello.' }),
  });
  expect(answer.json()).toMatchObject({ object: 'text_completion', choices: [{ text: 'Hello!' }] });
  expect(answer.head.header('x-nexcode-upstream')).toBe('u1/real-1');
});

test('an event stream that begins with reasoning has begun', async () => {
  const thinking = [ROLE, chatChunk({ reasoning_content: 'Hm.' }), ...chatStream()];
  await using run = await bench([stream(thinking), GOOD.streamed]);
  const answer = await run.ask({ stream: true });
  expect(answer.head.header('x-nexcode-upstream')).toBe('u0/real-0');
  expect(answer.head.header('content-type')).toBe(EVENT_STREAM['content-type']);
  expect(answer.text()).toContain('Hm.');
});

test.each([
  [
    "on a server of one's own, where nobody may be there any more",
    { SELF_HOSTED: 'true', LIST_WAIT_MS: '100' },
    504,
    0,
  ],
  ['not without a limit', { SELF_HOSTED: 'true', LIST_WAIT_MS: '0' }, 200, 1],
  ['not by default, after a moment', { SELF_HOSTED: 'true' }, 200, 1],
  ['not on Cloudflare', { SELF_HOSTED: 'false', LIST_WAIT_MS: '100' }, 200, 1],
] as const)('a list begins no attempt later than LIST_WAIT_MS: %s', async (_, settings, status, asked) => {
  await using run = await bench([stall, GOOD.plain], settings);
  expect((await run.ask()).status).toBe(status);
  expect(run.upstreams[1]?.exchanges).toHaveLength(asked);
});
