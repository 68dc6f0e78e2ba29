/** Sums by time, model or key, as a table. */
import { useId } from 'preact/hooks';
import { costText, doubts } from './cost.ts';
import type { Figures, NamedFigures } from './report.ts';
import { sharesOf } from './shares.ts';
import { useSpeech } from './speech.ts';

interface FiguresTableProps {
  /** Left out where the table stands below its heading. */
  readonly title?: string;
  /** What the lines are told apart by. */
  readonly column: string;
  readonly lines: readonly NamedFigures[];
  readonly total: Figures;
  /** Each line shows how much of the whole it is. */
  readonly hasShares?: boolean;
}

/** The columns of figures, as `Line` fills them. */
const FIGURES = [
  'cost',
  'requests',
  'errorsColumn',
  'cutColumn',
  'inColumn',
  'outColumn',
  'firstToken',
] as const;

export function FiguresTable({ title, column, lines, total, hasShares = false }: FiguresTableProps) {
  const { t } = useSpeech();
  const shares = hasShares ? sharesOf(lines) : [];
  const heading = useId();
  const table = (
    <div class="wide" ref={reachable}>
      <table aria-label={title ?? t('byTime')}>
        <thead>
          <tr>
            <th scope="col">{column}</th>
            {FIGURES.map((figure) => (
              <th key={figure} scope="col" class="number">
                {t(figure)}
              </th>
            ))}
            <th scope="col">{t('notes')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, place) => (
            <Line key={line.name} line={line} share={shares[place]} />
          ))}
        </tbody>
        <tfoot>
          <Line line={{ ...total, name: t('total') }} />
        </tfoot>
      </table>
    </div>
  );
  if (title === undefined) return table;
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {table}
    </section>
  );
}

/** A bar beside the figures, which say the same to a screen reader. */
function Share({ of: share }: { readonly of: number }) {
  return (
    <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="reach" width="100" height="4" />
      <rect class="value" width={share * 100} height="4" />
    </svg>
  );
}

/** A box that scrolls is reached by the keyboard: a table can be wider than a phone. */
function reachable(box: HTMLDivElement | null): void {
  if (box) box.tabIndex = 0;
}

interface LineProps {
  readonly line: NamedFigures;
  /** Between 0 and 1. */
  readonly share?: number | undefined;
}

function Line({ line, share }: LineProps) {
  const { t, numbers } = useSpeech();
  const notes = [...doubts(line, numbers, t), line.left > 0 && t('left', { n: numbers.count(line.left) })];
  return (
    <tr>
      <th scope="row">
        {line.name}
        {share !== undefined && <Share of={share} />}
      </th>
      <td class="number">{costText(line, numbers, t)}</td>
      {[line.requests, line.errors, line.cut, line.input, line.output].map((value, place) => (
        // The columns stay where they are.
        <td key={String(place)} class="number">
          {numbers.count(value)}
        </td>
      ))}
      <td class="number">{line.firstMs === null ? t('none') : numbers.seconds(line.firstMs)}</td>
      <td>{notes.filter(Boolean).join(' · ')}</td>
    </tr>
  );
}
