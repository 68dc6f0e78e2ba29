/** Listens to the page's shortcuts; fetched once the page stands. */
import { type App, choose } from '../app/app.ts';
import { shownAnswer, shownChat } from '../chat/shown.ts';
import { branch } from '../chat/tree.ts';
import { stop } from '../chat/turns.ts';
import { openChat } from '../chats/chats.ts';
import { type KeyAction, keyAction, type Place } from './key-action.ts';

export function listenToShortcuts(app: App): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open], :popover-open'))
      return;
    const action = keyAction(event, placeOf(event.target));
    if (!action || !act(app, action)) return;
    // The key itself goes on to the field that has the focus now.
    if (action !== 'type') event.preventDefault();
  });
}

function placeOf(target: EventTarget | null): Place {
  if (target instanceof HTMLTextAreaElement && target.id === 'composer' && target.value === '')
    return 'empty-composer';
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
    ? 'field'
    : 'page';
}

/** Does it; false where there is nothing to do, and the key is left to the browser. */
function act(app: App, action: KeyAction): boolean {
  const state = app.state.get();
  switch (action) {
    case 'sheet':
      app.state.set({ sheet: 'shortcuts' });
      return true;
    case 'search':
      app.state.set({ searching: true });
      return true;
    case 'new-chat':
      void openChat(app, null);
      return focusComposer();
    case 'sidebar':
      choose(app, { folded: !state.preferences.folded });
      return true;
    case 'stop': {
      const answer = shownAnswer(state);
      if (answer) stop(app, answer);
      return answer !== undefined;
    }
    case 'edit-last': {
      const leaf = shownChat(state)?.leaf ?? null;
      const question = branch(state.messages, leaf).findLast(({ role }) => role === 'user');
      if (question && state.editing === null) app.state.set({ editing: question.id });
      return question !== undefined;
    }
    case 'composer':
    case 'type':
      return focusComposer();
  }
}

function focusComposer(): boolean {
  document.getElementById('composer')?.focus();
  return true;
}
