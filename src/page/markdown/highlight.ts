/** When code is coloured: once it is whole, or while it arrives at most every so often, and never before it is needed. */
import { useEffect, useRef } from 'preact/hooks';

/** The least time between two paintings of code that is still arriving. */
const REPAINT_MS = 250;
/** Longer code stays plain. */
const MAX_CHARACTERS = 60_000;

/**
 * Paints the only text node of `code` through the CSS Custom Highlight API, which leaves the document as it is
 * (https://drafts.csswg.org/css-highlight-api-1/). A browser without it shows plain code and loads nothing.
 */
export function useHighlight(
  code: { current: HTMLElement | null },
  text: string,
  lang: string,
  open: boolean,
): void {
  const erase = useRef<() => void>(() => {});
  const paintedAt = useRef(Number.NEGATIVE_INFINITY);

  useEffect(() => {
    if (!canHighlight()) return;
    if (!lang || text.length > MAX_CHARACTERS) return erase.current();
    let current = true;
    const paint = async () => {
      const painter = await import('./paint.ts').catch(() => undefined);
      const node = code.current?.firstChild;
      if (!current || !painter || !(node instanceof Text)) return;
      erase.current();
      erase.current = painter.paint(node, text, lang);
      paintedAt.current = performance.now();
    };
    const wait = open ? paintedAt.current + REPAINT_MS - performance.now() : 0;
    const timer = wait > 0 ? setTimeout(paint, wait) : undefined;
    if (timer === undefined) paint();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [code, text, lang, open]);

  useEffect(() => () => erase.current(), []);
}

function canHighlight(): boolean {
  return typeof Highlight !== 'undefined' && 'highlights' in CSS;
}
