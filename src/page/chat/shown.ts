/** What the page's state says of the shown conversation. Pure. */
import type { State } from '../app/app.ts';
import { type ChatSetup, type Setup, setupOf } from './setup.ts';
import { expectedSpeaker } from './stamp.ts';
import type { Chat, Speaker } from './types.ts';

/** The shown conversation; undefined while it is yet to be. */
export function shownChat({ chats, open }: State): Chat | undefined {
  return chats.find(({ id }) => id === open);
}

/** What it has chosen for itself. */
export function shownChoices(state: State): ChatSetup {
  return shownChat(state) ?? state.next;
}

/** What its next message is sent with. A new object each time: views take `useSetup`. */
export function shownSetup(state: State): Setup {
  const begun = shownChat(state) !== undefined;
  return setupOf(shownChoices(state), begun, state.preferences, state.session);
}

/** Who will probably answer its next message. Null: nobody, for want of a key. */
export function shownSpeaker(state: State): Speaker | null {
  return expectedSpeaker(shownSetup(state).mode, state.session, state.key.value);
}

/** The answer that it is receiving. */
export function shownAnswer({ answering, messages }: State): string | undefined {
  return [...answering].find((id) => messages.has(id));
}
