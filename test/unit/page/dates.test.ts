import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentText } from '../../../src/page/chat/moment-text.ts';
import type { Chat } from '../../../src/page/chat/types.ts';
import { daysBetween, groupsOf } from '../../../src/page/chats/groups.ts';
import { loadWords } from '../../../src/page/i18n/translate.ts';

const NOW = new Date(2026, 10, 26, 0, 30).getTime();
const at = (...parts: [number, number, number, number?, number?]) => new Date(...parts).getTime();

function chat(id: string, updated: number, more: Partial<Chat> = {}): Chat {
  return { id, title: id, named: false, pinned: false, created: 0, updated, leaf: null, ...more };
}

const CHATS = [
  chat('old', at(2025, 2, 3)),
  chat('unknown', 0),
  chat('today', at(2026, 10, 26, 0, 10)),
  chat('tomorrow', at(2026, 10, 27)),
  chat('yesterday', at(2026, 10, 25, 23, 50)),
  chat('week', at(2026, 10, 19)),
  chat('month', at(2026, 9, 27)),
  chat('october', at(2026, 9, 26, 23)),
  chat('pinned', at(2020, 0, 1), { pinned: true }),
  chat('put aside', at(2026, 10, 26), { archived: true, pinned: true }),
];

describe('the list of conversations', () => {
  it.each([
    [
      'en',
      [
        'Pinned',
        'today',
        'yesterday',
        'Last 7 days',
        'Last 30 days',
        'October 2026',
        'March 2025',
        'Earlier',
      ],
      'Archived',
    ],
    [
      'zh-CN',
      ['已置顶', '今天', '昨天', '最近 7 天', '最近 30 天', '2026年10月', '2025年3月', '更早'],
      '已归档',
    ],
  ] as const)('names the days in %s', async (locale, names, archived) => {
    const groups = groupsOf(CHATS, NOW, locale, await loadWords(locale));
    expect(groups.map(({ name }) => name)).toEqual([...names, archived]);
    expect(groups.map(({ chats }) => chats.map(({ id }) => id))).toEqual([
      ['pinned'],
      ['tomorrow', 'today'],
      ['yesterday'],
      ['week'],
      ['month'],
      ['october'],
      ['old'],
      ['unknown'],
      ['put aside'],
    ]);
    expect(groups.filter(({ folded }) => folded).map(({ name }) => name)).toEqual([archived]);
  });

  it('holds every conversation once', async () => {
    const t = await loadWords('en');
    const times = fc.integer({ min: 0, max: NOW + 86_400_000 });
    const chats = fc.array(fc.tuple(times, fc.boolean(), fc.boolean()));
    fc.assert(
      fc.property(chats, (rows) => {
        const all = rows.map(([updated, pinned, archived], n) => chat(`${n}`, updated, { pinned, archived }));
        const shown = groupsOf(all, NOW, 'en', t).flatMap((group) => group.chats);
        expect(new Set(shown)).toEqual(new Set(all));
        expect(shown).toHaveLength(all.length);
      }),
    );
  });
});

it('counts days of the calendar, not of 24 hours', () => {
  expect(daysBetween(at(2026, 10, 25, 23, 59), at(2026, 10, 26, 0, 1))).toBe(1);
  expect(daysBetween(at(2026, 10, 26, 0, 1), at(2026, 10, 26, 23, 59))).toBe(0);
  // Across both clock changes, wherever this runs.
  expect(daysBetween(at(2026, 0, 1), at(2027, 0, 1))).toBe(365);
});

it.each([
  ['en', at(2026, 10, 26, 0, 5), '12:05 AM'],
  ['en', at(2026, 10, 25, 14, 5), 'Nov 25, 2:05 PM'],
  ['en', at(2025, 10, 25, 14, 5), 'Nov 25, 2025, 2:05 PM'],
  ['zh-CN', at(2026, 10, 26, 0, 5), '00:05'],
  ['zh-CN', at(2026, 10, 25, 14, 5), '11月25日 14:05'],
  ['zh-CN', at(2025, 10, 25, 14, 5), '2025年11月25日 14:05'],
])('a message in %s says when it was written: %i', (locale, time, text) => {
  expect(momentText(time, NOW, locale).replace(/\s/g, ' ')).toBe(text);
});
