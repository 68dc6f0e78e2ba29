/** localStorage and sessionStorage where they may be forbidden: reading gives null, writing may say no. */

export type StorageArea = 'localStorage' | 'sessionStorage';

export function readStorage(area: StorageArea, key: string): string | null {
  try {
    return window[area].getItem(key);
  } catch {
    return null;
  }
}

/** Writes, or deletes where the value is null. */
export function writeStorage(area: StorageArea, key: string, value: string | null): boolean {
  try {
    if (value === null) window[area].removeItem(key);
    else window[area].setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
