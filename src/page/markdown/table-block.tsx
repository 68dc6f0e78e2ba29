/** A table that scrolls in its own box, with a button that copies it as cells. */
import type { ComponentChildren, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { CopyButton } from './bar-button.tsx';
import type { InlineContext } from './inlines.tsx';

export function TableBlock(props: { context: InlineContext; children: ComponentChildren }): VNode {
  const { labels, copy } = props.context;
  const box = useRef<HTMLDivElement>(null);
  const copyTable = async () => {
    if (!box.current) return false;
    const { asHtml, tableAsText } = await import('./copied.ts');
    return copy(tableAsText(box.current), asHtml(box.current));
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <div class="md-table" tabIndex={0} ref={box}>
        {props.children}
      </div>
      <div class="md-bar md-table-bar">
        <CopyButton label={labels.copyTable} labels={labels} copy={copyTable} shown={box} />
      </div>
    </>
  );
}
