/** A part of the page that is fetched when it is first shown. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** @param load resolves to the component; while it does not, nothing is shown */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const [, redraw] = useState(loaded !== null);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (component) => {
          loaded = component;
          redraw(true);
        },
        // Offline before the first visit was complete: the next attempt to show it tries again.
        () => {},
      );
    }, []);
    const Component = loaded;
    return Component ? <Component {...props} /> : null;
  };
}
