/** Which key does what, outside of dialogs. Pure. */

export type KeyAction =
  | 'sheet'
  | 'search'
  | 'new-chat'
  | 'sidebar'
  | 'composer'
  | 'stop'
  | 'edit-last'
  | 'type';

export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Where the key was pressed: a field, the composer while it is empty, or anything else. */
export type Place = 'field' | 'empty-composer' | 'page';

/** The action of a key press, or null where it is the browser's or the field's own. */
export function keyAction(press: Press, place: Place): KeyAction | null {
  const { key, shiftKey, altKey } = press;
  if (press.ctrlKey || press.metaKey) {
    if (altKey) return null;
    if (!shiftKey && key.toLowerCase() === 'k') return 'search';
    if (shiftKey && key.toLowerCase() === 'o') return 'new-chat';
    if (shiftKey && key.toLowerCase() === 's') return 'sidebar';
    return !shiftKey && key === '/' ? 'sheet' : null;
  }
  if (altKey) return null;
  if (key === 'Escape') return shiftKey ? 'composer' : place === 'page' ? 'stop' : null;
  if (key === 'ArrowUp') return place === 'empty-composer' && !shiftKey ? 'edit-last' : null;
  if (place !== 'page') return null;
  if (key === '?') return 'sheet';
  // Space scrolls and presses buttons; names of other keys are longer than one character.
  return [...key].length === 1 && key !== ' ' ? 'type' : null;
}
