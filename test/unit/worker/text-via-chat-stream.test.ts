import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/worker/http/errors.ts';
import { streamText } from '../../../src/worker/text-via-chat/stream.ts';
import { bodyOf, cutUp } from '../../support/cut-up.ts';
import { answering, planFor } from '../../support/legacy-plan.ts';

type Json = Record<string, unknown>;

const USAGE = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
const DONE = 'data: [DONE]\n\n';
const HEAD = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'm-2026' };

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** One chunk for one choice, as OpenAI streams it. */
function chunk(delta: Json, finish_reason: string | null = null, index = 0, members: Json = {}): string {
  return event({ ...HEAD, choices: [{ index, delta, logprobs: null, finish_reason }], ...members });
}

/** A whole stream for one choice: role, texts, finish. */
function stream(...texts: readonly string[]): string {
  const role = chunk({ role: 'assistant', content: '', refusal: null });
  return `${role}${texts.map((content) => chunk({ content })).join('')}${chunk({}, 'stop')}${DONE}`;
}

function answerOf(text: string | readonly Uint8Array[]): Response {
  const pieces = typeof text === 'string' ? [new TextEncoder().encode(text)] : text;
  return new Response(bodyOf(pieces), { headers: { 'content-type': 'text/event-stream' } });
}

/** What the client gets, as text, when the chat calls get these answers, by prompt. */
async function translated(
  members: Json,
  ...answers: readonly (string | readonly Uint8Array[])[]
): Promise<string> {
  const plan = planFor({ stream: true, ...members });
  const response = await streamText(
    plan,
    answering(async (body) =>
      answerOf(answers[plan.prompts.indexOf(JSON.parse(body).messages[0].content)] ?? ''),
    ),
  );
  return response.text();
}

/** The data of the client's events; JSON parsed, `[DONE]` as it is. */
function dataOf(text: string): unknown[] {
  expect(text.endsWith('\n\n')).toBe(true);
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((line) => line.replace(/^data: /, ''))
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)));
}

function piece(text: string, finish_reason: string | null = null, index = 0): Json {
  return { choices: [{ text, index, logprobs: null, finish_reason }] };
}

async function failure(promise: Promise<unknown>): Promise<GatewayError> {
  const error = await promise.catch((thrown: unknown) => thrown);
  if (error instanceof GatewayError) return error;
  throw new Error('no failure');
}

describe('a translated stream', () => {
  test('is legacy events, then one finish reason, then [DONE]', async () => {
    const head = { id: 'cmpl-1', object: 'text_completion', created: 1_700_000_000, model: 'm-2026' };
    expect(dataOf(await translated({}, stream('你', '好')))).toEqual([
      { ...head, ...piece('你') },
      { ...head, ...piece('好') },
      { ...head, ...piece('', 'stop') },
      '[DONE]',
    ]);
  });

  test.each([
    ['a thought', chunk({ reasoning_content: 'hm' })],
    ['a repeated role', chunk({ role: 'assistant', content: '' })],
    ['an empty list of choices, as Azure begins', event({ ...HEAD, id: '', model: '', choices: [] })],
    [
      'a filter report without a delta',
      event({ id: '', choices: [{ index: 0, content_filter_results: {} }] }),
    ],
    ['a comment', ': ping\n\n'],
    ['an event without data', 'event: ping\n\n'],
    ['an event with an empty object', 'event: ping\ndata: {}\n\n'],
    ['blank data', 'data:\n\n'],
    ['usage in an event without choices', event({ usage: USAGE })],
    ['usage that nobody asked for', event({ ...HEAD, choices: [], usage: USAGE })],
    ['padding', chunk({}, null, 0, { obfuscation: 'abc' })],
  ])('says nothing of %s', async (_, noise) => {
    expect(await translated({}, `${noise}${stream('a')}`)).toBe(await translated({}, stream('a')));
    const [start, ...rest] = stream('a').split(/(?<=\n\n)/);
    expect(await translated({}, `${start}${noise}${rest.join('')}`)).toBe(await translated({}, stream('a')));
  });

  test('ends each choice once, and is deaf after its end and after [DONE]', async () => {
    const more = `${chunk({ content: 'x' })}${chunk({}, 'length')}`;
    const text = `${chunk({ content: 'a' }, 'stop')}${more}${DONE}${more}`;
    expect(dataOf(await translated({}, text))).toMatchObject([piece('a', 'stop'), '[DONE]']);
  });

  test('needs no [DONE] once all choices have ended', async () => {
    const text = stream('a').replace(DONE, '');
    expect(await translated({}, text)).toBe(await translated({}, stream('a')));
  });

  test('takes a last event without its blank line', async () => {
    expect(await translated({}, stream('a').replace(DONE, '').trimEnd())).toBe(
      await translated({}, stream('a')),
    );
  });

  test('gives a choice that [DONE] left open the finish reason stop', async () => {
    expect(await translated({}, stream('a').replace(chunk({}, 'stop'), ''))).toBe(
      await translated({}, stream('a')),
    );
  });

  test('streams a refusal as the text', async () => {
    const text = `${chunk({ refusal: 'no' })}${chunk({}, 'stop')}${DONE}`;
    expect(dataOf(await translated({}, text))).toMatchObject([piece('no'), piece('', 'stop'), '[DONE]']);
  });

  test('begins every choice with the prompt where an echo was asked for', async () => {
    const text = `${chunk({ content: 'a' }, 'stop')}${chunk({ content: 'b' }, 'stop', 1)}${DONE}`;
    expect(dataOf(await translated({ echo: true, n: 2 }, text))).toMatchObject([
      piece('p'),
      piece('a', 'stop'),
      piece('p', null, 1),
      piece('b', 'stop', 1),
      '[DONE]',
    ]);
  });

  test('has usage null on every event and one usage event at the end, where it was asked for', async () => {
    const usage = event({ ...HEAD, choices: [], usage: USAGE });
    const text = `${chunk({ content: 'a' }, 'stop', 0, { usage: { ...USAGE, prompt_tokens: 1 } })}${usage}${DONE}`;
    const options = { stream_options: { include_usage: true } };
    expect(dataOf(await translated(options, text))).toMatchObject([
      { ...piece('a', 'stop'), usage: null },
      { id: 'cmpl-1', choices: [], usage: USAGE },
      '[DONE]',
    ]);
    expect(await translated(options, stream('a'))).not.toContain('"choices":[]');
  });

  test('has running offsets of log probabilities, and empty lists at the end', async () => {
    const logprobs = (token: string) => ({ content: [{ token, logprob: -1, top_logprobs: [] }] });
    const part = (token: string, index: number) =>
      event({
        ...HEAD,
        choices: [{ index, delta: { content: token }, logprobs: logprobs(token), finish_reason: null }],
      });
    const text = `${part('ab', 0)}${part('x', 1)}${part('c', 0)}${chunk({}, 'stop')}${chunk({}, 'stop', 1)}${DONE}`;
    const offsets = dataOf(await translated({ logprobs: 1, n: 2 }, text))
      .slice(0, -1)
      .map((data) => JSON.parse(JSON.stringify(data)).choices[0].logprobs);
    expect(offsets).toEqual([
      { tokens: ['ab'], token_logprobs: [-1], top_logprobs: [{ ab: -1 }], text_offset: [1] },
      { tokens: ['x'], token_logprobs: [-1], top_logprobs: [{ x: -1 }], text_offset: [1] },
      { tokens: ['c'], token_logprobs: [-1], top_logprobs: [{ c: -1 }], text_offset: [3] },
      { tokens: [], token_logprobs: [], top_logprobs: [], text_offset: [] },
      { tokens: [], token_logprobs: [], top_logprobs: [], text_offset: [] },
    ]);
  });
});

