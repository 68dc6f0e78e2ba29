/** A part of the page that is fetched when it is first shown. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { App } from '../state/app.ts';
import { useApp } from './app-context.ts';

/** @param load resolves to the component; until then nothing is shown */
export function lazy<P extends object>(load: (app: App) => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const app = useApp();
    const [, redraw] = useState(loaded !== null);
    useEffect(() => {
      if (loaded) return;
      load(app).then(
        (component) => {
          loaded = component;
          redraw(true);
        },
        // Offline before the first visit was complete: showing it again tries again.
        () => {},
      );
    }, []);
    const Component = loaded;
    return Component ? <Component {...props} /> : null;
  };
}
