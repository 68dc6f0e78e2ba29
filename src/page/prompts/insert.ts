/** Putting text into a field as if it were typed, so that the field's own undo takes it back. */

/** @param from where it begins; what stands between there and `to` is replaced */
export function insertText(field: HTMLTextAreaElement, text: string, from: number, to: number): void {
  field.focus();
  field.setSelectionRange(from, to);
  // Deprecated, and still the one way that keeps the undo history.
  if (text === '' ? document.execCommand('delete') : document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, from, to, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
