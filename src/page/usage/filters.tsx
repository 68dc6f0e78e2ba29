/** Which usage is shown: the period, and one key or model. */
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
      <label class="field">
        <span>{t('period')}</span>
        <select
          value={chosen.name}
          onChange={({ currentTarget: { value } }) => {
            const name = PERIODS.find((each) => each === value);
            if (name) on.onPeriod({ ...chosen, name });
          }}
        >
          {PERIODS.map((name) => (
            <option key={name} value={name}>
              {t(`period${name}`)}
            </option>
          ))}
        </select>
      </label>
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
        <label class="field">
          <span>{t('ofKey')}</span>
          <select
            value={shown.key}
            onChange={({ currentTarget: { value } }) => on.onShown({ ...shown, key: value })}
          >
            <option value="">{t('allKeys')}</option>
            {keys.map((id) => (
              <option key={id} value={id}>
                {nameOf(id)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="field">
        <span>{t('ofModel')}</span>
        <select
          value={shown.model}
          onChange={({ currentTarget: { value } }) => on.onShown({ ...shown, model: value })}
        >
          <option value="">{t('allModels')}</option>
          {models.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
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
