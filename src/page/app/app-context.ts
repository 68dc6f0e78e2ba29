/** How views reach the app and the part of its state they show. */
import { createContext } from 'preact';
import { useContext, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import type { Translate } from '../i18n/translate.ts';
import type { App, State } from './app.ts';

const Context = createContext<App | null>(null);
export const AppProvider = Context.Provider;

export function useApp(): App {
  const app = useContext(Context);
  if (!app) throw new Error('A view outside of AppProvider');
  return app;
}

/** A part of the state; the view is drawn again when that part changes (by identity). */
export function useSelect<T>(select: (state: State) => T): T {
  const { state } = useApp();
  const [, redraw] = useReducer((count: number, _: undefined) => count + 1, 0);
  const value = select(state.get());
  const current = useRef({ select, value });
  current.current = { select, value };
  useLayoutEffect(
    () =>
      state.watch(() => {
        const { select, value } = current.current;
        if (!Object.is(select(state.get()), value)) redraw(undefined);
      }),
    [state],
  );
  return value;
}

export function useTranslate(): Translate {
  return useSelect((state) => state.t);
}
