/** Translated streams whose upstream sends its bytes in any pieces, and breaks off anywhere. */
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chatChunk, events, usageChunk } from '../../support/answers.ts';
import { bodyOf, cutUp } from '../../support/cut-up.ts';
import { callChunk, type ResponseEvent, responseEvents } from '../../support/responses.ts';
import { streamedFor } from '../../support/responses-plan.ts';

type Json = Readonly<Record<string, unknown>>;

const encode = (text: string) => new TextEncoder().encode(text);
const TOOLS = {
  tools: [
    { type: 'function', name: 'add' },
    { type: 'custom', name: 'patch' },
    { type: 'tool_search', execution: 'client', parameters: {} },
  ],
};

/** The events without what is made anew each time: ids, and the time. */
function comparable(text: string): string {
  return text
    .replace(/(msg|rs|fc|ctc|tsc)_nx[0-9a-f]{32}/g, '$1')
    .replace(/"call_[0-9a-f]{32}"/g, '"call"')
    .replace(/"completed_at":\d+/g, '');
}

const said = fc.string({ unit: 'grapheme', maxLength: 8 });
const payload = fc.oneof(
  said.map((content) => chatChunk({ content })),
  said.map((reasoning_content) => chatChunk({ reasoning_content })),
  said.map((refusal) => chatChunk({ refusal })),
  fc
    .record({ index: fc.nat({ max: 1 }), name: fc.constantFrom('add', 'patch', 'tool_search'), args: said })
    .map(({ index, name, args }) => callChunk(index, { id: `c${index}`, name, arguments: args })),
  fc.constant(': a comment'),
);
const ending = fc.constantFrom(
  [chatChunk({}, 'stop'), usageChunk(), '[DONE]'],
  [chatChunk({}, 'tool_calls'), '[DONE]'],
  [chatChunk({}, 'length')],
  ['{"error":{"message":"no","code":"x"}}'],
  ['{"choices":[{"del'],
  [],
);

describe('the way the bytes are cut', () => {
  test('changes nothing of what the client gets', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(payload, { maxLength: 6 }),
        ending,
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.array(fc.nat({ max: 60 }), { maxLength: 40 }),
        async (payloads, end, lineEnd, isBroken, cuts) => {
          const bytes = encode(`\ufeff${events([...payloads, ...end], lineEnd)}`);
          const whole = await streamedFor(bodyOf([bytes], isBroken), TOOLS);
          const pieces = await streamedFor(bodyOf(cutUp(bytes, cuts), isBroken), TOOLS);
          const single = await streamedFor(bodyOf(cutUp(bytes, [1]), isBroken), TOOLS);
          expect(comparable(pieces)).toBe(comparable(whole));
          expect(comparable(single)).toBe(comparable(whole));
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** Streams of chat, each with the payload in which its model says that it has finished. */
const STREAMS: Readonly<Record<string, readonly string[]>> = {
  'a text': [
    chatChunk({ role: 'assistant', content: '' }),
    chatChunk({ content: '日本' }),
    chatChunk({}, 'stop'),
  ],
  'two calls': [
    chatChunk({ reasoning_content: 'hm' }),
    chatChunk({ content: 'so' }),
    callChunk(0, { id: 'a', name: 'add', arguments: '{"x":1}' }),
    callChunk(1, { id: 'b', name: 'add', arguments: '{}' }),
    chatChunk({}, 'tool_calls'),
  ],
  'a call, then text': [
    callChunk(0, { id: 'a', name: 'add', arguments: '{"x":1}' }),
    chatChunk({ content: 'so' }),
    chatChunk({}, 'stop'),
  ],
  'a custom tool, and a search': [
    callChunk(0, { id: 'a', name: 'patch', arguments: '{"input":"x"}' }),
    callChunk(1, { id: 'b', name: 'tool_search', arguments: '{"q":1}' }),
    chatChunk({}, 'tool_calls'),
  ],
  'a call in the chunk that finishes': [
    JSON.stringify({
      choices: [
        {
          index: 0,
          delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'add', arguments: '{"x":1}' } }] },
          finish_reason: 'tool_calls',
        },
      ],
    }),
  ],
};

