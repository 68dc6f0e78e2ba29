/** A formula: raw TeX until the typesetter has been loaded, and for good where it cannot be loaded or read it. */
import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { MathsToken } from './maths-syntax.ts';

type Typesetter = typeof import('./typeset.ts');

/** Kept, so that a formula after the first appears at once. */
let typesetter: Typesetter | undefined;

export function Maths({ token }: { token: MathsToken }): VNode {
  const [ready, setReady] = useState(typesetter);
  useEffect(() => {
    if (ready) return;
    let shown = true;
    import('./typeset.ts').then(
      (loaded) => {
        typesetter = loaded;
        if (shown) setReady(loaded);
      },
      () => {
        // Offline: the TeX stays, and the next formula tries again.
      },
    );
    return () => {
      shown = false;
    };
  }, [ready]);
  const { raw, text, display } = token;
  const formula = useMemo(() => ready?.typeset(text, display), [ready, text, display]);
  return (
    <span
      class={display ? 'md-maths md-maths-display' : 'md-maths'}
      translate={false}
      // What is copied of a formula.
      data-tex={formula && raw.trim()}
    >
      {formula ?? raw.trim()}
    </span>
  );
}
