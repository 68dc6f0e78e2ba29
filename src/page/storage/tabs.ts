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
  /** Resolves once no tab receives this answer any more: it has ended, or its page went away. */
  released(answer: string): Promise<void>;
  /** The answers that are being received, in any tab. */
  held(): Promise<ReadonlySet<string>>;
}

/** An answer's lock: who has it saves the answer. */
export interface AnswerLock {
  /** Whether this tab has it by now. */
  readonly isMine: boolean;
  /** Resolves once this tab has it. */
  readonly mine: Promise<void>;
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
      const own = { isMine: true, mine: Promise.resolve() };
      const without = { ...own, release: () => {} };
      if (!locks) return Promise.resolve(without);
      locks
        .request(LOCK + answer, { ifAvailable: true }, (lock) => {
          const { promise, resolve: release } = Promise.withResolvers<void>();
          resolve(lock && { ...own, release });
          return lock ? promise : undefined;
        })
        // A browser that forbids locks: the answer is received without one.
        .catch(() => resolve(without));
      return taken;
    },
    hold(answer) {
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      const { promise: mine, resolve: isTaken } = Promise.withResolvers<void>();
      let isMine = false;
      const take = () => {
        isMine = true;
        isTaken();
        return held;
      };
      // A browser that has no locks, or forbids them: the answer is received without one.
      if (locks) locks.request(LOCK + answer, take).catch(take);
      else void take();
      return {
        mine,
        release,
        get isMine() {
          return isMine;
        },
      };
    },
    async released(answer) {
      await locks?.request(LOCK + answer, { mode: 'shared' }, () => {}).catch(() => {});
    },
    async held() {
      const state = await locks?.query();
      const received = state?.held?.filter(({ mode }) => mode === 'exclusive') ?? [];
      return new Set(received.map(({ name }) => name?.slice(LOCK.length) ?? ''));
    },
  };
}
