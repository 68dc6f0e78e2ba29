/** The style sheet of what is shown later: settings, sheets, the login page. */

let loading: Promise<void> | null = null;

/** Resolves once the sheet holds. Rejects where it cannot be had, and is then fetched anew the next time. */
export function loadLaterStyle(): Promise<void> {
  loading ??= new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = '/later.css';
    link.onload = () => resolve();
    link.onerror = () => {
      loading = null;
      link.remove();
      reject(new Error('The style sheet could not be had.'));
    };
    document.head.append(link);
  });
  return loading;
}
