/** A code block: its language, what can be done with it, and one text node that grows while the code arrives. */
import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { CopyButton } from './bar-button.tsx';
import { useHighlight } from './highlight.ts';
import type { InlineContext } from './inlines.tsx';

type CodeBlockProps = { text: string; lang: string; open: boolean; context: InlineContext };

export function CodeBlock({ text, lang, open, context }: CodeBlockProps): VNode {
  const code = useRef<HTMLElement>(null);
  const [wrapped, setWrapped] = useState(false);
  const { labels } = context;
  // Preact is always shown the first text and so leaves the node alone, except that it would write '' again and again.
  const [firstText] = useState(text || undefined);
  useGrowingText(code, text);
  useHighlight(code, text, lang, open);
  return (
    <div class="md-code" translate={false}>
      <div class="md-bar">
        <span class="md-lang">{lang}</span>
        <button type="button" class="md-act" aria-pressed={wrapped} onClick={() => setWrapped(!wrapped)}>
          {labels.wrap}
        </button>
        <button type="button" class="md-act" onClick={() => context.save(text, lang)}>
          {labels.save}
        </button>
        <CopyButton label={labels.copy} labels={labels} copy={() => context.copy(text)} shown={code} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} dir="ltr" class={wrapped ? 'md-wrap' : undefined}>
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