describe('a stream of several prompts', () => {
  test('has one id, the indexes p*n+s, one end', async () => {
    const usage = event({ ...HEAD, choices: [], usage: USAGE });
    const answer = (name: string) =>
      `${chunk({ content: `${name}0` }, 'stop')}${chunk({ content: `${name}1` }, 'length', 1)}${usage}${DONE}`;
    const text = await translated(
      { prompt: ['a', 'b'], n: 2, stream_options: { include_usage: true } },
      answer('a'),
      answer('b'),
    );
    const data = dataOf(text);
    expect(data.slice(-2)).toMatchObject([
      { choices: [], usage: { prompt_tokens: 6, completion_tokens: 8, total_tokens: 14 } },
      '[DONE]',
    ]);
    const events = data.slice(0, -2).map((value) => JSON.parse(JSON.stringify(value)));
    expect(new Set(events.map(({ id }) => id))).toEqual(new Set(['cmpl-own']));
    const choices = events.map(({ choices: [choice] }) => choice);
    expect(choices.sort((x, y) => x.index - y.index)).toMatchObject(
      ['a0', 'a1', 'b0', 'b1'].map((content, index) => ({ text: content, index })),
    );
  });

  test('interleaves the answers as they come', async () => {
    const plan = planFor({ stream: true, prompt: ['a', 'b'] });
    const encoder = new TextEncoder();
    const [first, second] = [new TransformStream(), new TransformStream()];
    const [a, b] = [first.writable.getWriter(), second.writable.getWriter()];
    const response = await Promise.all([
      streamText(
        plan,
        answering(async (body) => new Response(body.includes('"a"') ? first.readable : second.readable)),
      ),
      b.write(encoder.encode(chunk({ content: 'b1' }))),
    ]).then(([answer]) => answer);
    const reader = response.body?.getReader();
    const next = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toContain('"text":"b1","index":1');
    a.write(encoder.encode(chunk({ content: 'a1' })));
    expect(await next()).toContain('"text":"a1","index":0');
    b.write(encoder.encode(chunk({ content: 'b2' }, 'stop')));
    expect(await next()).toContain('"text":"b2","index":1');
    b.close();
    a.write(encoder.encode(chunk({}, 'stop')));
    a.close();
    expect(await next()).toContain('"finish_reason":"stop"');
    expect(await next()).toBe(DONE);
  });
});

