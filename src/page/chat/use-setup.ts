/** The setup of the shown conversation, for views. */
import { useMemo } from 'preact/hooks';
import { useApp, useSelect } from '../app/app-context.ts';
import type { Setup } from './setup.ts';
import { shownChoices, shownSetup } from './shown.ts';

export function useSetup(): Setup {
  const { state } = useApp();
  const choices = useSelect(shownChoices);
  const preferences = useSelect((state) => state.preferences);
  const session = useSelect((state) => state.session);
  return useMemo(() => shownSetup(state.get()), [choices, preferences, session]);
}
