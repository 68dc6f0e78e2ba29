/** Writing to the clipboard: one way for every button. */

/**
 * Copies a text, and beside it the same words as a document where there is one, for whatever takes formatted text.
 * Works on plain http addresses too, where browsers withhold `navigator.clipboard`. Says whether it could.
 */
export async function copyToClipboard(text: string, html?: string): Promise<boolean> {
  try {
    if (html === undefined) await navigator.clipboard.writeText(text);
    else {
      const form = (type: string, content: string) => ({ [type]: new Blob([content], { type }) });
      const item = new ClipboardItem({ ...form('text/plain', text), ...form('text/html', html) });
      await navigator.clipboard.write([item]);
    }
    return true;
  } catch {
    return copyByCommand(text, html);
  }
}

/** The older way: a command that copies what is selected, and an event that says what that is. */
function copyByCommand(text: string, html: string | undefined): boolean {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'hidden';
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const fill = (event: ClipboardEvent) => {
    event.stopImmediatePropagation();
    event.preventDefault();
    event.clipboardData?.setData('text/plain', text);
    if (html !== undefined) event.clipboardData?.setData('text/html', html);
  };
  addEventListener('copy', fill, { capture: true });
  const copied = document.execCommand('copy');
  removeEventListener('copy', fill, { capture: true });
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}
