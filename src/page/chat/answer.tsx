/** One answer: who gave it, its text, how it ended, and what can be done with it. */
import { useEffect, useRef } from 'preact/hooks';
import type { Failure } from '../api/failure.ts';
import { useApp, useSelect, useTranslate } from '../app/app-context.ts';
import { CopyButton } from '../app/copy-button.tsx';
import { Icon } from '../app/icon.tsx';
import { lazy } from '../app/lazy.tsx';
import { answerAsHtml } from '../app/load-copied.ts';
import { loadExtras } from '../app/load-extras.ts';
import { loadFailureCard } from '../app/load-failure-card.ts';
import type { MessageKey } from '../i18n/translate.ts';
import { numbers } from '../usage/numbers.ts';
import { answerLink } from './answer-link.ts';
import { AnswerText } from './answer-text.tsx';
import { Moment } from './moment.tsx';
import { RegenerateWith } from './regenerate-with.tsx';
import { chooseAnswerer } from './setup-changes.ts';
import { shownChat, shownSpeaker } from './shown.ts';
import { SpeakerMark, speakerName, stampName } from './speaker.tsx';
import { continueAnswer, regenerate, takeUp } from './turns.ts';
import { type Figures, holdsText, isBlank, type Message } from './types.ts';
import { Versions } from './versions.tsx';

const FailureCard = lazy(loadFailureCard, FailureNote);
const Extras = lazy(loadExtras);

/** Where the network fails so early that not even the card for it could be fetched. */
function FailureNote({ message, failure }: { readonly message: Message; readonly failure: Failure }) {
  const app = useApp();
  const t = useTranslate();
  return (
    <p class="card" role="alert">
      {t('interrupted')} {failure.message}
      {holdsText(message) ? (
        <button type="button" onClick={() => continueAnswer(app, message)}>
          {t('continue')}
        </button>
      ) : (
        <button type="button" onClick={() => regenerate(app, message)}>
          {t('retry')}
        </button>
      )}
    </p>
  );
}

export function AnswerView({ message }: { readonly message: Message }) {
  const app = useApp();
  const t = useTranslate();
  const here = useSelect((state) => state.answering.has(message.id));
  const question = useSelect(({ messages }) => messages.get(message.parent ?? '')?.text ?? '');
  const writing = message.state === 'writing';
  const { stamp, failure, figures } = message;
  const article = useRef<HTMLElement>(null);
  const isRecorded = writing && message.stream !== undefined;
  useEffect(() => {
    if (isRecorded && !here) void takeUp(app, message);
  }, [isRecorded, here]);
  return (
    <article
      id={`turn-${message.id}`}
      class="turn answer"
      ref={article}
      aria-label={t('answered')}
      aria-busy={writing}
    >
      {stamp && (
        <h2 class="stamp">
          {stamp.speaker && <SpeakerMark speaker={stamp.speaker} />}
          <strong>{stampName(stamp, t)}</strong>
          {stamp.speaker && <span>{speakerName(stamp.speaker, t)}</span>}
        </h2>
      )}
      <AnswerText message={message} />
      {(message.images || message.tools || message.sources) && <Extras message={message} />}
      {writing && !here && <p class="note">{t('writtenElsewhere')}</p>}
      {isRecorded && here && message.stream && (
        <div class="tools">
          <CopyButton
            text={answerLink(location.origin, {
              stream: message.stream.id,
              model: stamp?.model ?? '',
              question,
            })}
            label={t('copyAnswerLink')}
          />
        </div>
      )}
      {failure && <FailureCard message={message} failure={failure} />}
      {message.declined && !writing && <ConnectModel />}
      <Ending message={message} />
      <div class="tools" hidden={writing}>
        <Versions message={message} />
        {message.text && (
          <CopyButton
            text={message.text}
            html={() => answerAsHtml(article.current)}
            label={t('copyMessage')}
          />
        )}
        <button
          type="button"
          class="quiet"
          aria-label={t('regenerate')}
          title={t('regenerate')}
          onClick={() => regenerate(app, message)}
        >
          <Icon name="again" />
        </button>
        <RegenerateWith message={message} />
        {figures && <FiguresLine figures={figures} />}
        <KeyLeft message={message} />
        <Moment at={message.at} />
      </div>
    </article>
  );
}

