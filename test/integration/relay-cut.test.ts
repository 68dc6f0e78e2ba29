/** Streams that break off or go wrong: the client always learns of it, and never gets a cut answer as a whole one. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  apiError,
  chatChunk,
  chatStream,
  EVENT_STREAM,
  events,
  stream,
  streamBytes,
  usageChunk,
} from '../support/answers.ts';
import { type Relay, RUNTIMES, startRelay } from '../support/relay.ts';
import type { Script } from '../support/upstream.ts';

const ROLE = chatChunk({ role: 'assistant', content: '' });
const HELLO = chatChunk({ content: 'Hello' });
const FINISH = chatChunk({}, 'stop');

const QUESTION = { model: 'gpt-test', messages: [{ role: 'user' as const, content: 'Hi' }] };

/** A chunk of the choice with this index. */
function choiceChunk(index: number, delta: Record<string, unknown>, finish: string | null = null): string {
  return chatChunk({}, null, { choices: [{ index, delta, logprobs: null, finish_reason: finish }] });
}

/** Exact bytes of an event stream, then an end that is none: FIN without the framing's end. */
function cutAfter(bytes: string | Uint8Array): Script {
  return async (exchange) => {
    await exchange.head(200, EVENT_STREAM);
    await exchange.body(bytes);
    exchange.cut();
  };
}

/** The error event that the gateway adds behind what had arrived. */
function cutEvent(text: string): Record<string, unknown> | undefined {
  const match = /\n\ndata: (\{"error":.*\})\n\n$/.exec(text);
  return match?.[1] === undefined ? undefined : JSON.parse(match[1]).error;
}

const CUT = { type: 'server_error', param: null, code: 'upstream_stream_cut' };

/** More than a tap reads ahead: its own limit and the one that all share (`slow-tap.ts`). */
const BEYOND_LOOKING = 22_000_000;
/** By then it has looked, and found that much. */
const SURELY_LOOKED_MS = 1500;

/** Tens of megabytes pass through this process too. */
const LONG = { timeout: 90_000 };

