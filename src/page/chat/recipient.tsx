/** Who the next message goes to, with which parameters and role: a button that opens the model picker. */
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { needsLogin } from './needs-login.ts';
import { shownSpeaker } from './shown.ts';
import { SpeakerMark, speakerName, stampName } from './speaker.tsx';
import { stampFor } from './stamp.ts';
import { useSetup } from './use-setup.ts';

export function Recipient() {
  const app = useApp();
  const t = useTranslate();
  const setup = useSetup();
  const speaker = useSelect(shownSpeaker);
  const login = useSelect(needsLogin);
  return (
    <button
      type="button"
      class="recipient"
      title={t('chooseAnswerer')}
      aria-haspopup="dialog"
      onClick={() => app.state.set({ sheet: 'models' })}
    >
      <SpeakerMark speaker={speaker} />
      <span>
        <strong>{stampName(stampFor(setup), t)}</strong>{' '}
        <small>{login ? t('signInFirst') : speakerName(speaker, t)}</small>
        {setup.role && (
          <small class="role" dir="auto">
            {t('roleShown', { role: setup.role })}
          </small>
        )}
      </span>
    </button>
  );
}
