/** Which usage is shown: the period, and one key or model. */
import { Choice } from './choice.tsx';
import { keyNames } from './key-names.ts';
import { type ChosenPeriod, MOST_DAYS, PERIODS, periodOf } from './period.ts';
import type { Key, Report } from './report.ts';
import type { Shown } from './server.ts';
import { useSpeech } from './speech.ts';

interface FiltersProps {
  readonly chosen: ChosenPeriod;
  readonly shown: Shown;
  readonly loaded: { readonly report: Report; readonly keys: readonly Key[] } | null;
  readonly isOperator: boolean;
  readonly busy: boolean;
  onPeriod(period: ChosenPeriod): void;
  onShown(shown: Shown): void;
  onRefresh(): void;
}

export function Filters({ chosen, shown, loaded, isOperator, busy, ...on }: FiltersProps) {
  const { t } = useSpeech();
  const nameOf = keyNames(loaded?.keys ?? [], t);
  const report = loaded?.report;
  // What is chosen stays in its list, though a period may have nothing of it.
  const keys = unique([shown.key, ...(report?.keys ?? []).map(({ name }) => name)]);
  const models = unique([shown.model, ...(report?.models ?? []).map(({ name }) => name)]);
  const isBad = periodOf(chosen, Math.floor(Date.now() / 1000)) === null;
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <Choice
        label={t('period')}
        value={chosen.name}
        options={PERIODS.map((name) => [name, t(`period${name}`)])}
        choose={(name) => on.onPeriod({ ...chosen, name })}
      />
      {chosen.name === 'custom' &&
        (['from', 'to'] as const).map((side) => (
          <label class="field" key={side}>
            <span>{t(side)}</span>
            <input
              type="date"
              required
              value={chosen[side]}
              aria-invalid={isBad}
              onChange={({ currentTarget: { value } }) => on.onPeriod({ ...chosen, [side]: value })}
            />
          </label>
        ))}
      {isOperator && (
        <Choice
          label={t('ofKey')}
          value={shown.key}
          options={[['', t('allKeys')], ...keys.map((id) => [id, nameOf(id)] as const)]}
          choose={(key) => on.onShown({ ...shown, key })}
        />
      )}
      <Choice
        label={t('ofModel')}
        value={shown.model}
        options={[['', t('allModels')], ...models.map((name) => [name, name] as const)]}
        choose={(model) => on.onShown({ ...shown, model })}
      />
      <button type="button" onClick={on.onRefresh} disabled={busy || isBad}>
        {t('refresh')}
      </button>
      <small role="status">{isBad ? t('badPeriod', { n: MOST_DAYS }) : busy ? t('loading') : t('utc')}</small>
    </form>
  );
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== '');
}
