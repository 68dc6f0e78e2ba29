/** The row of a stream: as it begins, and as the death of its object leaves it. Pure. */
import { ANSWER_HEADERS } from '../../shared/contract.ts';
import { streamCut } from '../http/upstream-failure.ts';
import { errorWords } from '../stream/watch.ts';
import { streamState } from './stream-state.ts';
import type { StreamRow } from './stream-store.ts';

const REPEATED: readonly string[] = [
  'content-type',
  'cache-control',
  'x-accel-buffering',
  ANSWER_HEADERS.answer,
  ANSWER_HEADERS.converted,
  ANSWER_HEADERS.dropped,
  ANSWER_HEADERS.filled,
  ANSWER_HEADERS.translated,
  ANSWER_HEADERS.upstream,
  ANSWER_HEADERS.usage,
];

/** A stream that begins. @param endpoint the path that was asked. @param now milliseconds since 1970. */
export function newRow(id: string, endpoint: string, now: number): StreamRow {
  return {
    id,
    endpoint,
    status: 'in_progress',
    begun: now,
    ended: null,
    headers: {},
    usage: null,
    words: '',
    isTooLong: false,
  };
}

/** What a replay repeats of an answer's headers. */
export function repeatedHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    REPEATED.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/**
 * A stream whose recording was under way when its object died, and its upstream's connection with it.
 * @param bytesFrom some of the bytes that were kept, from a place on; undefined at their end.
 */
export function lostRow(
  row: StreamRow,
  bytesFrom: (place: number) => Uint8Array | undefined,
  now: number,
): StreamRow {
  const state = streamState(row.endpoint);
  for (let place = 0; ; ) {
    const bytes = bytesFrom(place);
    if (bytes === undefined) break;
    state.feed(bytes);
    place += bytes.length;
  }
  state.end();
  const isWhole = state.whole && !state.failed;
  return {
    ...row,
    status: isWhole ? 'completed' : 'incomplete',
    ended: now,
    usage: state.usage ?? null,
    words: isWhole ? state.missing : errorWords(streamCut().fields, state),
  };
}
