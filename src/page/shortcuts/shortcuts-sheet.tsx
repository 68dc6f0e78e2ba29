/** The sheet of the page's shortcuts. */
import { useApp, useTranslate } from '../app/app-context.ts';
import { Sheet } from '../app/sheet.tsx';
import type { MessageKey } from '../i18n/translate.ts';

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const CONTROL = isMac ? '⌘' : 'Ctrl';

const SHORTCUTS: readonly (readonly [keys: readonly string[], what: MessageKey])[] = [
  [['Enter'], 'keySend'],
  [['Shift', 'Enter'], 'keyNewLine'],
  [['↑'], 'keyEditLast'],
  [['Esc'], 'keyStop'],
  [['/'], 'keyPrompts'],
  [[CONTROL, 'K'], 'keySearch'],
  [[CONTROL, 'Shift', 'O'], 'keyNewChat'],
  [[CONTROL, 'Shift', 'S'], 'keySidebar'],
  [['Shift', 'Esc'], 'keyComposer'],
  [['?'], 'keySheet'],
];

export function ShortcutsSheet() {
  const app = useApp();
  const t = useTranslate();
  return (
    <Sheet title={t('shortcuts')} onClose={() => app.state.set({ sheet: null })}>
      <dl class="shortcuts">
        {SHORTCUTS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <p class="help">{t('keyTyping')}</p>
    </Sheet>
  );
}
