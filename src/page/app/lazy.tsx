/** A part of the page that is fetched when it is first shown. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { App } from './app.ts';
import { useApp } from './app-context.ts';

/** A network that fails may come back while the part is still wanted. */
const RETRY_MS = 2000;

/**
 * @param load resolves to the component
 * @param Meanwhile what is shown until then; nothing where it is left out
 */
export function lazy<P extends object>(
  load: (app: App) => Promise<ComponentType<P>>,
  Meanwhile?: ComponentType<P>,
): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const app = useApp();
    const [, redraw] = useState(loaded !== null);
    useEffect(() => {
      let again: ReturnType<typeof setTimeout> | undefined;
      const attempt = () => {
        load(app).then(
          (component) => {
            loaded = component;
            redraw(true);
          },
          () => {
            again = setTimeout(attempt, RETRY_MS);
          },
        );
      };
      if (!loaded) attempt();
      return () => clearTimeout(again);
    }, []);
    const Component = loaded ?? Meanwhile;
    return Component ? <Component {...props} /> : null;
  };
}
