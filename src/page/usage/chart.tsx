/** The period as bars, by hour or day, and the same as a table. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { barsOf, labelled, ticksOf } from './chart-shape.ts';
import { Choice } from './choice.tsx';
import { costText } from './cost.ts';
import { FiguresTable } from './figures-table.tsx';
import { bucketsOf } from './period.ts';
import { type Figures, NO_FIGURES, type Report } from './report.ts';
import { useSpeech } from './speech.ts';

/** What the bars can stand for. */
const MEASURES = ['cost', 'requests', 'tokens'] as const;
type Measure = (typeof MEASURES)[number];

const VALUE: Readonly<Record<Measure, (line: Figures) => number>> = {
  cost: ({ cost }) => cost ?? 0,
  requests: ({ requests }) => requests,
  tokens: ({ input, output }) => input + output,
};

const HEIGHT = 180;
const MARGIN = { left: 64, bottom: 24, top: 12 };
const LABEL_WIDTH = 72;
/** Until the element has been measured. */
const USUAL_WIDTH = 900;

export function Chart({ report }: { readonly report: Report }) {
  const { t, numbers } = useSpeech();
  const [measure, setMeasure] = useState<Measure>('cost');
  const [box, width] = useWidth();
  const known = new Map(report.times.map((line) => [line.at, line]));
  const lines = bucketsOf(report).map((at) => known.get(at) ?? { ...NO_FIGURES, at });
  const values = lines.map(VALUE[measure]);
  const area = { width: Math.max(120, width - MARGIN.left), height: HEIGHT };
  const bars = barsOf(values, area);
  const say = (line: Figures) =>
    measure === 'cost' ? costText(line, numbers, t) : numbers.count(VALUE[measure](line));
  const axis = (value: number) => (measure === 'cost' ? numbers.money(value) : numbers.count(value));
  const time = (at: number) => numbers.bucket(at, report.width);
  const highest = lines[values.indexOf(Math.max(...values))];
  const last = lines.at(-1);
  const summary =
    highest && last && lines[0]
      ? t('chartSays', {
          what: t(measure),
          from: time(lines[0].at),
          to: time(last.at),
          total: say(report.total),
          at: time(highest.at),
          most: say(highest),
        })
      : '';
  return (
    <section aria-labelledby="by-time">
      <div class="section-head">
        <h2 id="by-time">{t('byTime')}</h2>
        <Choice
          inline
          label={t('chartOf')}
          value={measure}
          options={MEASURES.map((each) => [each, t(each)])}
          choose={(chosen) => setMeasure(chosen)}
        />
      </div>
      <div class="chart" ref={box}>
        <svg
          role="img"
          aria-label={summary}
          width={width}
          height={HEIGHT + MARGIN.top + MARGIN.bottom}
          viewBox={`0 0 ${width} ${HEIGHT + MARGIN.top + MARGIN.bottom}`}
        >
          <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
            {ticksOf(values, area).map(({ y, value }) => (
              <g key={y}>
                <line class="grid" x1={0} x2={area.width} y1={y} y2={y} />
                <text class="tick" x={-8} y={y + 4} text-anchor="end">
                  {axis(value)}
                </text>
              </g>
            ))}
            {lines.map((line, place) => {
              const bar = bars[place];
              if (!bar) return null;
              const isDoubtful = measure === 'cost' && line.unpriced > 0;
              return (
                <g key={line.at} class="bar">
                  <title>{`${time(line.at)}: ${say(line)}`}</title>
                  <rect class="reach" x={bar.x} y={0} width={bar.width} height={HEIGHT} />
                  <rect
                    class={measure === 'cost' && line.estimated > 0 ? 'value estimated' : 'value'}
                    {...bar}
                    rx={Math.min(3, bar.width / 3)}
                  />
                  {isDoubtful && (
                    <text class="doubt" x={bar.x + bar.width / 2} y={bar.y - 4} text-anchor="middle">
                      ?
                    </text>
                  )}
                </g>
              );
            })}
            {labelled(lines.length, Math.max(2, Math.floor(area.width / LABEL_WIDTH))).map((place) => {
              const [line, bar] = [lines[place], bars[place]];
              return (
                line &&
                bar && (
                  <text key={place} class="tick" x={bar.x} y={HEIGHT + 18}>
                    {time(line.at)}
                  </text>
                )
              );
            })}
          </g>
        </svg>
      </div>
      <details>
        <summary>{t('asTable')}</summary>
        <FiguresTable
          column={t('time')}
          lines={report.times.map((line) => ({ ...line, name: time(line.at) }))}
          total={report.total}
        />
      </details>
    </section>
  );
}

/** The width of an element, as it changes. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(USUAL_WIDTH);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth || USUAL_WIDTH));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}
