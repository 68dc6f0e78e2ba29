/** The controls of the settings that are made from the table of preferences. */
import { choose } from '../app/app.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { CHOICE_KEYS, type ChoiceKey, PREFERENCE_ROWS } from './registry.ts';

/** A list for each preference that is one of a few. */
export function ChoiceSettings() {
  return (
    <>
      {CHOICE_KEYS.map((key) => (
        <ChoiceSetting key={key} name={key} />
      ))}
    </>
  );
}

function ChoiceSetting({ name }: { readonly name: ChoiceKey }) {
  const app = useApp();
  const t = useTranslate();
  const { label, choices } = PREFERENCE_ROWS[name];
  const value = useSelect((state) => state.preferences[name]);
  const chosen = (text: string) => {
    const found = choices.find((each) => each.value === text);
    if (found) choose(app, { [name]: found.value });
  };
  return (
    <label class={value === choices[0].value ? 'field row' : 'field row set'}>
      <span>{t(label)}</span>
      <select value={value} onChange={(event) => chosen(event.currentTarget.value)}>
        {choices.map((each, index) =>
          typeof each.label === 'string' ? (
            <option key={each.value} value={each.value}>
              {index === 0 ? t('byDefault', { name: t(each.label) }) : t(each.label)}
            </option>
          ) : (
            <option key={each.value} value={each.value} lang={each.label.lang}>
              {each.label.text}
            </option>
          ),
        )}
      </select>
    </label>
  );
}
