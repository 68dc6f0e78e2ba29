import { expect, test } from 'vitest';
import { readBytes, readText } from '../../../src/worker/stream/read.ts';

/** A body of these pieces that then ends, breaks or stalls; `stopped` resolves when its reader gives it up. */
function body(pieces: readonly (string | Uint8Array)[], end: 'whole' | 'broken' | 'stalled' = 'whole') {
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  const left = pieces.map((piece) => Uint8Array.from(Buffer.from(piece)));
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = left.shift();
      if (next !== undefined) controller.enqueue(next);
      else if (end === 'whole') controller.close();
      else if (end === 'broken') controller.error(new Error('broken'));
      else return new Promise(() => undefined);
      return undefined;
    },
    cancel: () => resolve(),
  });
  return { stream, stopped };
}

test('a whole body is read, cut between bytes of a letter or not, and no body is an empty one', async () => {
  const letter = Buffer.from('\u4f60');
  expect(await readText(body([letter.subarray(0, 1), letter.subarray(1)]).stream, 100)).toEqual({
    kind: 'whole',
    text: '\u4f60',
  });
  expect(await readText(null, 100)).toEqual({ kind: 'whole', text: '' });
});

test('bytes stay as they are, a BOM and invalid UTF-8 included', async () => {
  const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0xff, 0x00);
  expect(await readBytes(body([bytes]).stream, 100)).toEqual({ kind: 'whole', bytes });
});

test('a body that breaks is told with what had come', async () => {
  expect(await readText(body(['begun'], 'broken').stream, 100)).toEqual({ kind: 'cut', text: 'begun' });
});

test('a body beyond the limit is stopped', async () => {
  const { stream, stopped } = body(['1234', '5678', '9'], 'stalled');
  expect(await readText(stream, 7)).toEqual({ kind: 'too_large', text: '1234' });
  await stopped;
});

test.each([
  ['the time allowed', { totalMs: 10 }, 'cut'],
  ['the silence allowed', { silenceMs: 10 }, 'silent'],
])('a body that stalls is given up after %s', async (_, limits, end) => {
  const { stream, stopped } = body(['begun'], 'stalled');
  const { kind, bytes } = await readBytes(stream, 100, limits);
  expect([kind, Buffer.from(bytes).toString()]).toEqual([end, 'begun']);
  await stopped;
});
