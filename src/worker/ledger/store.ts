/** What a key's object keeps on disk, behind an interface. */
import type { KeyLimits } from './limits.ts';

/** How a call ended, as the ledger writes it. */
export const STATUS = {
  open: 0,
  whole: 1,
  cut: 2,
  failed: 3,
  client_left: 4,
  no_answer: 5,
  refused: 6,
  handed_over: 7,
  lost: 9,
} as const;

/** Ends with an answer that was not broken, as far as anybody has seen. */
export const ANSWERED: readonly number[] = [STATUS.whole, STATUS.handed_over];

/** Whether a call ended so. */
export function isAnswered(status: number): boolean {
  return ANSWERED.includes(status);
}

/** The name of a status. */
export type StatusName = keyof typeof STATUS;

/** Its name in exports; `open` for a number that there is not. */
export function statusName(status: number): StatusName {
  for (const [name, value] of Object.entries(STATUS)) if (value === status) return name as StatusName;
  return 'open';
}

/** One call: a hold while it is open, and the ledger's row of it for ever after. */
export interface CallRow {
  /** Twelve hex digits of milliseconds, then the request's id: rows sort by time. */
  readonly id: string;
  /** When it began, milliseconds since 1970. */
  readonly at: number;
  /** The name that the caller used, and the target that answered, `UPSTREAM/MODEL`. */
  readonly model: string;
  readonly target: string;
  readonly endpoint: string;
  /** What it holds of the budget, in the budget's unit. */
  readonly hold: number;
  /** What it holds of the tokens a minute. */
  readonly bound: number;
  /** When an open call counts as lost. */
  readonly until: number;
  readonly status: number;
  readonly prompt: number;
  readonly cached: number;
  /** The part of the prompt that was written to the vendor's cache. */
  readonly written: number;
  readonly completion: number;
  readonly estimated: 0 | 1;
  /** Whose count it is: the upstream's tokens, the vendor's own cost, nobody's; `none` where nothing was charged. */
  readonly source: 'reported' | 'vendor' | 'estimated' | 'none';
  /** Nano-dollars; null where the price is not known. */
  readonly cost: number | null;
  /** What is booked, in the budget's unit: failed attempts of an open call included. */
  readonly charge: number;
  readonly ended: number;
  /** Milliseconds to the first of the answer; null where there was none. */
  readonly ttft: number | null;
  readonly http: number | null;
  /** Targets that were tried, and calls made to the one that answered. */
  readonly attempts: number;
  readonly calls: number;
}

/** What the key is. */
export interface KeyProfile {
  readonly id: string;
  readonly digest: string;
  readonly name: string;
  readonly limits: KeyLimits;
  readonly createdAt: number;
  readonly revokedAt: number | null;
  /** Answers under way are to be ended too. */
  readonly stopped: boolean;
}

/** Sums of calls, by `HOUR|KIND|MODEL|STATUS`. */
export interface Sum {
  readonly requests: number;
  readonly prompt: number;
  readonly cached: number;
  readonly written: number;
  readonly completion: number;
  readonly cost: number;
  readonly unpriced: number;
  readonly estimated: number;
  /** The streams whose first content was seen, and the milliseconds until then of all of them together. */
  readonly begun: number;
  readonly begunMs: number;
}

/** The figures of a sum, in the order of their columns. */
export const SUM_FIELDS = [
  'requests',
  'prompt',
  'cached',
  'written',
  'completion',
  'cost',
  'unpriced',
  'estimated',
  'begun',
  'begunMs',
] as const satisfies readonly (keyof Sum)[];

/** Sums by bucket. */
export type Sums = Readonly<Record<string, Sum>>;

/** What is known beside the rows. */
export interface KeyState {
  /** Spent, by period. */
  readonly spent: Readonly<Record<string, number>>;
  /** No open call is older. */
  readonly oldest: string;
  /** The number of the next parcel of sums, what is to go into it, and the one that is on its way. */
  readonly parcel: number;
  readonly pending: Sums;
  readonly sending: Sums | null;
  /** When the first of the pending sums came; null for none. */
  readonly pendingSince: number | null;
  readonly lastUsed: number | null;
}

/** What stands on disk. Every method is synchronous; `write` is one transaction. */
export interface KeyStore {
  profile(): KeyProfile | undefined;
  saveProfile(profile: KeyProfile): void;
  state(): KeyState | undefined;
  write(rows: readonly CallRow[], state: KeyState): void;
  row(id: string): CallRow | undefined;
  openRows(oldest: string): CallRow[];
  /** Rows with `from < id < to`, in order. */
  rows(from: string, to: string, limit: number): CallRow[];
  /** Deletes settled rows before an id, so many at most; how many there were. */
  deleteBefore(id: string, limit: number): number;
}

/** The state of a key that was never used. */
export const FRESH_STATE: KeyState = {
  spent: {},
  oldest: '',
  parcel: 1,
  pending: {},
  sending: null,
  pendingSince: null,
  lastUsed: null,
};

const ID_DIGITS = 12;

/** The first part of the ids of a moment's calls. */
export function idOf(at: number): string {
  return Math.max(0, at).toString(16).padStart(ID_DIGITS, '0');
}

/** A call's id. */
export function callId(at: number, requestId: string): string {
  return `${idOf(at)}${requestId}`;
}
