import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numbered } from '../../../src/worker/resume/numbered.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes);

test.each([
  ['one event', 'data: a\n\n', 0, 'data: a\nid: 9\n\n'],
  ['two, of which the last is numbered', 'data: a\n\ndata: b\n\n', 100, 'data: a\n\ndata: b\nid: 118\n\n'],
  ['half an event waits', 'data: a\n\ndata: b', 0, 'data: a\nid: 9\n\n'],
  ['a comment is not numbered', 'data: a\n\n: ping\n\n', 0, 'data: a\nid: 9\n\n: ping\n\n'],
  ['comments alone', ': ping\n\n', 0, ': ping\n\n'],
  ['an event without data is not numbered', 'event: x\n\n', 0, 'event: x\n\n'],
  ['lines that end in CR LF', 'data: a\r\n\r\n', 5, 'data: a\r\nid: 16\r\n\r\n'],
  ['lines that end in CR', 'data: a\r\rdata', 0, 'data: a\rid: 9\r\r'],
  [
    'the rest of an event whose beginning was read',
    'ta": 1}\n\ndata: b\n\n',
    10,
    'ta": 1}\n\ndata: b\nid: 28\n\n',
  ],
])('%s', (_, text, offset, expected) => {
  expect(textOf(numbered(bytesOf(text), offset)?.bytes)).toBe(expected);
});

test('without a whole event there is nothing to send', () => {
  expect(numbered(bytesOf('data: a\n'), 0)).toBeUndefined();
  expect(numbered(bytesOf(''), 0)).toBeUndefined();
});

test('whatever the pieces, the bytes without the ids are the stream’s, and every id is the end of an event', () => {
  const event = fc.constantFrom(
    'data: a\n\n',
    'data: 你好\ndata: b\n\n',
    ': ping\n\n',
    'event: x\ndata: {"id": "1"}\n\n',
  );
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 30 })),
      (events, cuts) => {
        const whole = bytesOf(events.join(''));
        const ends = new Set(events.map((_, at) => bytesOf(events.slice(0, at + 1).join('')).length));
        let [sent, at, held] = ['', 0, new Uint8Array()];
        for (const cut of [...cuts, whole.length]) {
          const next = Math.min(whole.length, at + cut);
          held = new Uint8Array([...held, ...whole.subarray(at, next)]);
          at = next;
          const piece = numbered(held, at - held.length);
          if (piece === undefined) continue;
          sent += textOf(piece.bytes);
          held = held.slice(piece.taken);
        }
        expect(held.length).toBe(0);
        for (const [, id] of sent.matchAll(/^id: (\d+)$/gm)) expect(ends).toContain(Number(id));
        expect(sent.replace(/^id: \d+\n/gm, '')).toBe(events.join(''));
      },
    ),
  );
});
