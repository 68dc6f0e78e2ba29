/** A system prompt, typed or taken from the library by `/`. */
import { useState } from 'preact/hooks';
import { useTranslate } from '../app/app-context.ts';
import type { MessageKey } from '../i18n/translate.ts';
import { PromptMenu } from '../prompts/prompt-menu.tsx';

interface RoleFieldProps {
  readonly id: string;
  readonly value: string;
  readonly help: MessageKey;
  change(role: string): void;
}

export function RoleField({ id, value, help, change }: RoleFieldProps) {
  const t = useTranslate();
  const [field, setField] = useState<HTMLTextAreaElement | null>(null);
  return (
    <div class={value ? 'field role-field set' : 'field role-field'}>
      <label for={id}>{t('role')}</label>
      <textarea
        id={id}
        ref={setField}
        rows={4}
        dir="auto"
        value={value}
        aria-describedby={`${id}-help`}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <PromptMenu field={field} />
      <small id={`${id}-help`}>{t(help)}</small>
    </div>
  );
}
