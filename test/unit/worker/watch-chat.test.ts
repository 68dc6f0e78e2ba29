import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChatStreamState } from '../../../src/worker/stream/watch-chat.ts';
import { chatChunk, usageChunk } from '../../support/answers.ts';

const encoder = new TextEncoder();

/** What the relay asks a state for. */
interface Verdict {
  readonly whole: boolean;
  readonly failed: boolean;
  readonly done: boolean;
  readonly events: number;
  readonly missing: string;
  readonly usage: unknown;
}

/** The verdict on a stream that arrives in these pieces. Every event is counted, unless they are to be skimmed. */
function verdictOn(pieces: readonly Uint8Array[], choices = 1, countsEvents = true): Verdict {
  const state = new ChatStreamState(choices, countsEvents);
  for (const piece of pieces) state.feed(piece);
  state.end();
  const { whole, failed, done, events, missing, usage } = state;
  return { whole, failed, done, events, missing, usage };
}

function verdict(text: string, choices = 1): Verdict {
  return verdictOn([encoder.encode(text)], choices);
}

const HI = chatChunk({ content: 'Hi' });
const STOP = chatChunk({}, 'stop');
const USAGE = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };

/** A chunk of one choice among several. */
function part(index: number, finish: string | null = null): string {
  return JSON.stringify({ choices: [{ index, delta: { content: 'x' }, finish_reason: finish }] });
}

function stream(...payloads: string[]): string {
  return payloads.map((payload) => `data: ${payload}\n\n`).join('');
}

