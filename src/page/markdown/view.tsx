/** Shows an answer's text as it is. */
export interface MarkdownLabels {
  readonly copy: string;
  readonly copied: string;
  readonly image: string;
}

export function MarkdownView({ text }: { text: string; streaming: boolean; labels: MarkdownLabels }) {
  return <div class="plain">{text}</div>;
}