const typesOf = (all: readonly ResponseEvent[]) => all.map(({ type }) => type);
const isCall = (item: unknown) => /_call$/.test(String((item as Json)['type']));

describe.each(Object.entries(STREAMS))('a stream that is cut at every byte: %s', (_, payloads) => {
  test.each([
    ['by the end of the connection', false, '\n'],
    ['by a broken connection', true, '\n'],
    ['by the end of the connection, with other line ends', false, '\r\n'],
    ['by a broken connection, with other line ends', true, '\r\n'],
  ])('%s', async (_end, isBroken, lineEnd) => {
    const finish = encode(events(payloads, lineEnd)).length;
    const bytes = encode(events([...payloads, usageChunk(), '[DONE]'], lineEnd));
    /** The last byte of the payload, without the blank line behind it. */
    const finished = finish - 2 * lineEnd.length;
    for (let length = 0; length <= bytes.length; length += 1) {
      const all = responseEvents(await streamedFor(bodyOf([bytes.subarray(0, length)], isBroken), TOOLS));
      const last = all.at(-1);
      const hasDoneCall = all.some(({ type, item }) => type === 'response.output_item.done' && isCall(item));
      const hasDoneInput = typesOf(all).some((type) => /(?:arguments|input)\.done$/.test(type));
      if (length < finished) {
        expect([length, typesOf(all).slice(-2)]).toEqual([length, ['error', 'response.failed']]);
        expect(last?.['response']).toMatchObject({ status: 'failed', output: [], usage: null });
        expect([length, hasDoneCall, hasDoneInput]).toEqual([length, false, false]);
      } else if (length >= finish) {
        expect([length, last?.type]).toEqual([length, 'response.completed']);
        expect(hasDoneCall).toBe(payloads.some((each) => each.includes('tool_calls":[')));
      } else {
        // Within the blank line it depends on whether the connection says that there is no more.
        expect(last?.type).toMatch(/^response\.(?:completed|failed)$/);
        expect(hasDoneCall && last?.type !== 'response.completed').toBe(false);
      }
    }
  });
});

test('a call under way when the limit ends the answer is never done, wherever the stream is cut behind it', async () => {
  const cut = [
    callChunk(0, { id: 'a', name: 'add', arguments: '{"x":1}' }),
    callChunk(1, { id: 'b', name: 'add', arguments: '{"path":"/"}' }),
    chatChunk({}, 'length'),
  ];
  const bytes = encode(events([...cut, usageChunk(), '[DONE]']));
  for (let length = 0; length <= bytes.length; length += 1) {
    for (const isBroken of [false, true]) {
      const all = responseEvents(await streamedFor(bodyOf([bytes.subarray(0, length)], isBroken), TOOLS));
      expect(all.at(-1)?.type).toMatch(/^response\.(?:incomplete|failed)$/);
      const done = all.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item);
      expect(done.filter((item) => (item as Json)['call_id'] === 'b')).toEqual([]);
    }
  }
});

describe('a silence', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is filled with numbered events without meaning, and is no end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const source = new TransformStream<Uint8Array, Uint8Array>();
    const writer = source.writable.getWriter();
    const whole = streamedFor(source.readable);
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    writer.write(encode(events([chatChunk({ content: 'Hi' }), chatChunk({}, 'stop'), '[DONE]'])));
    writer.close();
    const all = responseEvents(await whole);
    expect(typesOf(all).slice(0, 26)).toEqual([
      'response.created',
      'response.in_progress',
      ...Array.from({ length: 24 }, () => 'keepalive'),
    ]);
    expect(all.map((event) => event.sequence_number)).toEqual(all.map((_, at) => at));
    expect(all[2]).toEqual({ type: 'keepalive', sequence_number: 2 });
    expect(all.at(-1)?.type).toBe('response.completed');
  });
});