describe('a stream that fails', () => {
  test.each([
    ['an error event', event({ error: { message: 'overloaded', type: 'server_error', code: 'x' } }), 'x'],
    ['an old error form', event({ object: 'error', message: 'gone', code: 40_303 }), '40303'],
    ['a cut', 'data: {"choices":[{"del', 'upstream_error'],
    ['an early end', '', 'upstream_error'],
    ['no answer before [DONE]', DONE, 'upstream_error'],
    ['no JSON', 'data: <html>\n\n', 'upstream_error'],
  ])('before its first chunk keeps a status of its own: %s', async (_, text, code) => {
    const { status, fields } = await failure(translated({}, text));
    expect({ status, code: fields.code }).toEqual({ status: 502, code });
  });

  test.each([
    ['an error event', event({ error: { message: 'overloaded', type: 'server_error', code: 'x' } }), 'x'],
    ['a cut', 'data: {"choices":[{"del', 'upstream_stream_cut'],
    ['an early end', '', 'upstream_stream_cut'],
    ['no JSON', 'data: <html>\n\n', 'upstream_stream_cut'],
  ])('later on keeps what came and ends in an error event without [DONE]: %s', async (_, text, code) => {
    const data = dataOf(await translated({}, `${chunk({ content: 'a' })}${text}`));
    expect(data).toMatchObject([piece('a'), { error: { code, message: expect.any(String) } }]);
  });

  test('has choices that never came', async () => {
    const data = dataOf(await translated({ n: 2 }, stream('a')));
    expect(data.at(-1)).toMatchObject({ error: { code: 'upstream_error', param: 'n' } });
  });

  test('answers with a refusal that comes before any chunk, and stops the other calls', async () => {
    const plan = planFor({ stream: true, prompt: ['a', 'b'] });
    const stopped: string[] = [];
    const refusal = Response.json({ error: {} }, { status: 429, headers: { 'retry-after': '3' } });
    const response = await streamText(
      plan,
      answering((body, signal) => {
        if (body.includes('"b"')) return Promise.resolve(refusal);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            stopped.push('a');
            reject(new Error('stopped'));
          });
        });
      }),
    );
    expect(response).toBe(refusal);
    expect(stopped).toEqual(['a']);
  });

  test('turns a refusal behind the first chunk into an error event', async () => {
    const plan = planFor({ stream: true, prompt: ['a', 'b'] });
    const refused = Promise.withResolvers<Response>();
    const open = new TransformStream();
    const writer = open.writable.getWriter();
    writer.write(new TextEncoder().encode(chunk({ content: 'a' })));
    const response = await streamText(
      plan,
      answering((body) =>
        body.includes('"b"') ? refused.promise : Promise.resolve(new Response(open.readable)),
      ),
    );
    refused.resolve(
      Response.json({ error: { message: 'slow down', type: 'requests', code: 'rate' } }, { status: 429 }),
    );
    expect(dataOf(await response.text())).toMatchObject([
      piece('a'),
      { error: { message: 'slow down', type: 'requests', code: 'rate' } },
    ]);
  });
});

/** An answer that has begun and does not end. */
function openAnswer(text: string): Response {
  return new Response(
    new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(text)) }),
  );
}

describe('a client that leaves', () => {
  test('stops every call', async () => {
    const plan = planFor({ stream: true, prompt: ['a', 'b', 'c'] });
    const signals: AbortSignal[] = [];
    const response = await streamText(
      plan,
      answering(async (_, signal) => {
        signals.push(signal);
        return openAnswer(chunk({ content: 'a' }));
      }),
    );
    const stopped = Promise.all(
      signals.map((signal) => new Promise((resolve) => signal.addEventListener('abort', resolve))),
    );
    await response.body?.cancel();
    await stopped;
    expect(signals).toHaveLength(3);
  });
});

describe('the way the bytes are cut', () => {
  /** A stream with everything that can be cut in a bad place. */
  const texts = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 });
  const lineEnds = fc.constantFrom('\n', '\r\n', '\r');
  const endings = fc.constantFrom('', event({ error: { message: 'x' } }), 'data: {"cut', ': ping\n\n');

  test('changes nothing of what the client gets', async () => {
    await fc.assert(
      fc.asyncProperty(
        texts,
        lineEnds,
        endings,
        fc.array(fc.nat({ max: 60 }), { maxLength: 40 }),
        async (contents, lineEnd, ending, cuts) => {
          const whole = `\ufeff${chunk({ content: 'start' })}${contents
            .map((content) => chunk({ content }))
            .join('')}${ending}${stream('😀')}`.replaceAll('\n', lineEnd);
          const bytes = new TextEncoder().encode(whole);
          expect(await translated({}, cutUp(bytes, cuts))).toBe(await translated({}, [bytes]));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('changes nothing even byte by byte', async () => {
    const bytes = new TextEncoder().encode(stream('你好', '😀\n', '\r\n').replaceAll('\n', '\r\n'));
    expect(await translated({}, cutUp(bytes, [1]))).toBe(
      await translated({}, stream('你好', '😀\n', '\r\n')),
    );
  });
});
