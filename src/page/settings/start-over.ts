/** A fresh page, after everything was cleared, in this tab or in another. */

/** A fresh page: nothing of before is left in memory either. */
export function startOver(): void {
  history.replaceState(null, '', '/');
  location.reload();
}
