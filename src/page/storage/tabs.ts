/** Other tabs of this page: they hear of changed rows, and can tell a living answer from an abandoned one. */

export type News =
  /** Rows of this chat changed: its list entry, its messages, or both. */
  | { readonly type: 'chat'; readonly chat: string }
  /** Everything on this device was cleared. */
  | { readonly type: 'cleared' };

export interface Tabs {
  tell(news: News): void;
  /** Holds the answer's lock until the returned function is called (or the page goes away). */
  hold(answer: string): () => void;
  /** The answers that are being received, in any tab. */
  held(): Promise<ReadonlySet<string>>;
}

const LOCK = 'nexcode-answer-';

export function openTabs(heard: (news: News) => void): Tabs {
  const channel = new BroadcastChannel('nexcode');
  channel.onmessage = (event: MessageEvent<News>) => heard(event.data);
  /** Missing on plain http addresses: there, another tab's answer looks interrupted until its next save. */
  const locks: LockManager | undefined = navigator.locks;
  return {
    tell: (news) => channel.postMessage(news),
    hold(answer) {
      const { promise, resolve } = Promise.withResolvers<void>();
      locks?.request(LOCK + answer, () => promise).catch(() => {});
      return resolve;
    },
    async held() {
      const state = await locks?.query();
      return new Set((state?.held ?? []).map((lock) => lock.name?.slice(LOCK.length) ?? ''));
    },
  };
}
