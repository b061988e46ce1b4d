// Before the first paint, so that a dark screen never flashes white. A file of its own, because the
// content policy allows no inline scripts.
;(() => {
  const kept = localStorage.getItem('mantine-color-scheme-value')
  const isDark =
    kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light')
})()

// Where the dashboard's own script does not arrive, nothing else could say so.
addEventListener(
  'error',
  ({ target }) => {
    const root = document.getElementById('root')
    if (!(target instanceof HTMLScriptElement) || !root || root.hasChildNodes()) return
    const words = document.createElement('p')
    words.setAttribute('role', 'alert')
    words.textContent = 'The dashboard could not be loaded. '
    const button = document.createElement('button')
    button.textContent = 'Reload'
    button.addEventListener('click', () => location.reload())
    words.append(button)
    words.style.cssText = 'margin: 20vh 1rem; font: 1rem Arial, sans-serif; text-align: center'
    root.append(words)
  },
  true,
)
