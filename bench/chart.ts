/** The ratios as bars: one panel for each metric, one bar for each contender, one dashed line for each floor. */
import { FLOOR_CONTENDERS } from './floors.ts';
import type { MetricId, Result } from './result.ts';
import { comparedText } from './table.ts';
import { contenderName, type Language, METRICS } from './words.ts';

const WIDTH = 780;
const NAME_WIDTH = 270;
const BAR_WIDTH = 430;
const ROW_HEIGHT = 22;
const BAR_HEIGHT = 14;
const TITLE_HEIGHT = 34;
const MARGIN = 16;

/** Readable on light and on dark pages: an SVG in an `img` follows the reader's colour scheme by itself. */
const STYLE = `text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600}.own{fill:#0b6bcb}.other{fill:#8c959f}.base{stroke:#59636e;stroke-dasharray:3 3}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.own{fill:#4aa3ff}.other{fill:#6e7681}.base{stroke:#9198a1}}`;

/** An SVG image of what each contender costs beside the bare Worker, with dashed lines at 1 and at the least relay:
 * a panel for each of these metrics, from above. */
export function chart(results: readonly Result[], panels: readonly MetricId[], language: Language): string {
  const parts: string[] = [];
  let top = MARGIN;
  for (const id of panels) {
    const bars = results.filter(
      ({ metric, beside }) => metric.id === id && !Number.isNaN(beside.bare?.median ?? Number.NaN),
    );
    if (bars.length === 0) continue;
    const { svg, height } = panel(id, bars, top, language);
    parts.push(svg);
    top += height;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="img"><title>${escaped(titleOf(language))}</title><style>${STYLE}</style>${parts.join('')}</svg>\n`;
}

function panel(id: MetricId, bars: readonly Result[], top: number, language: Language) {
  const longest = Math.max(1, ...bars.map(({ beside }) => beside.bare?.median ?? 0));
  const scale = BAR_WIDTH / longest;
  const least = bars.find(({ contender }) => contender === FLOOR_CONTENDERS.least.name)?.beside.bare?.median;
  const rows = bars.map(({ contender, beside, metric }, index) => {
    const value = beside.bare?.median ?? 0;
    const y = top + TITLE_HEIGHT + index * ROW_HEIGHT;
    const kind = contender.startsWith('NexCode') ? 'own' : 'other';
    const width = (value * scale).toFixed(1);
    return `<text x="${NAME_WIDTH - 8}" y="${y + 12}" text-anchor="end">${escaped(contenderName(contender, language))}</text><rect class="${kind}" x="${NAME_WIDTH}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="2"/><text x="${(NAME_WIDTH + Math.max(value, 1, least ?? 1) * scale + 6).toFixed(1)}" y="${y + 12}">${comparedText(metric.comparison, value)}</text>`;
  });
  const bottom = top + TITLE_HEIGHT + bars.length * ROW_HEIGHT;
  const title = `<text class="title" x="${MARGIN}" y="${top + 18}">${escaped(METRICS[id][language].what)}</text>`;
  const lines = [1, ...(least === undefined ? [] : [least])].map((floor) => {
    const x = (NAME_WIDTH + floor * scale).toFixed(1);
    return `<line class="base" x1="${x}" y1="${top + TITLE_HEIGHT - 4}" x2="${x}" y2="${bottom}"/>`;
  });
  return { svg: title + rows.join('') + lines.join(''), height: bottom - top + MARGIN };
}

function titleOf(language: Language): string {
  const base = contenderName(FLOOR_CONTENDERS.bare.name, language);
  return language === 'en' ? `Cost beside the ${base}` : `与${base}相比的开销`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
