import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../../src/page/api/answer.ts';
import { converse, type Ending } from '../../../src/page/api/converse.ts';
import type { Speaker } from '../../../src/page/chat/types.ts';

const REQUEST = { headers: {}, body: '{}', key: 'sk-secret-0123456789' };

beforeEach(() => vi.stubGlobal('navigator', { onLine: true }));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

interface Heard {
  readonly ending: Ending;
  readonly speaker: Speaker | null | undefined;
  readonly answer: Answer | undefined;
  readonly attempts: number;
}

/** Runs one turn against these responses, one for each attempt; an Error is a network that fails. */
async function hear(
  responses: readonly (Response | Error)[],
  signal = new AbortController().signal,
): Promise<Heard> {
  let attempts = 0;
  vi.stubGlobal('fetch', async () => {
    const response = responses[attempts++];
    if (!response) throw new Error('Asked too often');
    if (response instanceof Error) throw response;
    return response;
  });
  let speaker: Speaker | null | undefined;
  let answer: Answer | undefined;
  const ending = await converse(REQUEST, signal, {
    begun: (who) => {
      speaker = who;
    },
    grown: (next) => {
      answer = next;
    },
  });
  return { ending, speaker, answer, attempts };
}

function streamed(body: BodyInit, headers: Record<string, string> = {}): Response {
  return new Response(body, { headers: { 'content-type': 'text/event-stream', ...headers } });
}

const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const says = (content: string, finish: string | null = null) =>
  event({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] });
const refusal = (status: number, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ error: { message: 'No' } }), { status, headers });

/** The bytes in pieces of the given lengths, over and over. */
function inPieces(text: string, lengths: readonly number[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let from = 0, turn = 0; from < bytes.length; turn++) {
        const to = from + (lengths[turn % lengths.length] ?? 1);
        controller.enqueue(bytes.slice(from, to));
        from = to;
      }
      controller.close();
    },
  });
}

describe('a stream', () => {
  it('is the same answer however its bytes are cut', async () => {
    const body = `: hello\r\n\r\n${says('你好，')}${says('😀 世界')}\n${says('。', 'stop')}data: [DONE]\n\n`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
        async (lengths) => {
          const { ending, answer } = await hear([streamed(inPieces(body, lengths))]);
          expect(ending).toEqual({ type: 'whole' });
          expect(answer?.text).toBe('你好，😀 世界。');
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['[DONE] alone', `${says('a')}data: [DONE]\n\n`, 'whole'],
    ['a finish reason alone', says('a', 'stop'), 'whole'],
    ['neither', says('a'), 'interrupted'],
    ['nothing at all', '', 'interrupted'],
  ])('that ends with %s is told as it is', async (_, body, type) => {
    expect((await hear([streamed(body)])).ending.type).toBe(type);
  });

  it('that breaks keeps what had come', async () => {
    const broken = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode(says('Half')));
        controller.error(new Error('reset'));
      },
    });
    const { ending } = await hear([streamed(broken)]);
    expect(ending.type).toBe('interrupted');
  });

  it('with an error event has failed, with the request’s id and without the key', async () => {
    const body = says('Half') + event({ error: { message: `Bad ${REQUEST.key}`, code: 'x' } });
    const { ending, answer } = await hear([streamed(body, { 'x-request-id': 'req_9' })]);
    expect(answer?.text).toBe('Half');
    expect(ending).toEqual({
      type: 'failed',
      failure: { kind: 'server', message: 'Bad sk-...6789', code: 'x', requestId: 'req_9' },
    });
  });

  it('that the reader stops is stopped', async () => {
    const abort = new AbortController();
    const endless = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(says('Half')));
        abort.signal.addEventListener('abort', () => controller.error(abort.signal.reason));
      },
    });
    const turn = hear([streamed(endless)], abort.signal);
    abort.abort();
    expect((await turn).ending.type).toBe('stopped');
  });

  it.each([
    [{ 'x-nexcode-answer': 'section', 'x-nexcode-credentials': 'none' }, 'knowledge'],
    [{ 'x-nexcode-answer': 'none' }, 'knowledge'],
    [{ 'x-nexcode-answer': 'model', 'x-nexcode-credentials': 'server' }, 'server'],
    [{ 'x-nexcode-credentials': 'server' }, 'server'],
    [{ 'x-nexcode-credentials': 'client' }, 'own'],
    [{}, null],
  ])('with %j is by %s', async (headers, speaker) => {
    expect((await hear([streamed(says('a', 'stop'), headers)])).speaker).toBe(speaker);
  });
});

describe('a second attempt is never made by itself', () => {
  it.each<[string, Response | Error, string]>([
    ['a failing network', new TypeError('fetch failed'), 'network'],
    ['a failing server', refusal(503), 'server'],
    ['a server that asks for it', refusal(500, { 'x-should-retry': 'true' }), 'server'],
    ['a refused request', refusal(400), 'parameter'],
    ['too many requests', refusal(429, { 'retry-after': '1' }), 'rate'],
  ])('after %s', async (_, response, kind) => {
    const { ending, attempts } = await hear([response]);
    expect(attempts).toBe(1);
    expect(ending).toMatchObject({ type: 'failed', failure: { kind } });
  });

  it('offline, which is said', async () => {
    vi.stubGlobal('navigator', { onLine: false });
    const { ending, attempts } = await hear([new TypeError('fetch failed')]);
    expect(attempts).toBe(1);
    expect(ending).toMatchObject({ type: 'failed', failure: { kind: 'offline' } });
  });

  it('once an answer has begun', async () => {
    const { ending, attempts } = await hear([streamed(says('Half'))]);
    expect(attempts).toBe(1);
    expect(ending.type).toBe('interrupted');
  });
});

it('an answer in one piece of JSON is read as one', async () => {
  const body = JSON.stringify({ choices: [{ message: { content: 'Whole' }, finish_reason: 'stop' }] });
  const { ending, answer } = await hear([
    new Response(body, { headers: { 'content-type': 'application/json' } }),
  ]);
  expect(ending.type).toBe('whole');
  expect(answer?.text).toBe('Whole');
});
