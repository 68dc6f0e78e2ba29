/** What an answer thought, folded, with the seconds that it took; and the wait before anything of an answer comes. */
import { useEffect, useState } from 'preact/hooks';
import { useSelect, useTranslate } from '../app/app-context.ts';
import type { LiveAnswer } from './live.ts';
import { waitText } from './wait-text.ts';

interface ThinkingProps {
  readonly reasoning: string;
  /** The answer while it is being received. */
  readonly growing: LiveAnswer | undefined;
  /** How long it thought, milliseconds; undefined where that is not known. */
  readonly thoughtMs: number | undefined;
}

export function Thinking({ reasoning, growing, thoughtMs }: ThinkingProps) {
  const t = useTranslate();
  const locale = useSelect((state) => state.locale);
  const { since = null, ms = thoughtMs } = growing?.thinking() ?? {};
  const now = useSeconds(since !== null);
  const time = (all: number) => waitText(Math.max(1, Math.round(all / 1000)), locale);
  return (
    <details class="reasoning">
      <summary>
        {since !== null
          ? t('thinkingFor', { time: time((ms ?? 0) + now - since) })
          : ms
            ? t('thoughtFor', { time: time(ms) })
            : t('reasoning')}
      </summary>
      <p>{reasoning}</p>
    </details>
  );
}

/** A wait that is longer than this is counted. */
const COUNTED_MS = 3000;

export function Waiting({ growing }: { readonly growing: LiveAnswer }) {
  const t = useTranslate();
  const locale = useSelect((state) => state.locale);
  const waited = useSeconds(true) - growing.began;
  return (
    <p class="waiting" aria-hidden="true">
      {waited >= COUNTED_MS && t('waitingFor', { time: waitText(Math.round(waited / 1000), locale) })}
    </p>
  );
}

/** Milliseconds on the page's clock, told each second while that is wanted. */
function useSeconds(wanted: boolean): number {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [wanted]);
  return performance.now();
}
