// Before the first paint, so that a dark screen never flashes white. A file of its own, because the
// content policy allows no inline scripts.
;(() => {
  const kept = localStorage.getItem('mantine-color-scheme-value')
  const isDark =
    kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light')
})()
