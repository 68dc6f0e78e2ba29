/** localStorage and sessionStorage where they may be forbidden: reading gives null, writing may say no. */

export type Shelf = 'localStorage' | 'sessionStorage';

export function readShelf(shelf: Shelf, key: string): string | null {
  try {
    return window[shelf].getItem(key);
  } catch {
    return null;
  }
}

/** Writes, or deletes where the value is null. */
export function writeShelf(shelf: Shelf, key: string, value: string | null): boolean {
  try {
    if (value === null) window[shelf].removeItem(key);
    else window[shelf].setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
