/** The parameters of requests as controls, made from their table: for all conversations, or for one. */
import { useId, useState } from 'preact/hooks';
import {
  PARAMETER_KEYS,
  PARAMETER_ROWS,
  type ParameterKey,
  type RequestParameters,
  readParameter,
} from '../api/parameters.ts';
import { useTranslate } from '../app/app-context.ts';
import type { MessageKey } from '../i18n/translate.ts';

const NAMES: Readonly<Record<ParameterKey, readonly [name: MessageKey, help: MessageKey]>> = {
  temperature: ['temperature', 'temperatureHelp'],
  top_p: ['topP', 'topPHelp'],
  max_tokens: ['maxTokens', 'maxTokensHelp'],
  reasoning_effort: ['reasoningEffort', 'reasoningEffortHelp'],
  seed: ['seed', 'seedHelp'],
  frequency_penalty: ['frequencyPenalty', 'frequencyPenaltyHelp'],
  presence_penalty: ['presencePenalty', 'presencePenaltyHelp'],
  stop: ['stopTexts', 'stopTextsHelp'],
  extra: ['extraJson', 'extraJsonHelp'],
};

interface FieldsProps {
  /** Begins the identifiers of the controls. */
  readonly prefix: string;
  /** What holds now. */
  readonly values: RequestParameters;
  /** @param value undefined leaves the parameter to the model */
  set(key: ParameterKey, value: RequestParameters[ParameterKey]): void;
}

export function ParameterFields({ prefix, values, set }: FieldsProps) {
  const t = useTranslate();
  const [first, ...more] = PARAMETER_KEYS;
  const field = (key: ParameterKey) => (
    <ParameterField key={key} id={`${prefix}-${key}`} name={key} value={values[key]} set={set} />
  );
  const [open] = useState(more.some((key) => values[key] !== undefined));
  return (
    <>
      {first && field(first)}
      <details class="more-parameters" open={open}>
        <summary>{t('moreParameters')}</summary>
        {more.map(field)}
      </details>
    </>
  );
}

interface FieldProps extends Pick<FieldsProps, 'set'> {
  readonly id: string;
  readonly name: ParameterKey;
  readonly value: RequestParameters[ParameterKey];
}

function ParameterField({ id, name, value, set }: FieldProps) {
  const t = useTranslate();
  const [label, help] = NAMES[name];
  return (
    <div class={value === undefined ? 'field' : 'field set'}>
      <label for={id}>{t(label)}</label>
      <Control id={id} name={name} value={value} set={set} />
      <small id={`${id}-help`}>{t(help)}</small>
      {value !== undefined && (
        <button type="button" onClick={() => set(name, undefined)}>
          {t('useModelDefault')}
        </button>
      )}
    </div>
  );
}

function Control({ id, name, value, set }: FieldProps) {
  const t = useTranslate();
  const row = PARAMETER_ROWS[name];
  if (row.control === 'slider') {
    return (
      <div class="slider">
        <input
          id={id}
          type="range"
          min={row.min}
          max={row.max}
          step={row.step}
          value={typeof value === 'number' ? value : row.middle}
          aria-valuetext={value === undefined ? t('modelDefault') : String(value)}
          aria-describedby={`${id}-help`}
          onInput={(event) => set(name, Number(event.currentTarget.value))}
        />
        <output for={id}>{value ?? t('modelDefault')}</output>
      </div>
    );
  }
  if (row.control === 'one-of') {
    return (
      <select
        id={id}
        value={typeof value === 'string' ? value : ''}
        aria-describedby={`${id}-help`}
        onChange={(event) => set(name, event.currentTarget.value || undefined)}
      >
        <option value="">{t('modelDefault')}</option>
        {row.values.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    );
  }
  return <TypedControl key={String(value)} id={id} name={name} value={value} set={set} />;
}

/** A whole number, lines or JSON: taken when the field is left, and refused there where it is none. */
function TypedControl({ id, name, value, set }: FieldProps) {
  const t = useTranslate();
  const { control } = PARAMETER_ROWS[name];
  const [wrong, setWrong] = useState(false);
  const problem = useId();
  const shown = Array.isArray(value) ? value.join('\n') : String(value ?? '');
  const take = (typed: string) => {
    if (typed.trim() === '') {
      setWrong(false);
      return set(name, undefined);
    }
    const read = readParameter(
      name,
      control === 'whole' ? Number(typed) : control === 'lines' ? typed.split('\n').filter(Boolean) : typed,
    );
    setWrong(read === undefined);
    // `readParameter` gives the parameter's own type back.
    if (read !== undefined) set(name, read as RequestParameters[ParameterKey]);
  };
  const common = {
    id,
    spellcheck: false,
    'aria-invalid': wrong,
    'aria-describedby': wrong ? problem : `${id}-help`,
  };
  return (
    <>
      {control === 'whole' ? (
        <input
          {...common}
          inputMode="numeric"
          placeholder={t('modelDefault')}
          defaultValue={shown}
          onChange={(event) => take(event.currentTarget.value)}
        />
      ) : (
        <textarea
          {...common}
          class={control === 'json' ? 'code' : ''}
          rows={2}
          placeholder={control === 'json' ? '{ "top_k": 20 }' : t('modelDefault')}
          defaultValue={shown}
          onChange={(event) => take(event.currentTarget.value)}
        />
      )}
      {wrong && (
        <p class="warning" role="alert" id={problem}>
          {t(control === 'json' ? 'extraJsonWrong' : control === 'lines' ? 'stopTextsWrong' : 'wholeWrong')}
        </p>
      )}
    </>
  );
}
