/** The empty conversation: says who listens here, and invites with questions that can really be answered. */

import { useRef } from 'preact/hooks';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { prepareForAnswer } from '../app/fetched.ts';
import type { MessageKey } from '../i18n/translate.ts';
import { shownSpeaker } from './shown.ts';
import { send } from './turns.ts';
import { isTemporary } from './types.ts';
import { useSetup } from './use-setup.ts';

const ABOUT_NEXCODE: readonly MessageKey[] = ['tryDeploy', 'trySdk', 'tryOllama', 'try401'];
/** A model by itself knows nothing of NexCode. */
const OF_A_MODEL: readonly MessageKey[] = ['tryCode', 'tryExplain', 'tryMail', 'tryCompare'];
const OF_BOTH: readonly MessageKey[] = ['tryDeploy', 'trySdk', 'tryCode', 'tryExplain'];

export function Welcome() {
  const app = useApp();
  const t = useTranslate();
  const { mode } = useSetup();
  const speaker = useSelect(shownSpeaker);
  const temporary = useSelect((state) => isTemporary(state.open));
  const examples = mode === 'openai' ? OF_A_MODEL : speaker === 'server' ? OF_BOTH : ABOUT_NEXCODE;
  const sent = useRef(false);
  /** The second of two quick taps comes before the conversation is open. */
  const sendOnce = (text: string) => {
    if (!sent.current) void send(app, text);
    sent.current = true;
  };
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
              onClick={() => sendOnce(t(example))}
            >
              {t(example)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
