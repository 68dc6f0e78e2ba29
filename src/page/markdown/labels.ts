/** The words that the renderer shows or reads out, in the reader's language. */
export type MarkdownLabels = {
  copy: string;
  copied: string;
  copyFailed: string;
  image: string;
  taskDone: string;
  taskOpen: string;
};
