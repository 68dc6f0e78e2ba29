/** A code block: its language, a copy button, and one text node that grows while the code arrives. */
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useHighlight } from './highlight.ts';
import type { InlineContext } from './inlines.tsx';

/** How long the button says what it did. */
const COPIED_MS = 2000;

type CodeBlockProps = { text: string; lang: string; open: boolean; context: InlineContext };

export function CodeBlock({ text, lang, open, context }: CodeBlockProps): VNode {
  const code = useRef<HTMLElement>(null);
  // Preact is always shown the first text and so leaves the node alone, except that it would write '' again and again.
  const [firstText] = useState(text || undefined);
  useGrowingText(code, text);
  useHighlight(code, text, lang, open);
  return (
    <div class="md-code" translate={false}>
      <div class="md-code-bar">
        <span class="md-lang">{lang}</span>
        <CopyButton code={code} text={text} context={context} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} dir="ltr">
        <code ref={code}>{firstText}</code>
      </pre>
    </div>
  );
}

/** What follows the first text is appended to its node, so that a selection in the code survives. */
function useGrowingText(code: { current: HTMLElement | null }, text: string): void {
  useLayoutEffect(() => {
    const element = code.current;
    if (!element) return;
    const node = element.firstChild;
    if (!(node instanceof Text)) element.textContent = text;
    else if (text.startsWith(node.data)) {
      if (text.length > node.length) node.appendData(text.slice(node.length));
    } else node.data = text;
  }, [code, text]);
}

function CopyButton(props: {
  code: { current: HTMLElement | null };
  text: string;
  context: InlineContext;
}): VNode {
  const { code, text, context } = props;
  const [result, setResult] = useState<'copied' | 'copyFailed'>();
  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(undefined), COPIED_MS);
    return () => clearTimeout(timer);
  }, [result]);
  const act = async () => {
    const copied = await context.copy(text);
    if (!copied && code.current) getSelection()?.selectAllChildren(code.current);
    setResult(copied ? 'copied' : 'copyFailed');
  };
  return (
    <button type="button" class="md-copy" aria-live="polite" onClick={act}>
      {context.labels[result ?? 'copy']}
    </button>
  );
}