describe('an answer of one choice', () => {
  test.each<[string, string, Partial<Verdict>]>([
    [
      'with finish reason and [DONE] is whole',
      stream(HI, STOP, '[DONE]'),
      { whole: true, done: true, events: 3 },
    ],
    ['with a finish reason alone is whole', stream(HI, STOP), { whole: true, done: false, missing: '' }],
    ['with [DONE] alone is whole', stream(HI, '[DONE]'), { whole: true }],
    ['without either is cut', stream(HI, HI), { whole: false, failed: false }],
    ['that is empty is cut', '', { whole: false, events: 0, missing: '' }],
    ['of comments alone is cut', ': keep-alive\n\n: keep-alive\n\n', { whole: false, events: 0 }],
    ['with usage tells it', stream(HI, STOP, usageChunk(), '[DONE]'), { whole: true, usage: USAGE }],
    [
      'with usage tells the last',
      stream(`{"usage":{"prompt_tokens":1,"completion_tokens":1}}`, usageChunk()),
      { usage: USAGE },
    ],
    [
      'keeps its usage when a later chunk has none',
      stream(usageChunk(), '{"choices":[],"usage":null}'),
      { usage: USAGE },
    ],
    [
      'with usage before its choices is not whole by that',
      stream(usageChunk(), HI),
      { whole: false, usage: USAGE },
    ],
    ['with CRLF', `data: ${HI}\r\n\r\ndata: ${STOP}\r\n\r\n`, { whole: true, missing: '', events: 2 }],
    ['with lone CR', `data: ${HI}\r\rdata: ${STOP}\r\r`, { whole: true, missing: '', events: 2 }],
    ['without a space', `data:${HI}\n\ndata:${STOP}\n\ndata:[DONE]\n\n`, { whole: true, done: true }],
    ['with a space behind [DONE]', stream(HI, '[DONE] '), { whole: true, done: true }],
    ['with a BOM first', `\ufeffdata: [DONE]\n\n`, { whole: true, events: 1 }],
    [
      'in JSON over two data lines',
      `data: {"choices":[{"index":0,\ndata: "finish_reason":\ndata: "stop"}]}\n\n`,
      { whole: true, events: 1 },
    ],
    ['in JSON with white space', stream('{ "choices" : [ { "finish_reason" : "stop" } ] }'), { whole: true }],
    [
      'with an id, a name and a retry',
      `id: 1\nretry: 3\nevent: x\ndata: ${STOP}\n\n`,
      { whole: true, events: 1 },
    ],
    ['with a finish reason that nobody knows is whole', stream(chatChunk({}, 'eos')), { whole: true }],
    ['with an empty finish reason is cut', stream(chatChunk({}, '')), { whole: false }],
    ['with a null finish reason is cut', stream(chatChunk({}, null)), { whole: false }],
    ['with content behind its finish reason is whole', stream(STOP, HI), { whole: true }],
    [
      "with Azure's empty first chunk",
      stream(
        '{"id":"","model":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}',
        HI,
        STOP,
        '[DONE]',
      ),
      { whole: true, events: 4 },
    ],
    [
      "with Azure's filter results behind the end",
      stream(STOP, '{"id":"","choices":[{"index":0,"finish_reason":null,"content_filter_offsets":{}}]}'),
      { whole: true },
    ],
    [
      "of DeepSeek's keep-alives before an end",
      `: keep-alive\n\n: keep-alive\n\ndata: ${STOP}\n\ndata: [DONE]\n\n`,
      { whole: true, events: 2 },
    ],
    [
      "with OpenRouter's comments between",
      `: OPENROUTER PROCESSING\n\ndata: ${HI}\n\n: OPENROUTER PROCESSING\n\ndata: ${STOP}\n\n`,
      { whole: true, events: 2 },
    ],
    [
      'that names the words in its text is cut',
      stream(chatChunk({ content: '"finish_reason":"stop" [DONE] data: [DONE]' })),
      { whole: false, done: false },
    ],
    [
      'that names an error in its text has not failed',
      stream(chatChunk({ content: '{"error":{"message":"x"}}' }), STOP),
      { whole: true, failed: false },
    ],
    [
      'that names usage in its text has none',
      stream(chatChunk({ content: '"usage":{"prompt_tokens":1,"completion_tokens":1}' })),
      { usage: undefined },
    ],
    [
      'whose tool speaks of a finish reason is cut',
      stream(
        chatChunk({
          tool_calls: [{ index: 0, function: { arguments: '{"finish_reason":"stop","error":{}}' } }],
        }),
      ),
      { whole: false, failed: false },
    ],
    [
      'whose delta has a finish reason is cut',
      stream('{"choices":[{"index":0,"delta":{"finish_reason":"stop"}}]}'),
      { whole: false },
    ],
    [
      'with a finish reason outside of its choices is cut',
      stream('{"finish_reason":"stop","choices":[{"index":0,"delta":{}}]}'),
      { whole: false },
    ],
    [
      'with an error inside its choices has not failed',
      stream('{"choices":[{"index":0,"error":{"message":"x"}}]}'),
      { failed: false },
    ],
    [
      'with usage of another object has none',
      stream('{"x_groq":{"usage":{"prompt_tokens":1,"completion_tokens":1}}}'),
      { usage: undefined },
    ],
    [
      'with an error has failed',
      stream(HI, '{"error":{"message":"x","code":500}}'),
      { failed: true, whole: false },
    ],
    [
      'with an error, then [DONE], has failed',
      stream(HI, '{"error":{"message":"x"}}', '[DONE]'),
      { failed: true },
    ],
    [
      'with an error beside its choices has failed',
      stream('{"error":{"code":502},"choices":[{"index":0,"delta":{},"finish_reason":"error"}]}'),
      { failed: true },
    ],
    ['with an error of one text has failed', stream('{"error":"overloaded"}'), { failed: true }],
    ['with an error of one number has failed', stream('{"error":500}'), { failed: true }],
    ['with an error that is true has failed', stream('{"error": true}'), { failed: true }],
    ['with an empty error object has failed, as clients see it', stream('{"error":{}}'), { failed: true }],
    [
      'with a null error has not failed',
      stream('{"error":null,"choices":[{"finish_reason":"stop"}]}'),
      { failed: false, whole: true },
    ],
    [
      'with a false or empty error has not failed',
      stream(
        '{"error":false,"choices":[{"finish_reason":"stop"}]}',
        '{"error":"","choices":[]}',
        '{"error":0}',
      ),
      { failed: false, whole: true },
    ],
    [
      'with an event named error has failed',
      'event: error\ndata: {"error":{"message":"x"}}\n\n',
      { failed: true },
    ],
    [
      'with text that is no JSON is cut',
      stream('hello "finish_reason":"stop"', '[1,"finish_reason","error"]'),
      { whole: false, failed: false },
    ],
    [
      'with choices of strange kinds is cut',
      stream(
        '{"choices":{"finish_reason":"stop"}}',
        '{"choices":[null,1,"finish_reason"],"finish_reason":"stop"}',
      ),
      { whole: false },
    ],
    ['with [DONE] in the middle of a line is cut', stream('x [DONE]'), { done: false, whole: false }],
  ])('%s', (_, text, expected) => {
    expect(verdict(text)).toMatchObject(expected);
  });
});

