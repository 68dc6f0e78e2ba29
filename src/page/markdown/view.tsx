/** Shows an answer's text as it is. */
import type { MarkdownLabels } from './labels.ts';

export function MarkdownView({ text }: { text: string; streaming: boolean; labels: MarkdownLabels }) {
  return <div class="plain">{text}</div>;
}
