/** Other tabs of this page: they hear of changed rows, and can tell a living answer from an abandoned one. */

export type News =
  /** Rows of this chat changed: its list entry, its messages, or both. */
  | { readonly type: 'chat'; readonly chat: string }
  /** Everything on this device was cleared. */
  | { readonly type: 'cleared' };

export interface Tabs {
  tell(news: News): void;
  /** Takes the answer's lock; null where another tab has it, and is receiving the answer. */
  take(answer: string): Promise<AnswerLock | null>;
  /** Takes the answer's lock, or waits for it where another tab has it, until it is released (or the page goes away). */
  hold(answer: string): AnswerLock;
  /** The answers that are being received, in any tab. */
  held(): Promise<ReadonlySet<string>>;
}

/** An answer's lock: who has it saves the answer. */
export interface AnswerLock {
  /** Whether this tab has it by now. */
  readonly isMine: boolean;
  readonly release: () => void;
}

const LOCK = 'nexcode-answer-';

export function openTabs(heard: (news: News) => void): Tabs {
  const channel = new BroadcastChannel('nexcode');
  channel.onmessage = (event: MessageEvent<News>) => heard(event.data);
  /** Missing on plain http addresses: there, another tab's answer looks interrupted until its next save. */
  const locks: LockManager | undefined = navigator.locks;
  return {
    tell: (news) => channel.postMessage(news),
    take(answer) {
      const { promise: taken, resolve } = Promise.withResolvers<AnswerLock | null>();
      const without = { isMine: true, release: () => {} };
      if (!locks) return Promise.resolve(without);
      locks
        .request(LOCK + answer, { ifAvailable: true }, (lock) => {
          const { promise, resolve: release } = Promise.withResolvers<void>();
          resolve(lock && { isMine: true, release });
          return lock ? promise : undefined;
        })
        // A browser that forbids locks: the answer is received without one.
        .catch(() => resolve(without));
      return taken;
    },
    hold(answer) {
      const { promise, resolve: release } = Promise.withResolvers<void>();
      let isMine = locks === undefined;
      locks
        ?.request(LOCK + answer, () => {
          isMine = true;
          return promise;
        })
        .catch(() => {});
      return {
        release,
        get isMine() {
          return isMine;
        },
      };
    },
    async held() {
      const state = await locks?.query();
      return new Set((state?.held ?? []).map((lock) => lock.name?.slice(LOCK.length) ?? ''));
    },
  };
}
