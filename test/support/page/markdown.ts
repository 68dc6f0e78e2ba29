/** Renders Markdown to a string as the page would, in the way the tests ask for. */
import { Fragment, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { blocks } from '../../../src/page/markdown/blocks.tsx';
import type { MarkdownLabels } from '../../../src/page/markdown/labels.ts';
import type { MarkdownToken } from '../../../src/page/markdown/lexer.ts';
import { type LiveBlocks, LiveMarkdown, loadGrowing } from '../../../src/page/markdown/live.ts';
import { MarkdownView } from '../../../src/page/markdown/view.tsx';

await loadGrowing();

export const labels: MarkdownLabels = {
  copy: 'Copy',
  copyTable: 'Copy table',
  wrap: 'Wrap',
  save: 'Save',
  copied: 'Copied',
  copyFailed: 'Press Ctrl+C',
  image: 'Image',
  taskDone: 'Done',
  taskOpen: 'To do',
  note: 'Note',
  tip: 'Tip',
  important: 'Important',
  warning: 'Warning',
  caution: 'Caution',
};

const copy = async () => false;
const save = async () => {};

/** Every block of an answer has `dir="auto"`: one test says so, and the others read better without. */
function withoutDirections(html: string): string {
  return html.replaceAll(' dir="auto"', '');
}

/**
 * A finished answer, without the wrapping element.
 * @param directions with `dir="auto"` where it stands
 */
export function rendered(text: string, directions = false): string {
  const html = renderToString(h(MarkdownView, { text, streaming: false, labels, copy, save }));
  const inner = html.replace(/^<div class="md">|<\/div>$/g, '');
  return directions ? inner : withoutDirections(inner);
}

/** Tokens as the page would show them. */
export function renderedTokens(tokens: readonly MarkdownToken[]): string {
  return withoutDirections(renderToString(h(Fragment, null, blocks(tokens, { labels, copy, save }))));
}

/** All blocks of a live document as the page would show them. */
export function renderedBlocks({ frozen, tail }: LiveBlocks): string {
  return [...frozen, tail].map(renderedTokens).join('');
}

/** Feeds the text piece by piece and shows what is there in the end. */
export function streamed(pieces: readonly string[]): { html: string; live: LiveMarkdown } {
  const live = new LiveMarkdown();
  let text = '';
  for (const piece of pieces) {
    text += piece;
    live.update(text, false);
  }
  return { html: renderedBlocks(live.update(text, true)), live };
}
