/** The fields of a key's name and limits. The browser checks them: whole numbers, and none below one. */
import { Choice } from './choice.tsx';
import type { LimitsForm } from './limits-form.ts';
import { BUDGET_PERIODS } from './report.ts';
import { useSpeech } from './speech.ts';

interface LimitsFieldsProps {
  readonly form: LimitsForm;
  readonly isChange: boolean;
  change(part: Partial<LimitsForm>): void;
}

const UNITS = ['usd', 'tokens'] as const;
const HOLDS = ['strict', 'typical'] as const;
/** The largest number that the server takes. */
const MOST = 1e12;

export function LimitsFields({ form, isChange, change }: LimitsFieldsProps) {
  const { t } = useSpeech();
  const isMoney = form.unit === 'usd';
  const expiries = isChange ? (['keep', 'never', 'days'] as const) : (['never', 'days'] as const);
  const number = (name: 'rpm' | 'tpm' | 'days') => ({
    type: 'number' as const,
    inputMode: 'numeric' as const,
    min: 1,
    max: name === 'days' ? 36_500 : MOST,
    step: 1,
    value: form[name],
    onInput: (event: { currentTarget: HTMLInputElement }) => change({ [name]: event.currentTarget.value }),
  });
  return (
    <div class="fields">
      <div class="field">
        <label for="key-name">{t('name')}</label>
        <input
          id="key-name"
          required
          maxLength={200}
          pattern=".*\S.*"
          autocomplete="off"
          value={form.name}
          aria-describedby="name-help"
          onInput={({ currentTarget: { value } }) => change({ name: value })}
        />
        <small id="name-help">{t('nameHelp')}</small>
      </div>
      <fieldset>
        <legend>{t('limitBudget')}</legend>
        <div class="three">
          <label class="field">
            <span>{t('amount')}</span>
            <input
              type="number"
              inputMode="decimal"
              min={isMoney ? 0.000001 : 1}
              max={isMoney ? 9_000_000 : MOST}
              step={isMoney ? 'any' : 1}
              value={form.budget}
              aria-describedby="budget-help"
              onInput={({ currentTarget: { value } }) => change({ budget: value })}
            />
          </label>
          <Choice
            label={t('unit')}
            value={form.unit}
            options={UNITS.map((unit) => [unit, t(`unit${unit}`)])}
            choose={(unit) => change({ unit })}
          />
          <Choice
            label={t('each')}
            value={form.period}
            options={BUDGET_PERIODS.map((period) => [period, t(`each${period}`)])}
            choose={(period) => change({ period })}
          />
        </div>
        <small id="budget-help">{t('budgetHelp')}</small>
      </fieldset>
      <div class="field">
        <label for="key-models">{t('limitModels')}</label>
        <input
          id="key-models"
          autocomplete="off"
          value={form.models}
          aria-describedby="models-help"
          onInput={({ currentTarget: { value } }) => change({ models: value })}
        />
        <small id="models-help">{t('modelsHelp')}</small>
      </div>
      <div class="two">
        <label class="field">
          <span>{t('limitRpm')}</span>
          <input {...number('rpm')} />
        </label>
        <label class="field">
          <span>{t('limitTpm')}</span>
          <input {...number('tpm')} />
        </label>
      </div>
      <div class="two">
        <Choice
          label={t('expiry')}
          value={form.expiry}
          options={expiries.map((expiry) => [expiry, t(`expiry${expiry}`)])}
          choose={(expiry) => change({ expiry })}
        />
        {form.expiry === 'days' && (
          <label class="field">
            <span>{t('days')}</span>
            <input required {...number('days')} />
          </label>
        )}
      </div>
      <Choice
        label={t('holds')}
        value={form.holds}
        options={HOLDS.map((holds) => [holds, t(`holds${holds}`)])}
        choose={(holds) => change({ holds })}
      />
    </div>
  );
}
