/** The form of a key's limits: what stands in its fields, and what is asked of the server for it. Pure. */
import type { BudgetPeriod, Key } from './report.ts';

/** The fields, as texts. An empty one is no limit. */
export interface LimitsForm {
  readonly name: string;
  /** Patterns of models, divided by commas or spaces. */
  readonly models: string;
  readonly budget: string;
  readonly unit: 'usd' | 'tokens';
  readonly period: BudgetPeriod;
  readonly rpm: string;
  readonly tpm: string;
  /** What becomes of the expiry: as it is, none, or so many days from now. */
  readonly expiry: 'keep' | 'never' | 'days';
  readonly days: string;
  readonly holds: 'strict' | 'typical';
}

/** The form of a key that is yet to be. */
export const EMPTY_FORM: LimitsForm = {
  name: '',
  models: '',
  budget: '',
  unit: 'usd',
  period: 'month',
  rpm: '',
  tpm: '',
  expiry: 'never',
  days: '30',
  holds: 'strict',
};

/** The form of a key that there is. */
export function formOf({ name, models, budget, rpm, tpm, holds }: Key): LimitsForm {
  return {
    ...EMPTY_FORM,
    name,
    models: models.join(', '),
    ...(budget !== null && {
      budget: String(budget.amount),
      unit: budget.unit,
      period: budget.period,
    }),
    rpm: rpm === null ? '' : String(rpm),
    tpm: tpm === null ? '' : String(tpm),
    expiry: 'keep',
    holds,
  };
}

const DAY_S = 86_400;

/** The body of the request: a limit whose field is empty is null, which takes it away where there is one. */
export function requestOf(form: LimitsForm): Readonly<Record<string, unknown>> {
  const amount = numberIn(form.budget);
  return {
    name: form.name.trim(),
    limits: {
      models: modelsIn(form.models),
      rpm: numberIn(form.rpm),
      tpm: numberIn(form.tpm),
      budget: amount === null ? null : { [form.unit]: amount, period: form.period },
      holds: form.holds,
      ...(form.expiry === 'never' && { expires_in_seconds: null }),
      ...(form.expiry === 'days' && { expires_in_seconds: (numberIn(form.days) ?? 1) * DAY_S }),
    },
  };
}

function modelsIn(text: string): readonly string[] | null {
  const models = text.split(/[\s,，、]+/).filter((model) => model !== '');
  return models.length === 0 ? null : models;
}

function numberIn(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}
