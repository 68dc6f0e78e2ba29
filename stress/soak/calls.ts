/** One call of the long run, from the client's question to the upstream's last word on it. */
import { inTime } from '../in-time.ts';
import type { Client } from './clients.ts';
import { type MarkingUpstream, piece, STREAM_PIECES } from './upstream.ts';

/** Whole answers at once, streams to their end, and streams that the client leaves in the middle. */
export type Kind = 'plain' | 'streamed' | 'left';

/** Longer than any call takes on a busy machine. */
const HANG_MS = 60_000;

/** How many pieces a client reads before it leaves. */
const PIECES_BEFORE_LEAVING = 3;

/**
 * Makes the call with a mark of its own.
 * @throws what is wrong: another request's words, missing words, a second upstream request, one that never ended.
 */
export async function makeCall(
  number: number,
  kind: Kind,
  client: Client,
  upstream: MarkingUpstream,
): Promise<void> {
  const mark = `mark-${number}${kind === 'left' ? '-endless' : ''}`;
  const last = piece(mark, PIECES_BEFORE_LEAVING - 1);
  const enough = kind === 'left' ? (text: string) => text.includes(last) : undefined;
  try {
    const text = await inTime(client.ask(mark, enough), HANG_MS, 'The answer never ended.');
    const pieces = kind === 'plain' ? 1 : kind === 'streamed' ? STREAM_PIECES : piecesIn(text);
    const expected = Array.from({ length: pieces }, (_, index) => piece(mark, index)).join('');
    if (text !== expected) throw new Error(`Expected "${expected}", got "${text}".`);
    const ending = await inTime(upstream.ending(mark), HANG_MS, 'The upstream was never let go.');
    const due = kind === 'left' ? 'left' : 'finished';
    if (ending !== due) throw new Error(`The upstream's answer was ${ending}, not ${due}.`);
    const times = upstream.asked.get(mark);
    if (times !== 1) throw new Error(`The upstream was asked ${times ?? 0} times.`);
    upstream.forget(mark);
  } catch (cause) {
    throw new Error(
      `${kind} call ${number} by ${client.name}: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
      },
    );
  }
}

function piecesIn(text: string): number {
  return text.split(' ').length - 1;
}
