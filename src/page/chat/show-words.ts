/** Showing where the words that were sought stand in a turn. */
import { placesOf, termsOf } from './search-text.ts';

/** Marks the words in a turn as it is shown, and scrolls to the first of them. */
export function showWords(turn: HTMLElement, query: string): void {
  const shown = turn.querySelector('.md, .said') ?? turn;
  turn.scrollIntoView({ block: 'start' });
  const nodes: { node: Text; start: number }[] = [];
  let text = '';
  const walk = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
  let block: Element | null | undefined;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!(node instanceof Text) || node.parentElement?.closest('.md-bar, annotation')) continue;
    const within = node.parentElement?.closest('p, li, td, th, pre, h3, h4, h5, h6, blockquote');
    if (within !== block) text += '\n';
    block = within;
    nodes.push({ node, start: text.length });
    text += node.data;
  }
  const ranges = placesOf(text, termsOf(query)).flatMap(({ start, end }) => {
    const from = nodes.findLast((each) => each.start <= start);
    const to = nodes.findLast((each) => each.start < end);
    if (!from || !to) return [];
    const range = document.createRange();
    range.setStart(from.node, Math.min(start - from.start, from.node.length));
    range.setEnd(to.node, Math.min(end - to.start, to.node.length));
    return [range];
  });
  if ('highlights' in CSS) CSS.highlights.set('found', new Highlight(...ranges));
  const [first] = ranges;
  const scroller = turn.closest('.scroller');
  if (!first || !scroller) return;
  first.startContainer.parentElement?.scrollIntoView({ block: 'center' });
  const { top } = first.getBoundingClientRect();
  const box = scroller.getBoundingClientRect();
  if (top < box.top || top > box.bottom - 40) scroller.scrollTop += top - box.top - box.height / 3;
}

/** Takes the marks away. */
export function hideWords(): void {
  if ('highlights' in CSS) CSS.highlights.delete('found');
}
