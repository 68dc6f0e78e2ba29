/** The empty conversation: says who listens here, and invites with questions that can really be answered. */

import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { prepareForAnswer } from '../app/fetched.ts';
import type { MessageKey } from '../i18n/translate.ts';
import { shownSpeaker } from './shown.ts';
import { send } from './turns.ts';
import { isTemporary } from './types.ts';
import { useSetup } from './use-setup.ts';

const ABOUT_NEXCODE: readonly MessageKey[] = ['tryDeploy', 'trySdk', 'tryOllama', 'try401'];
const WITH_A_MODEL: readonly MessageKey[] = ['tryDeploy', 'trySdk', 'tryCode', 'tryExplain'];

export function Welcome() {
  const app = useApp();
  const t = useTranslate();
  const { mode } = useSetup();
  const speaker = useSelect(shownSpeaker);
  const temporary = useSelect((state) => isTemporary(state.open));
  const examples = speaker === 'knowledge' ? ABOUT_NEXCODE : WITH_A_MODEL;
  return (
    <div class="welcome">
      <h2>{t(temporary ? 'temporaryChat' : 'welcome')}</h2>
      {temporary && <p>{t('temporaryHelp')}</p>}
      <p>
        {t(
          mode === 'openai' ? 'welcomeModel' : speaker === 'server' ? 'welcomeAssistant' : 'welcomeKnowledge',
        )}
      </p>
      <ul>
        {examples.map((example) => (
          <li key={example}>
            <button
              type="button"
              onPointerEnter={() => prepareForAnswer(app)}
              onFocus={() => prepareForAnswer(app)}
              onClick={() => send(app, t(example))}
            >
              {t(example)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
