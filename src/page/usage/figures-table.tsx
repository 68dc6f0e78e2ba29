/** Sums by time, model or key, as a table. */
import { useId } from 'preact/hooks';
import { costText, doubts } from './cost.ts';
import type { Figures, NamedFigures } from './report.ts';
import { useSpeech } from './speech.ts';

interface FiguresTableProps {
  /** Left out where the table stands below its heading. */
  readonly title?: string;
  /** What the lines are told apart by. */
  readonly column: string;
  readonly lines: readonly NamedFigures[];
  readonly total: Figures;
}

export function FiguresTable({ title, column, lines, total }: FiguresTableProps) {
  const { t } = useSpeech();
  const heading = useId();
  const table = (
    <div class="wide" ref={reachable}>
      <table aria-label={title ?? t('byTime')}>
        <thead>
          <tr>
            <th scope="col">{column}</th>
            <th scope="col" class="number">
              {t('cost')}
            </th>
            <th scope="col" class="number">
              {t('requests')}
            </th>
            <th scope="col" class="number">
              {t('errorsColumn')}
            </th>
            <th scope="col" class="number">
              {t('cutColumn')}
            </th>
            <th scope="col" class="number">
              {t('inColumn')}
            </th>
            <th scope="col" class="number">
              {t('outColumn')}
            </th>
            <th scope="col" class="number">
              {t('firstToken')}
            </th>
            <th scope="col">{t('notes')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.name} line={line} />
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

/** A box that scrolls is reached by the keyboard: a table can be wider than a phone. */
function reachable(box: HTMLDivElement | null): void {
  if (box) box.tabIndex = 0;
}

function Line({ line }: { readonly line: NamedFigures }) {
  const { t, numbers } = useSpeech();
  const notes = [...doubts(line, numbers, t), line.left > 0 && t('left', { n: numbers.count(line.left) })];
  return (
    <tr>
      <th scope="row">{line.name}</th>
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
