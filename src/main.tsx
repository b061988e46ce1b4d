import { App } from '#web/app/app.tsx'
import { setDemoAccounts } from '#web/api/demo-accounts.ts'
import { setReady } from '#web/api/request.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

// Every build except the server's has a registry inside the page. The page renders at once; its
// calls wait until the mock host is up.
if (import.meta.env.MODE !== 'production') {
  setReady(
    import('#hosts/mock/browser.ts').then(({ startMock }) => startMock(import.meta.env.BASE_URL)),
  )
  setDemoAccounts(import('#hosts/mock/accounts.ts').then(({ mockAccounts }) => mockAccounts))
}

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element "root"')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
