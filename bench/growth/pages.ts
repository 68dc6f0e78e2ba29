/** The curves as a table for people, and as pages of the documentation in both languages. */
import { tableOf, writeDocs } from '../markdown.ts';
import type { Machine } from '../result.ts';
import { figure } from '../table.ts';
import { type Language, machineText } from '../words.ts';
import { type Curve, isFaster, type Point, slopeOf } from './curve.ts';

/** A curve and what was measured of it. */
export interface Measured {
  readonly curve: Curve;
  readonly points: readonly Point[];
}

const TEXTS = {
  en: {
    file: 'growth.md',
    other: '[中文](growth.zh-CN.md)',
    title: 'Growth',
    intro: `What things cost at many sizes, written by \`npm run growth -- --docs\`. Figures are of the machine named below and mean something only beside each other.

The power in the last column is the slope of cost against size where both are logarithms: the median over all pairs of the upper half of the sizes. With 1, twice the size costs twice as much; with 0, the size does not matter. Beside it stands the power of the work itself: 1 where everything is read or sent once, 0 where one thing is looked up among many. What is at most 0.2 above that is taken for the same, and so is what comes to less than half as much again over those sizes: timings differ by so much.`,
    power: 'power (of the work)',
    counted: 'counted',
    quick:
      'Small sizes alone (`--quick`), on a machine with other work: they show the form, not what large sizes cost.',
    none: 'No cost grows faster than its work.',
    faster: 'Faster than their work grow: ',
    how: '`npm run growth` prints the tables, `-- --quick` takes small sizes alone, `-- --only ID` one curve. A wrong count makes it fail; a time never does.',
  },
  zh: {
    file: 'growth.zh-CN.md',
    other: '[English](growth.md)',
    title: '规模与开销',
    intro: `各种规模下的开销，由 \`npm run growth -- --docs\` 生成。数字取自下述机器，只有相互比较才有意义。

最后一列的幂次，是开销与规模取对数之后的斜率：在较大的一半规模中，取所有点对的中位数。幂次为 1 时，规模翻倍则开销翻倍；为 0 时，开销与规模无关。旁边是工作量本身的幂次：全部内容都要读或发一遍的是 1，从许多项中查找一项的是 0。高出不超过 0.2，或在这些规模上合计多出不到一半的，都视为相同，因为计时本身就有这样的出入。`,
    power: '幂次（工作量）',
    counted: '计数',
    quick: '只有小规模（`--quick`），当时机器还有其他任务：只能看出走势，看不出大规模的开销。',
    none: '没有哪项开销比它的工作量增长得更快。',
    faster: '比工作量增长得更快的有：',
    how: '`npm run growth` 打印这些表格；`-- --quick` 只测小规模；`-- --only ID` 只测一条曲线。计数不对时命令失败，计时从不导致失败。',
  },
} as const;

/** One curve as a table: a line for each figure, a column for each size. */
export function curveTable({ curve, points }: Measured, language: Language): string {
  const text = TEXTS[language];
  const rows = curve.figures.map((each, place) => {
    const found = slopeOf(points, place);
    const cells = points.map(({ costs }) => {
      const cost = costs[place] ?? Number.NaN;
      return Number.isNaN(cost) ? '–' : figure(cost);
    });
    const power = Number.isNaN(found) ? '–' : found.toFixed(2);
    const isMore = isFaster(points, place, each);
    return [each.words[language], ...cells, `${isMore ? `**${power}**` : power} (${each.power})`];
  });
  if (curve.counted !== undefined)
    rows.push([
      curve.counted.words[language],
      ...points.map(({ count }) => String(count ?? '–')),
      text.counted,
    ]);
  const sizes = points.map(({ size }) => size.toLocaleString('en-US'));
  return tableOf([curve.words[language], ...sizes, text.power], rows);
}

/** What grows faster than its work, as `curve: figure`. */
export function fasterThanWork(all: readonly Measured[], language: Language): string[] {
  return all.flatMap(({ curve, points }) =>
    curve.figures
      .filter((each, place) => isFaster(points, place, each))
      .map((each) => `${curve.words[language]} – ${each.words[language]}`),
  );
}

/** The verdict in a sentence. */
export function verdict(all: readonly Measured[], language: Language): string {
  const { none, faster } = TEXTS[language];
  const more = fasterThanWork(all, language);
  return more.length === 0
    ? none
    : `${faster}${more.join(language === 'en' ? '; ' : '；')}${language === 'en' ? '.' : '。'}`;
}

/** The page as Markdown. */
export function growthPage(machine: Machine, all: readonly Measured[], language: Language): string {
  const text = TEXTS[language];
  return [
    `# ${text.title}`,
    text.other,
    text.intro,
    machineText(machine, language),
    ...(machine['quick'] === true ? [text.quick] : []),
    verdict(all, language),
    ...all.map((each) => curveTable(each, language)),
    text.how,
  ]
    .join('\n\n')
    .concat('\n');
}

/** Writes both pages into docs/. */
export function writeGrowth(machine: Machine, all: readonly Measured[]): Promise<void> {
  return writeDocs((language) => ({ [TEXTS[language].file]: growthPage(machine, all, language) }));
}
