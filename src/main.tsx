import { App } from '#web/app.tsx'
import { setReady } from '#web/http/request.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

// The page is drawn at once; its calls wait until the mock host is up. A build for a server leaves
// the import out.
if (import.meta.env.DEV || import.meta.env['VITE_JETSAM_MOCK'] === '1') {
  setReady(import('#mock/browser.ts').then(({ startMock }) => startMock(import.meta.env.BASE_URL)))
}

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element "root"')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
