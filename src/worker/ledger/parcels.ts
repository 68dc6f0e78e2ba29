/** The sums of a key's rows that the books do not have yet: gathered, sealed into a numbered parcel, delivered. Pure. */
import type { CallRow, KeyState, Sums } from './store.ts';
import { addSums, bucketOf, sumOf } from './sums.ts';

/** How long sums wait before they are told. */
const TELL_MS = 60_000;
/** More buckets than this are told at once: a parcel must stay small. */
const MOST_BUCKETS = 200;

/** What is told to the books at once. */
export interface Parcel {
  readonly number: number;
  readonly sums: Sums;
}

/** Adds a row to the sums that wait, or with -1 takes one away. */
export function withRow(state: KeyState, row: CallRow, sign: 1 | -1): KeyState {
  const bucket = bucketOf(row);
  const sum = addSums(state.pending[bucket], sumOf(row), sign);
  return {
    ...state,
    pending: { ...state.pending, [bucket]: sum },
    pendingSince: state.pendingSince ?? row.ended,
  };
}

/** Seals what waits into the next parcel, where none is on its way. */
export function sealed(state: KeyState): KeyState {
  if (state.sending !== null || Object.keys(state.pending).length === 0) return state;
  return { ...state, sending: state.pending, pending: {}, pendingSince: null };
}

/** The parcel that is on its way; undefined for none. */
export function parcelOf({ parcel, sending }: KeyState): Parcel | undefined {
  return sending === null ? undefined : { number: parcel, sums: sending };
}

/** The books have a parcel: if it is the one on its way, it is there no longer. */
export function delivered(state: KeyState, number: number): KeyState {
  if (state.sending === null || number !== state.parcel) return state;
  return { ...state, sending: null, parcel: number + 1 };
}

/** When the books are to be told, milliseconds since 1970; undefined where there is nothing to tell. */
export function tellAt({ pending, sending, pendingSince }: KeyState): number | undefined {
  if (sending !== null || Object.keys(pending).length > MOST_BUCKETS) return 0;
  return pendingSince === null ? undefined : pendingSince + TELL_MS;
}
