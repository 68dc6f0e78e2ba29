/** When a message was written: the time today, the date before that. */
import { useSelect } from '../app/app-context.ts';
import { useToday } from '../app/use-today.ts';
import { momentText } from './moment-text.ts';
import { LAST_TIME } from './tree.ts';

/** @param at milliseconds since the epoch; an imported message may have none (0), or one that is none */
export function Moment({ at }: { readonly at: number }) {
  const locale = useSelect((state) => state.locale);
  const today = useToday();
  if (at <= 0 || at > LAST_TIME) return null;
  return (
    <time class="moment" dateTime={new Date(at).toISOString()} title={momentText(at, null, locale)}>
      {momentText(at, today, locale)}
    </time>
  );
}
