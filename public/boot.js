// Sets the chosen colours before the first paint, so that nothing flashes. Everything else is app.js.
try {
  const { theme } = JSON.parse(localStorage.getItem('nexcode.preferences') ?? '{}');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden or holds something else: the system's colours stay.
}
