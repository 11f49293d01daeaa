// Runs before the first paint, so that a chosen theme does not flash. The rest of it is src/features/theme.
try {
  // Two servers on one host share its storage.
  const path = document.querySelector('meta[name="keystamp-path"]')?.content ?? '';
  const theme = localStorage.getItem(`keystamp-theme${path}`);
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's theme it is.
}
