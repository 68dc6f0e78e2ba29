/**
 * Rows that the database has not confirmed when their page goes away: it may drop them then, localStorage keeps them. The
 * next start takes them over (`recover.ts`). Files are too large for that, and remain in the reader's hands.
 */
import { writeStorage } from './browser.ts';
import { keyOf, type Row, type Table } from './rows.ts';

export const PREFIX = 'nexcode.leaving.';

/** What is on its way to the database. */
export interface Rescue {
  /** A row is being written, or a draft deleted. The same is told to be `settled` once it is stored, or no longer to be. */
  underway(table: Table, row: Row[Table] | Removal): void;
  settled(table: Table, row: Row[Table] | Removal): void;
  /** Nothing of what is on its way, or comes yet, is to outlast the page. */
  close(): void;
}

/** A draft that is sent or emptied. */
export interface Removal {
  readonly key: string;
  readonly removed: true;
}

/** One entry of localStorage. */
export interface Left {
  readonly row: Row[Table] | Removal;
  /** When it was written, milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Keeps an eye on the page's end. To be called before anything else listens to that: who saves something then finds the
 * page leaving, and what they save is written at once. Where there is no room, what was saved last remains.
 */
export function watchLeaving(): Rescue {
  const pending = new Map<string, Left>();
  let leaving = false;
  let isClosed = false;
  const write = (name: string, left: Left) => writeStorage('localStorage', name, JSON.stringify(left));
  const leave = () => {
    leaving = true;
    for (const [name, left] of pending) write(name, left);
  };
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => {
    leaving = false;
    if (document.visibilityState === 'hidden') leave();
  });
  return {
    underway(table, row) {
      if (table === 'files' || isClosed) return;
      const [name, left] = [nameOf(table, row), { row, at: Date.now() }];
      pending.set(name, left);
      if (leaving) write(name, left);
    },
    settled(table, row) {
      const name = nameOf(table, row);
      if (pending.get(name)?.row !== row) return;
      pending.delete(name);
      writeStorage('localStorage', name, null);
    },
    close() {
      isClosed = true;
      pending.clear();
    },
  };
}

function nameOf(table: Table, row: Row[Table] | Removal): string {
  return `${PREFIX}${table}.${keyOf(row)}`;
}

/** The names under which pages left something. */
export function leftNames(): string[] {
  try {
    return Object.keys(window.localStorage).filter((name) => name.startsWith(PREFIX));
  } catch {
    return [];
  }
}
