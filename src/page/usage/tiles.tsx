/** The period's sums, each with what it does not say. */
import { costText, doubts } from './cost.ts';
import type { Key, Report } from './report.ts';
import { useSpeech } from './speech.ts';

export function Tiles({
  report: { total },
  keys,
}: {
  readonly report: Report;
  readonly keys: readonly Key[];
}) {
  const { t, numbers } = useSpeech();
  const { count } = numbers;
  const failures = [
    total.errors > 0 && t('errors', { n: count(total.errors) }),
    total.cut > 0 && t('cut', { n: count(total.cut) }),
    total.left > 0 && t('left', { n: count(total.left) }),
  ].filter(Boolean);
  const open = keys.reduce((sum, { openCalls }) => sum + (openCalls ?? 0), 0);
  const held = (unit: 'usd' | 'tokens') =>
    keys.reduce((sum, { budget }) => sum + (budget?.unit === unit ? (budget.state?.held ?? 0) : 0), 0);
  const holds = [
    held('usd') > 0 && numbers.money(held('usd')),
    held('tokens') > 0 && t('tokensOf', { n: count(held('tokens')) }),
  ].filter(Boolean);
  return (
    <dl class="tiles">
      <Tile name={t('cost')} value={costText(total, numbers, t)} notes={doubts(total, numbers, t)} />
      <Tile name={t('requests')} value={count(total.requests)} notes={failures} />
      <Tile
        name={t('tokens')}
        value={count(total.input + total.output)}
        notes={[
          t('inNote', { n: count(total.input) }),
          t('outNote', { n: count(total.output) }),
          total.cached > 0 && t('cached', { n: count(total.cached) }),
        ]}
      />
      <Tile
        name={t('firstToken')}
        value={total.firstMs === null ? t('none') : numbers.seconds(total.firstMs)}
        notes={[t('firstTokenHelp')]}
      />
      <Tile
        name={t('openNow')}
        value={count(open)}
        notes={holds.map((amount) => t('heldNow', { amount: amount || '' }))}
      />
    </dl>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly notes: readonly (string | false)[];
}

function Tile({ name, value, notes }: TileProps) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class="figure">{value}</dd>
      {notes.filter(Boolean).map((note) => (
        <dd class="help" key={note}>
          {note}
        </dd>
      ))}
    </div>
  );
}
