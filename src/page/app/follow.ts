/**
 * Keeps the end of a growing conversation in view for as long as the reader is there. The reader lets go by scrolling
 * up (wheel, finger, scrollbar, keys) or by selecting text, and takes hold again by coming back to the end. Own scrolls
 * are told from the reader's by the position they were to reach, never by time.
 */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** This close to the end is at the end. */
export const AT_END_PX = 60;

const KEYS_UP = /^(?:PageUp|ArrowUp|Home)$/;

export interface Follow {
  /** The reader has let go. */
  readonly away: boolean;
  toBottom(): void;
}

/** @param moment taking hold again is due when this changes: another chat is shown, or a question was asked */
export function useFollow(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  moment: string,
): Follow {
  const [away, setAway] = useState(false);
  const hold = useRef<{ take(): void }>({ take() {} });
  useLayoutEffect(() => {
    const box = scroller.current;
    const inner = content.current;
    if (!box || !inner) return;
    const follower = follow(box, inner, setAway);
    hold.current = follower;
    return follower.end;
  }, [scroller, content]);
  useLayoutEffect(() => hold.current.take(), [moment]);
  return { away, toBottom: () => hold.current.take() };
}

function follow(box: HTMLElement, inner: HTMLElement, changed: (away: boolean) => void) {
  // A scroller must be reachable to be scrolled by keyboard.
  box.tabIndex = 0;
  let following = true;
  /** Where our own last scroll ended, or where the reader was last seen. */
  let position = box.scrollTop;
  const listening = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(type: K, heard: (event: HTMLElementEventMap[K]) => void) =>
    box.addEventListener(type, heard, { passive: true, signal: listening.signal });
  const set = (next: boolean) => {
    if (following === next) return;
    following = next;
    changed(!next);
  };
  const letGo = () => box.scrollHeight > box.clientHeight && set(false);
  const toEnd = () => {
    box.scrollTop = box.scrollHeight;
    position = box.scrollTop;
  };

  on('scroll', () => {
    const { scrollTop, scrollHeight, clientHeight } = box;
    if (Math.abs(scrollTop - position) <= 1) return;
    const left = scrollHeight - clientHeight - scrollTop;
    // Less content can move the end up to the reader: that is no scrolling of theirs.
    if (scrollTop < position) left > 1 && set(false);
    else if (left <= AT_END_PX) set(true);
    position = scrollTop;
  });
  on('wheel', (event) => event.deltaY < 0 && letGo());
  on('keydown', (event) => KEYS_UP.test(event.key) && letGo());
  let finger = 0;
  on('touchstart', (event) => {
    finger = event.touches[0]?.clientY ?? 0;
  });
  on('touchmove', (event) => (event.touches[0]?.clientY ?? 0) > finger + 4 && letGo());
  document.addEventListener(
    'selectionchange',
    () => {
      const selection = document.getSelection();
      if (selection && !selection.isCollapsed && inner.contains(selection.anchorNode)) letGo();
    },
    { signal: listening.signal },
  );
  const sizes = new ResizeObserver(() => following && toEnd());
  sizes.observe(inner);
  sizes.observe(box);
  return {
    take() {
      set(true);
      toEnd();
    },
    end() {
      listening.abort();
      sizes.disconnect();
    },
  };
}
