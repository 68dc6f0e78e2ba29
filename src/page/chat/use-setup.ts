/** The setup of the shown conversation, for views. */
import { useMemo } from 'preact/hooks';
import { useSelect } from '../app/app-context.ts';
import { type Setup, setupOf } from './setup.ts';

export function useSetup(): Setup {
  const chat = useSelect((state) => state.chats.find(({ id }) => id === state.open));
  const next = useSelect((state) => state.next);
  const preferences = useSelect((state) => state.preferences);
  const session = useSelect((state) => state.session);
  return useMemo(
    () => setupOf(chat ?? next, chat !== undefined, preferences, session),
    [chat, next, preferences, session],
  );
}