describe.each(RUNTIMES)('under %s', (_, start) => {
  let relay: Relay;
  beforeAll(async () => {
    relay = await startRelay({}, start);
  });
  afterAll(() => relay.close());

  const streamed = (members: Record<string, unknown> = {}) => relay.ask({ stream: true, ...members });

  test.each<[string, string | Uint8Array]>([
    ['between two events', events([ROLE, HELLO])],
    ['in the middle of a line', `${events([ROLE, HELLO])}data: {"id":"chatcmpl-te`],
    ['behind a line without its blank line', events([ROLE, HELLO]).slice(0, -1)],
    ['in the middle of a field name', `${events([ROLE, HELLO])}da`],
    [
      'in the middle of a UTF-8 character',
      Buffer.from(`${events([ROLE])}data: {"choices":[{"delta":{"content":"好`).subarray(0, -1),
    ],
    ['in the middle of a comment', `${events([ROLE, HELLO])}: still thi`],
    ['after comments alone', ': ping\n\n: ping\n\n'],
    ['with a finish reason that is null or empty', events([ROLE, chatChunk({ content: 'x' }, '')])],
    [
      'with the word [DONE] and a finish reason in the text alone',
      events([ROLE, chatChunk({ content: 'data: [DONE]\n\n"finish_reason":"stop"' })]),
    ],
    ['in the middle of the event with the finish reason', `${events([ROLE])}data: ${FINISH.slice(0, -3)}`],
  ])('a stream cut %s ends in one error event and no [DONE]', async (_name, bytes) => {
    for (const script of [cutAfter(bytes), streamBytes([bytes]), streamBytes([bytes], 'close')]) {
      relay.upstream.reply(script);
      const answer = await streamed();
      expect(answer.status).toBe(200);
      expect(answer.end).toBe('complete');
      expect(answer.body.subarray(0, bytes.length)).toEqual(Buffer.from(bytes));
      const added = answer.body.subarray(Buffer.byteLength(bytes)).toString();
      expect(cutEvent(added)).toEqual({ ...CUT, message: expect.stringContaining('incomplete') });
      expect(added.match(/data:/g)).toHaveLength(1);
    }
  });

  test('a stream whose body is empty ends in one error event', async () => {
    relay.upstream.reply(streamBytes([]));
    const answer = await streamed();
    expect(cutEvent(answer.text())).toMatchObject(CUT);
  });

  test('a stream that the upstream resets ends in one error event, behind the bytes that had arrived', async () => {
    const coming = relay.exchange();
    await using call = await relay.open({ stream: true });
    const exchange = await coming;
    await exchange.head(200, EVENT_STREAM);
    await exchange.event(ROLE);
    await exchange.event(HELLO);
    await call.until(events([ROLE, HELLO]));
    exchange.reset();
    expect(await call.rest()).toBe('complete');
    expect(cutEvent(call.text.slice(events([ROLE, HELLO]).length))).toMatchObject(CUT);
  });

  test('a stream that is longer than the gateway looks at still tells that it was reset', LONG, async () => {
    const coming = relay.exchange();
    await using call = await relay.open({ stream: true });
    const exchange = await coming;
    await exchange.head(200, EVENT_STREAM);
    let length = 0;
    const event = events([chatChunk({ content: 'x'.repeat(100_000) })]);
    const since = performance.now();
    while (length < BEYOND_LOOKING || performance.now() - since < SURELY_LOOKED_MS) {
      await exchange.body(event);
      length += event.length;
      await call.read(length);
      if (length >= BEYOND_LOOKING) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    exchange.reset();
    expect(await call.rest()).toBe('complete');
    expect(cutEvent(call.bytes.subarray(length).toString())).toMatchObject(CUT);
  });

  test(
    'a stream that is longer than the gateway looks at gets nothing added when it ends unbroken',
    LONG,
    async () => {
      const coming = relay.exchange();
      await using call = await relay.open({ stream: true });
      const exchange = await coming;
      await exchange.head(200, EVENT_STREAM);
      // One event of many lines: the look ends inside an event that could be closed.
      let length = 0;
      const since = performance.now();
      while (length < BEYOND_LOOKING || performance.now() - since < SURELY_LOOKED_MS) {
        const lines = 'data: x\n'.repeat(length < BEYOND_LOOKING ? 10_000 : 1);
        await exchange.body(lines);
        length += lines.length;
        await call.read(length);
        if (length >= BEYOND_LOOKING) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const last = `\n${events([FINISH, '[DONE]'])}`;
      await exchange.body(last);
      await exchange.end();
      expect(await call.rest()).toBe('complete');
      expect(call.bytes.subarray(length).toString()).toBe(last);
    },
  );

  test('wherever a stream is cut, the official client raises or has the whole answer', async () => {
    const openai = new OpenAI({
      baseURL: relay.server.base,
      apiKey: 'dummy',
      maxRetries: 0,
      logLevel: 'off',
    });
    const words = ['Grüße', ' 世界'];
    for (const lineEnd of ['\n', '\r\n']) {
      const bytes = Buffer.from(events(chatStream(words), lineEnd));
      const finished = bytes.lastIndexOf('}') + 1;
      for (let cut = 0; cut < bytes.length; cut += cut > finished - 40 ? 1 : 7) {
        relay.upstream.reply(streamBytes([bytes.subarray(0, cut)]));
        let text = '';
        const reading = (async () => {
          for await (const chunk of await openai.chat.completions.create({ ...QUESTION, stream: true })) {
            text += chunk.choices[0]?.delta.content ?? '';
          }
        })();
        const raised = await reading.then(
          () => false,
          () => true,
        );
        expect({ cut, raised }).toEqual({ cut, raised: cut < finished });
        if (!raised) expect(text).toBe(words.join(''));
      }
    }
  });

  test('a stream with a finish reason but no [DONE] is whole', async () => {
    const payloads = [ROLE, HELLO, FINISH];
    for (const script of [stream(payloads), stream(payloads, 'cut'), stream(payloads, 'whole', 'close')]) {
      relay.upstream.reply(script);
      const answer = await streamed();
      expect(answer.end).toBe('complete');
      expect(answer.text()).toBe(events(payloads));
    }
  });

  test('a stream that is reset behind its finish reason is whole', async () => {
    const coming = relay.exchange();
    await using call = await relay.open({ stream: true });
    const exchange = await coming;
    const bytes = events([ROLE, HELLO, FINISH]);
    await exchange.head(200, EVENT_STREAM);
    await exchange.body(bytes);
    await call.until(bytes);
    exchange.reset();
    expect(await call.rest()).toBe('complete');
    expect(call.text).toBe(bytes);
  });

  test.each([
    ['no byte of', ''],
    ['a field name of', 'data'],
    ['the colon of', 'data:'],
    ['the space of', 'data: '],
    ['half of', 'data: [DO'],
    ['all but the line end of', 'data: [DONE]'],
    ['all but the blank line of', 'data: [DONE]\n'],
    ['all but the blank line of, with CRLF,', 'data: [DONE]\r\n'],
  ])('a whole answer that breaks off with %s its [DONE] parses as whole', async (_name, part) => {
    const before = events([ROLE, HELLO, FINISH]);
    relay.upstream.reply(cutAfter(before + part));
    const text = (await streamed()).text();
    expect(text.startsWith(before + part)).toBe(true);
    expect(text).not.toContain('error');
    const payloads = text.split(/\r?\n\r?\n/).filter((event) => event.startsWith('data:'));
    for (const payload of payloads) {
      const data = payload.slice('data:'.length).trim();
      if (data !== '[DONE]') expect(() => JSON.parse(data)).not.toThrow();
    }
  });

  test('a last event without its blank line gets it', async () => {
    const bytes = events([ROLE, HELLO, FINISH]).slice(0, -2);
    relay.upstream.reply(cutAfter(bytes));
    expect((await streamed()).text()).toBe(`${bytes}\n\n`);
  });

  test('an answer whose usage event is cut is not whole', async () => {
    const bytes = `${events([ROLE, HELLO, FINISH])}data: ${usageChunk().slice(0, -9)}`;
    relay.upstream.reply(cutAfter(bytes));
    const text = (await streamed({ stream_options: { include_usage: true } })).text();
    expect(cutEvent(text.slice(bytes.length))).toMatchObject(CUT);
  });

  test('of two choices one that has not finished makes the answer cut', async () => {
    const begun = events([choiceChunk(0, { role: 'assistant' }), choiceChunk(1, { role: 'assistant' })]);
    const one = begun + events([choiceChunk(0, {}, 'stop')]);
    relay.upstream.reply(streamBytes([one]));
    expect(cutEvent((await streamed({ n: 2 })).text().slice(one.length))).toMatchObject(CUT);

    const both = one + events([choiceChunk(1, {}, 'length')]);
    relay.upstream.reply(streamBytes([both]));
    expect((await streamed({ n: 2 })).text()).toBe(both);
  });

  test('of two choices one that has not even begun makes the answer cut', async () => {
    const first = events([choiceChunk(0, { role: 'assistant' }), choiceChunk(0, {}, 'stop')]);
    relay.upstream.reply(streamBytes([first]));
    expect(cutEvent((await streamed({ n: 2 })).text().slice(first.length))).toMatchObject(CUT);

    relay.upstream.reply(streamBytes([`${first}data: [DONE]\n\n`]));
    expect((await streamed({ n: 2 })).text()).toBe(`${first}data: [DONE]\n\n`);
  });

  test.each([
    ['first', [apiError('No capacity.', 'server_error', 'overloaded')]],
    ['in the middle', [ROLE, HELLO, apiError('No capacity.', 'server_error', 'overloaded')]],
    ['in the middle, then [DONE]', [ROLE, HELLO, apiError('No capacity.', 'server_error'), '[DONE]']],
  ])('an error event of the upstream itself, %s, passes without a second one', async (_name, payloads) => {
    relay.upstream.reply(stream(payloads));
    const answer = await streamed();
    expect(answer.status).toBe(200);
    expect(answer.text()).toBe(events(payloads));
  });

  test('events behind the [DONE] pass, for they are the upstream’s bytes', async () => {
    const payloads = [...chatStream(), usageChunk()];
    relay.upstream.reply(stream(payloads));
    expect((await streamed()).text()).toBe(events(payloads));
  });

  test('an `error` that is null is no failure', async () => {
    const payloads = [ROLE, chatChunk({ content: 'x' }, null, { error: null })];
    relay.upstream.reply(stream(payloads));
    expect(cutEvent((await streamed()).text())).toMatchObject(CUT);
  });
});
