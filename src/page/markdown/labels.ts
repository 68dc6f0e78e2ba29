/** GitHub's kinds of alerts. */
export type AlertKind = 'note' | 'tip' | 'important' | 'warning' | 'caution';

/** The words that the renderer shows or reads out, in the reader's language. */
export type MarkdownLabels = Readonly<Record<AlertKind, string>> & {
  /** The button of a code block, and what it says when the code is in the clipboard. */
  copy: string;
  copyTable: string;
  /** The buttons of a code block that wrap its lines and save it as a file. */
  wrap: string;
  save: string;
  copied: string;
  /** What the button says when the browser refused, and the code is selected instead. */
  copyFailed: string;
  /** The name of an image without a description. */
  image: string;
  /** What a screen reader says for a ticked and an empty box of a task list. */
  taskDone: string;
  taskOpen: string;
};
