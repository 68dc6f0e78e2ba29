/** A value that can be watched: the page's one state object. */
export interface Observable<T> {
  get(): T;
  /** Replaces some fields and tells every watcher. */
  set(patch: Partial<T>): void;
  watch(watcher: () => void): () => void;
}

export function observable<T extends object>(initial: T): Observable<T> {
  let value = initial;
  const watchers = new Set<() => void>();
  return {
    get: () => value,
    set(patch) {
      value = { ...value, ...patch };
      for (const watcher of [...watchers]) watcher();
    },
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}
