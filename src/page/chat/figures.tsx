/** What an answer took: time to first token, tokens per second, tokens. Only what is known is shown. */

import { useTranslate } from '../app/app-context.ts';
import type { Figures } from './types.ts';

export function FiguresLine({ figures }: { readonly figures: Figures }) {
  const t = useTranslate();
  const { firstTokenMs, promptTokens, completionTokens } = figures;
  const speed = tokensPerSecond(figures);
  const parts = [
    firstTokenMs !== undefined && t('firstToken', { s: (firstTokenMs / 1000).toFixed(2) }),
    speed !== null && t('speed', { n: speed.toFixed(1) }),
    completionTokens !== undefined && t('usage', { in: promptTokens ?? 0, out: completionTokens }),
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