/** The way out of a refusal, where the reader can go it: a key of their own. */
function ConnectModel() {
  const app = useApp();
  const t = useTranslate();
  const possible = useSelect((state) => state.session?.clientKeys && shownSpeaker(state) === 'knowledge');
  if (!possible) return null;
  const connect = () => {
    chooseAnswerer(app, { mode: 'openai' });
    app.state.set({ settings: 'key' });
  };
  return (
    <div class="ending">
      <button type="button" class="connect" onClick={connect}>
        {t('connectModel')}
      </button>
    </div>
  );
}

/** Says that an answer is not whole, and offers to go on with it. A failure has its card for the words. */
function Ending({ message }: { readonly message: Message }) {
  const app = useApp();
  const t = useTranslate();
  const { failure, finish } = message;
  const words = failure ? null : endingWords(message);
  if (!words) return null;
  return (
    <div class="ending">
      <span>{t(words)}</span>
      {holdsText(message) && words !== 'emptyAnswer' && finish !== 'content_filter' && (
        <button type="button" onClick={() => continueAnswer(app, message)}>
          {t('continue')}
        </button>
      )}
      <button type="button" onClick={() => regenerate(app, message)}>
        {t('retry')}
      </button>
    </div>
  );
}

/** How an answer ended, where that needs saying. */
function endingWords(message: Message): MessageKey | null {
  const { state, finish } = message;
  if (finish === 'content_filter') return 'filtered';
  if (state === 'stopped' || state === 'interrupted') return state;
  if (state !== 'done') return null;
  if (finish === 'length') return 'lengthReached';
  return isBlank(message) ? 'emptyAnswer' : null;
}

/** Below the last answer: what is left of the budget of the issued key that is signed in. */
function KeyLeft({ message }: { readonly message: Message }) {
  const t = useTranslate();
  const locale = useSelect((state) => state.locale);
  const budget = useSelect((state) => (shownChat(state)?.leaf === message.id ? state.holder?.budget : null));
  if (!budget?.state) return null;
  const left = numbers(locale).amount(Math.max(0, budget.amount - budget.state.spent), budget.unit);
  return (
    <span class="moment key-left">
      {t('keyLeft', { n: budget.unit === 'tokens' ? `${left} tokens` : left })}
    </span>
  );
}

/** What an answer took: time to first token, tokens per second, tokens, cost. Only what is known is shown. */
export function FiguresLine({ figures }: { readonly figures: Figures }) {
  const t = useTranslate();
  const locale = useSelect((state) => state.locale);
  const { firstTokenMs, promptTokens, completionTokens, cost } = figures;
  const speed = tokensPerSecond(figures);
  const parts = [
    firstTokenMs !== undefined && t('firstToken', { s: (firstTokenMs / 1000).toFixed(2) }),
    speed !== null && t('speed', { n: speed.toFixed(1) }),
    completionTokens !== undefined &&
      (promptTokens === undefined
        ? t('usageOut', { out: completionTokens })
        : t('usage', { in: promptTokens, out: completionTokens })),
    cost !== undefined && t('cost', { n: cost.toLocaleString(locale, { maximumSignificantDigits: 3 }) }),
  ].filter((part) => part !== false);
  return parts.length > 0 ? <p class="figures">{parts.join(' · ')}</p> : null;
}

/** A text that came faster than this was not written meanwhile: a speed would say nothing. */
const MEASURABLE_MS = 100;

/** Completion tokens over the time after the first one; null where either is unknown or nothing was written in it. */
export function tokensPerSecond({ completionTokens, firstTokenMs, totalMs }: Figures): number | null {
  if (!completionTokens || firstTokenMs === undefined || totalMs - firstTokenMs < MEASURABLE_MS) return null;
  return (completionTokens * 1000) / (totalMs - firstTokenMs);
}
