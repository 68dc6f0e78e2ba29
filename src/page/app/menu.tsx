/** A short list of actions beside the button that opened it: a popover, so that Escape and a click elsewhere close it. */
import { useEffect, useRef } from 'preact/hooks';

export type MenuAction = readonly [name: string, act: () => void, look?: 'danger'];

interface MenuProps {
  /** Where the button is that opened it. */
  readonly at: DOMRect;
  readonly actions: readonly MenuAction[];
  /** The menu is gone, after an action or without one. */
  onClose(): void;
}

/** How far it stays from the window's edges. */
const EDGE_PX = 8;

export function Menu({ at, actions, onClose }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const menu = box.current;
    if (!menu) return;
    menu.showPopover();
    menu.style.left = `${Math.max(EDGE_PX, Math.min(at.left, innerWidth - menu.offsetWidth - EDGE_PX))}px`;
    menu.style.top = `${Math.max(EDGE_PX, Math.min(at.bottom, innerHeight - menu.offsetHeight - EDGE_PX))}px`;
    menu.querySelector('button')?.focus();
  }, [at]);
  return (
    <div class="menu" popover="auto" ref={box} onToggle={(event) => event.newState === 'closed' && onClose()}>
      {actions.map(([name, act, look]) => (
        <button
          key={name}
          type="button"
          class={look}
          onClick={() => {
            box.current?.hidePopover();
            act();
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