describe('an answer whose last event lacks its blank line', () => {
  test.each<[string, string, Partial<Verdict>]>([
    ['is whole after [DONE]', `data: ${STOP}\n\ndata: [DONE]`, { whole: true, done: true, missing: '\n\n' }],
    [
      'is whole after [DONE] and one line end',
      `data: ${STOP}\n\ndata: [DONE]\n`,
      { whole: true, missing: '\n\n' },
    ],
    [
      'is whole after CRLF and one line end',
      `data: ${STOP}\r\n\r\ndata: [DONE]\r\n`,
      { whole: true, missing: '\n\n' },
    ],
    [
      'is whole after CR and one line end',
      `data: ${STOP}\r\rdata: [DONE]\r`,
      { whole: true, missing: '\n\n' },
    ],
    ['is whole with its finish reason', `data: ${HI}\n\ndata: ${STOP}`, { whole: true, missing: '\n\n' }],
    [
      'is cut inside the event that has the finish reason',
      `data: ${HI}\n\ndata: ${STOP.slice(0, -1)}`,
      { whole: false },
    ],
    [
      'is cut inside a later event',
      `data: ${STOP}\n\ndata: ${usageChunk().slice(0, -9)}`,
      { whole: false, usage: undefined },
    ],
    [
      'is whole inside [DONE], whose rest it lacks',
      `data: ${STOP}\n\ndata: [DON`,
      { whole: true, done: false, missing: 'E]\n\n' },
    ],
    ['is whole when only a comment is open', `data: ${STOP}\n\n: ping`, { whole: true, missing: '' }],
    ['is whole when only the name of a field has come', `data: ${STOP}\n\nda`, { whole: true, missing: '' }],
    [
      'is whole after [DONE], and what is open behind it stays shut',
      `data: [DONE]\n\ndata: {"x`,
      { whole: true, missing: '' },
    ],
  ])('%s', (_, text, expected) => {
    expect(verdict(text)).toMatchObject(expected);
  });
});

describe('an answer of several choices', () => {
  test.each<[string, string, number, boolean]>([
    ['is whole when all have ended', stream(part(0), part(1), part(0, 'stop'), part(1, 'length')), 2, true],
    [
      'is whole when all have ended, one after the other',
      stream(part(0), part(0, 'stop'), part(1), part(1, 'stop')),
      2,
      true,
    ],
    ['is cut when one has not ended', stream(part(0), part(1), part(0, 'stop')), 2, false],
    ['is cut when one has not begun', stream(part(0), part(0, 'stop')), 2, false],
    ['is cut when the last of three has not begun', stream(part(0, 'stop'), part(1, 'stop')), 3, false],
    ['is whole by [DONE], however many came', stream(part(0), part(0, 'stop'), '[DONE]'), 2, true],
    [
      'is whole when one chunk ends them all',
      stream('{"choices":[{"index":0,"finish_reason":"stop"},{"index":1,"finish_reason":"stop"}]}'),
      2,
      true,
    ],
    ['is cut when one choice ends twice', stream(part(0, 'stop'), part(0, 'stop')), 2, false],
  ])('%s', (_, text, choices, whole) => {
    expect(verdict(text, choices).whole).toBe(whole);
  });
});

