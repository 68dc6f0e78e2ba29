/** Loaded with the first code block: sugar-high's tokens, painted with CSS highlights named `md-` and their kind. */
import { codeRanges } from './code-ranges.ts';

/**
 * Colours a text node.
 * @returns what takes the colours away again
 */
export function paint(node: Text, text: string, lang: string): () => void {
  const undo = codeRanges(text, lang)
    .filter(({ end }) => end <= node.length)
    .map(({ kind, start, end }) => {
      // Static: a live range would be kept up to date by every change of the document.
      const range = new StaticRange({
        startContainer: node,
        startOffset: start,
        endContainer: node,
        endOffset: end,
      });
      const highlight = highlightFor(`md-${kind}`);
      highlight.add(range);
      return () => highlight.delete(range);
    });
  return () => {
    for (const step of undo) step();
  };
}

function highlightFor(name: string): Highlight {
  const known = CSS.highlights.get(name);
  if (known) return known;
  const highlight = new Highlight();
  CSS.highlights.set(name, highlight);
  return highlight;
}
