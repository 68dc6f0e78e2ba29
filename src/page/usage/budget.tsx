/** What is left of a key: its budget as a bar, its limits in words. */
import type { Budget, Key } from './report.ts';
import { type Speech, useSpeech } from './speech.ts';

/** The own key of somebody who is signed in with it. */
export function BudgetCard({ own }: { readonly own: Key }) {
  const { t } = useSpeech();
  return (
    <section class="card" aria-labelledby="own-key">
      <h2 id="own-key">{t('yourKey')}</h2>
      <KeyState of={own} />
    </section>
  );
}

/** A key's budget and limits. */
export function KeyState({ of: key }: { readonly of: Key }) {
  const { t, numbers } = useSpeech();
  const limits = [
    key.models.length > 0 && t('modelsOf', { names: key.models.join(', ') }),
    key.rpm !== null && t('rpmOf', { n: numbers.count(key.rpm) }),
    key.tpm !== null && t('tpmOf', { n: numbers.count(key.tpm) }),
    key.expiresAt !== null && t('expiresAt', { at: numbers.moment(key.expiresAt) }),
    key.lastUsedAt === null
      ? key.openCalls !== null && t('neverUsed')
      : t('lastUsed', { at: numbers.moment(key.lastUsedAt) }),
    (key.openCalls ?? 0) > 0 && t('running', { n: numbers.count(key.openCalls ?? 0) }),
  ].filter(Boolean);
  return (
    <>
      {key.budget === null ? <p>{t('noBudget')}</p> : <BudgetBar budget={key.budget} name={key.name} />}
      <ul class="facts">
        {limits.map((limit) => (
          <li key={limit}>{limit}</li>
        ))}
      </ul>
    </>
  );
}

function BudgetBar({ budget, name }: { readonly budget: Budget; readonly name: string }) {
  const speech = useSpeech();
  const { t, numbers } = speech;
  const { state, amount, period } = budget;
  const whole = t(`per${period}`, { amount: amountText(amount, budget, speech) });
  if (state === null) return <p>{t('leftUnknown', { amount: whole })}</p>;
  const { left, spent, held, resetsAt } = state;
  const leftText = t('leftOf', { left: amountText(left, budget, speech), amount: whole });
  return (
    <div class="budget">
      <p>
        <b>{leftText}</b>
      </p>
      <meter
        min={0}
        max={amount}
        low={amount * 0.2}
        high={amount * 0.5}
        optimum={amount}
        value={left}
        aria-label={`${t('budget')}: ${name}`}
        aria-valuetext={leftText}
      />
      <p class="help">
        {t('spentHeld', {
          spent: amountText(spent, budget, speech),
          held: amountText(held, budget, speech),
        })}
        {resetsAt !== null && ` · ${t('renews', { at: numbers.moment(resetsAt) })}`}
      </p>
    </div>
  );
}

function amountText(value: number, { unit }: Budget, { t, numbers }: Speech): string {
  return unit === 'usd' ? numbers.money(value) : t('tokensOf', { n: numbers.count(value) });
}