/** Texts that try to be taken for something else. */
const trickyText = fc.oneof(
  fc.constantFrom(
    '"finish_reason":"stop"',
    '[DONE]',
    'data: [DONE]\n\n',
    '{"error":{"message":"x"}}',
    '"usage":{',
    '你好🙂é',
    '\u2028',
    '\\"error\\":{',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);

/** What an event says, beside its text. */
interface Said {
  readonly payload: string;
  readonly ends?: number;
  readonly begins?: number;
  readonly fails?: boolean;
  readonly usage?: unknown;
  readonly done?: boolean;
}

const index = fc.nat({ max: 2 });
const said: fc.Arbitrary<Said> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(index, trickyText, fc.boolean()).map(([at, content, pretty]) => ({
      payload: json(
        { id: 'c', choices: [{ index: at, delta: { content }, finish_reason: null }], usage: null },
        pretty,
      ),
      begins: at,
    })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(index, fc.constantFrom('stop', 'length', 'tool_calls')).map(([at, finish]) => ({
      payload: JSON.stringify({ choices: [{ index: at, delta: {}, finish_reason: finish }] }),
      begins: at,
      ends: at,
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ prompt_tokens: fc.nat(), completion_tokens: fc.nat(), total_tokens: fc.nat() })
      .map((usage) => ({ payload: JSON.stringify({ choices: [], usage }), usage })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('{"id":"","choices":[],"prompt_filter_results":[]}', '{}', '[]', 'null')
      .map((payload) => ({ payload })),
  },
  {
    weight: 1,
    arbitrary: trickyText.map((message) => ({
      payload: JSON.stringify({ error: { message } }),
      fails: true,
    })),
  },
  { weight: 1, arbitrary: fc.constant({ payload: '[DONE]', done: true }) },
);

function json(value: unknown, pretty: boolean): string {
  return JSON.stringify(value, undefined, pretty ? 1 : undefined);
}

/** The bytes of events in one way of writing them, with the noise that servers send between events. */
const wire = fc
  .record({
    events: fc.array(
      fc.record({
        what: said,
        noise: fc.constantFrom(
          '',
          '',
          ': keep-alive',
          ':',
          ': OPENROUTER PROCESSING',
          'id: 7',
          'retry: 10',
          'event: x',
        ),
      }),
      { maxLength: 8 },
    ),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    space: fc.constantFrom(' ', ''),
    bom: fc.boolean(),
    close: fc.constantFrom('blank line', 'line end', 'nothing'),
  })
  .map(({ events, lineEnd, space, bom, close }) => {
    const texts = events.map(({ what, noise }) => {
      const lines = what.payload.split('\n').map((line) => `data:${space}${line}${lineEnd}`);
      // A name or an id belongs to the event that follows; a comment may have a blank line of its own.
      const before = noise === '' ? '' : `${noise}${lineEnd}${noise.startsWith(':') ? lineEnd : ''}`;
      return `${before}${lines.join('')}${lineEnd}`;
    });
    const text = `${bom ? '\ufeff' : ''}${texts.join('')}`;
    const open = events.length > 0 && close !== 'blank line';
    const drop = !open ? 0 : close === 'line end' ? lineEnd.length : 2 * lineEnd.length;
    return {
      bytes: encoder.encode(text.slice(0, text.length - drop)),
      said: events.map(({ what }) => what),
      open,
    };
  });

/** Cuts bytes at random places, also inside characters and line ends. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, position) => bytes.slice(from, at[position] ?? bytes.length));
}

function beginsWith(bytes: Uint8Array, text: string): boolean {
  return encoder.encode(text).every((byte, position) => bytes[position] === byte);
}

describe('the verdict on a stream of any events', () => {
  test('is what its events say', () => {
    fc.assert(
      fc.property(wire, fc.integer({ min: 1, max: 3 }), ({ bytes, said: all, open }, choices) => {
        const done = all.some((event) => event.done === true);
        const ended = new Set(all.flatMap(({ ends }) => (ends === undefined ? [] : [ends])));
        // One choice was asked for: what else may begin is the concern of several.
        const begun = all.flatMap(({ begins }) => (begins === undefined || choices === 1 ? [] : [begins]));
        expect(verdictOn([bytes], choices)).toEqual({
          done,
          failed: all.some((event) => event.fails === true),
          events: all.length,
          missing: open ? '\n\n' : '',
          usage: all.findLast(({ usage }) => usage !== undefined)?.usage,
          whole: done || (ended.size >= choices && begun.every((at) => ended.has(at))),
        });
      }),
      { numRuns: 1000 },
    );
  });

  test('is the same however the bytes are cut', () => {
    fc.assert(
      fc.property(wire, fc.array(fc.nat({ max: 5000 }), { maxLength: 12 }), ({ bytes }, places) => {
        expect(verdictOn(cut(bytes, places), 2)).toEqual(verdictOn([bytes], 2));
      }),
      { numRuns: 1000 },
    );
  });

  test('is the same byte by byte', () => {
    fc.assert(
      fc.property(wire, ({ bytes }) => {
        expect(verdictOn(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(verdictOn([bytes]));
      }),
      { numRuns: 100 },
    );
  });

  test('is the same where events are only skimmed, however the bytes are cut', () => {
    fc.assert(
      fc.property(wire, fc.array(fc.nat({ max: 5000 }), { maxLength: 12 }), ({ bytes }, places) => {
        const { events: _, ...skimmed } = verdictOn(cut(bytes, places), 1, false);
        expect(verdictOn([bytes])).toMatchObject(skimmed);
      }),
      { numRuns: 2000 },
    );
  });

  test('is the same for any bytes at all, however they are cut, and none makes it fail', () => {
    const bytes = fc
      .array(
        fc.oneof(
          fc
            .constantFrom(
              'data:',
              ' ',
              '\n',
              '\r',
              '\r\n',
              '{',
              '}',
              '"finish_reason":"stop"',
              '"error":{',
              '[DONE]',
              ':',
              '\ufeff',
              '你',
            )
            .map((text) => encoder.encode(text)),
          fc.uint8Array({ maxLength: 3 }),
        ),
        { maxLength: 20 },
      )
      .map((pieces) => Uint8Array.from(pieces.flatMap((piece) => [...piece])));
    fc.assert(
      fc.property(bytes, fc.array(fc.nat({ max: 200 }), { maxLength: 12 }), (all, places) => {
        // Node's TextDecoder drops the second of two BOMs too where the first one came in two pieces.
        fc.pre(!beginsWith(all, '\ufeff\ufeff'));
        expect(verdictOn(cut(all, places))).toEqual(verdictOn([all]));
        const { events: _, ...skimmed } = verdictOn(cut(all, places), 1, false);
        expect(verdictOn([all])).toMatchObject(skimmed);
      }),
      { numRuns: 2000, examples: [[encoder.encode('\n\n\ufeffdata:'), []]] },
    );
  });

  test('is never "whole" for a plain answer that is cut before its finish reason', () => {
    const text = `data: ${HI}\n\ndata: ${chatChunk({ content: '"finish_reason":"stop" [DONE]' })}\n\ndata: ${STOP}\n\ndata: [DONE]\n\n`;
    const end = text.indexOf(STOP) + STOP.length;
    for (let length = 0; length < end; length += 1) {
      expect(verdict(text.slice(0, length)).whole, text.slice(0, length)).toBe(false);
    }
  });
});
