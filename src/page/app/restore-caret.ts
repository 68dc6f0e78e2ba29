/**
 * Chromium gives the focus back when a dialog closes, but not the caret, if the dialog had a text field in use: the
 * focused field then takes no typing until it is clicked.
 */
export function restoreCaretAfterDialogs(): void {
  document.addEventListener(
    'close',
    () => {
      const field = document.activeElement;
      if (field instanceof HTMLTextAreaElement)
        field.setSelectionRange(field.selectionStart, field.selectionEnd);
    },
    true,
  );
}
