/** Who answers, in words and with a mark: the knowledge base, a model through the server, a model with one's own key. */

import { Icon, type IconName } from '../app/icon.tsx';
import type { Translate } from '../i18n/translate.ts';
import type { Speaker, Stamp } from './types.ts';

const MARKS: Readonly<Record<Speaker, IconName>> = { knowledge: 'book', server: 'server', own: 'key' };

export function SpeakerMark({ speaker }: { readonly speaker: Speaker | null }) {
  const mark = speaker ?? 'own';
  return (
    <span class={`mark ${mark}`}>
      <Icon name={MARKS[mark]} />
    </span>
  );
}

/** The mode or model in the reader's words, with the temperature where one is sent. */
export function stampName(stamp: Stamp, t: Translate): string {
  if (stamp.mode === 'assistant') return t('assistant');
  return stamp.temperature === undefined
    ? stamp.model
    : `${stamp.model} · ${t('degrees', { n: stamp.temperature })}`;
}

/** @param speaker null where nobody can answer for want of a key */
export function speakerName(speaker: Speaker | null, t: Translate): string {
  if (speaker === null) return t('keyFirst');
  return t(speaker === 'knowledge' ? 'byKnowledge' : speaker === 'server' ? 'byServer' : 'byOwnKey');
}
