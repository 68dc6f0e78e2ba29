/** Fetched once turns are shown: how an answer is copied as a document, and how a selection in it is. */
type Copied = typeof import('../markdown/copied.ts');

let copied: Copied | undefined;

/** Begins to listen to Ctrl+C. Where the module cannot be fetched, the browser copies as it does anywhere. */
export async function loadCopied(): Promise<void> {
  if (copied) return;
  copied = await import('../markdown/copied.ts');
  copied.copySelectionsWell();
}

/** An answer as a document, once that can be made. */
export function answerAsHtml(article: Element | null): string | undefined {
  const shown = article?.querySelector('.md');
  return shown ? copied?.asHtml(shown) : undefined;
}
