/** Who answers, in words and with a mark: the knowledge base, a model through the server, a model with one's own key. */

import { membersOf, readParameters } from '../api/parameters.ts';
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

/** The mode or model in the reader's words, with the parameters that are sent. */
export function stampName(stamp: Stamp, t: Translate): string {
  if (stamp.mode === 'assistant') return t('assistant');
  const { temperature, extra, stop, ...others } = readParameters(stamp);
  return [
    stamp.model,
    temperature !== undefined && t('degrees', { n: temperature }),
    ...Object.entries(others).map(([name, value]) => `${name} ${value}`),
    stop && `stop ×${stop.length}`,
    extra && membersOf(extra)?.join(' '),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** @param speaker null where nobody can answer for want of a key */
export function speakerName(speaker: Speaker | null, t: Translate): string {
  if (speaker === null) return t('keyFirst');
  return t(speaker === 'knowledge' ? 'byKnowledge' : speaker === 'server' ? 'byServer' : 'byOwnKey');
}
