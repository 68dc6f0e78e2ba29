/** An answer in Markdown, also while it is still arriving. Its classes are listed and drawn in `public/style.css`. */
import { Fragment, type VNode } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { blocks } from './blocks.tsx';
import type { MarkdownLabels } from './labels.ts';
import type { MarkdownToken } from './lexer.ts';
import { LiveMarkdown, loadGrowing } from './live.ts';

export type MarkdownViewProps = {
  /** All of the answer so far. A text that does not continue the last one is rendered afresh. */
  text: string;
  /** Whether more is expected. Only a finished text is final: link definitions then reach back to earlier blocks. */
  streaming: boolean;
  labels: MarkdownLabels;
  /** Copies a text, beside it the same as a document, and says whether it could. Always the same function. */
  copy: (text: string, html?: string) => Promise<boolean>;
  /** Saves a code block as a file; `info` is what stands after its fence. Always the same function. */
  save: (text: string, info: string) => Promise<void>;
};

/**
 * Renders growing text: a finished block keeps its node, which Preact then passes over, and only the tail is new.
 * Nothing in it is ever parsed as HTML or loaded by itself.
 */
export function MarkdownView({ text, streaming, labels, copy, save }: MarkdownViewProps): VNode {
  const live = useRef<LiveMarkdown>(null);
  live.current ??= new LiveMarkdown();
  const document = live.current;
  useEffect(() => {
    if (streaming) loadGrowing().catch(() => {});
  }, [streaming]);
  const { frozen, tail } = useMemo(() => document.update(text, !streaming), [document, text, streaming]);

  // The words, not the object that holds them, decide whether a node is still good.
  const words = Object.values(labels).join('\n');
  const nodes = useMemo(() => new WeakMap<readonly MarkdownToken[], VNode>(), [words]);

  const segment = (tokens: readonly MarkdownToken[], key: number) => {
    const known = nodes.get(tokens);
    if (known) return known;
    const node = <Fragment key={key}>{blocks(tokens, { labels, copy, save })}</Fragment>;
    nodes.set(tokens, node);
    return node;
  };
  return <div class="md">{[...frozen, tail].map(segment)}</div>;
}
