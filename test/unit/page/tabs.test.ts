import { afterEach, describe, expect, it, vi } from 'vitest';
import { openTabs, type Tabs } from '../../../src/page/storage/tabs.ts';
import { eventually } from '../../support/eventually.ts';

afterEach(() => vi.unstubAllGlobals());

/** Two tabs that share the locks of this process, and an answer of their own. */
function twoTabs(): { first: Tabs; second: Tabs; answer: string } {
  vi.stubGlobal('BroadcastChannel', class {});
  return { first: openTabs(() => {}), second: openTabs(() => {}), answer: crypto.randomUUID() };
}

describe('an answer’s lock', () => {
  it('is one tab’s, and passes on to the one that waits for it', async () => {
    const { first, second, answer } = twoTabs();
    const own = await first.take(answer);
    expect(own?.isMine).toBe(true);
    expect(await second.take(answer)).toBe(null);
    const waiting = second.hold(answer);
    expect(waiting.isMine).toBe(false);
    expect(await first.held()).toContain(answer);
    own?.release();
    await waiting.mine;
    expect(waiting.isMine).toBe(true);
    expect(await first.take(answer)).toBe(null);
    waiting.release();
    await first.released(answer);
    expect(await first.held()).not.toContain(answer);
  });

  it('is not taken for held by those who wait for its end', async () => {
    const { first, second, answer } = twoTabs();
    const own = await first.take(answer);
    const ended: string[] = [];
    const both = [first, second].map((tab) => tab.released(answer).then(() => ended.push('ended')));
    expect(ended).toEqual([]);
    own?.release();
    await Promise.all(both);
    expect(ended).toEqual(['ended', 'ended']);
    await eventually(async () => expect(await first.held()).not.toContain(answer));
    expect((await second.take(answer))?.isMine).toBe(true);
  });

  it.each([
    ['has none', undefined],
    ['forbids them', { request: () => Promise.reject(new DOMException('No', 'SecurityError')) }],
  ])('is no one else’s in a browser that %s', async (_, locks) => {
    vi.stubGlobal('navigator', { locks });
    const { first, answer } = twoTabs();
    expect((await first.take(answer))?.isMine).toBe(true);
    const held = first.hold(answer);
    await held.mine;
    expect(held.isMine).toBe(true);
    await first.released(answer);
  });
});
