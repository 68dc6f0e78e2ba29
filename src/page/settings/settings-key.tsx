/** The reader's API key: typed once, then only ever shown as `sk-...abcd`; where it stays is their choice. */
import { useId, useState } from 'preact/hooks';
import { maskKey } from '../api/redact.ts';
import { keepKey } from '../app/app.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { refreshModels } from '../login/access.ts';
import { cleanKey, isUsableKey } from './clean-key.ts';
import type { KeyPlace } from './key.ts';

export function KeySetting() {
  const app = useApp();
  const t = useTranslate();
  const key = useSelect((state) => state.key);
  const session = useSelect((state) => state.session);
  const [typed, setTyped] = useState('');
  const [refused, setRefused] = useState(false);
  const help = useId();
  const hosts = session?.keyHosts.join(t('listComma'));
  const keep = () => {
    const value = cleanKey(typed);
    if (!typed.trim()) return;
    if (!isUsableKey(value, session?.keyPattern ?? null)) {
      setRefused(true);
      return;
    }
    keepKey(app, { ...key, value });
    setTyped('');
    void refreshModels(app);
  };
  const forget = () => {
    keepKey(app, { value: null, place: 'memory' });
    void refreshModels(app);
  };
  if (session && !session.clientKeys && key.value === null) return <p class="help">{t('clientKeysOff')}</p>;
  const places: readonly (readonly [KeyPlace, string])[] = [
    ['memory', t('keepInMemory')],
    ['session', t('keepForSession')],
    ['device', t('keepOnDevice')],
  ];
  return (
    <div class="field">
      {key.value === null ? (
        <>
          <label for="setting-key">{t('apiKey')}</label>
          <input
            id="setting-key"
            type="password"
            autocomplete="off"
            spellcheck={false}
            placeholder="sk-…"
            value={typed}
            aria-describedby={help}
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              setRefused(false);
            }}
            aria-invalid={refused}
            onChange={keep}
            onKeyDown={(event) => event.key === 'Enter' && keep()}
          />
          {refused && (
            <p class="warning" role="alert">
              {t('keyRefused', { pattern: session?.keyPattern ?? '' })}
            </p>
          )}
          <small id={help}>
            {session?.serverKey && t('keyOptional')}
            {hosts ? t('keyHelp', { host: hosts }) : t('keyHelpHere')}
          </small>
        </>
      ) : (
        <p class="kept-key">
          <span>
            {t('apiKey')} <code>{maskKey(key.value)}</code>
          </span>
          <button type="button" id="setting-key" onClick={forget}>
            {t('forgetKey')}
          </button>
        </p>
      )}
      <fieldset class="places">
        <legend>{t('keepKey')}</legend>
        {places.map(([place, name]) => (
          <label key={place}>
            <input
              type="radio"
              name="key-place"
              checked={key.place === place}
              onChange={() => keepKey(app, { ...key, place })}
            />
            {name}
          </label>
        ))}
      </fieldset>
      {key.place === 'device' && <p class="warning">{t('deviceWarning')}</p>}
    </div>
  );
}
