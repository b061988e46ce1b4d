import { setupWorker } from 'msw/browser'
import { handlersFor } from './handlers.ts'
import { createMockHost } from './mock-host.ts'
import { createBrowserPersistence, noPersistence } from './persistence.ts'
import { readScenario, traitsOf } from './scenarios.ts'

const tickEveryMs = 1_000

/**
 * Puts a whole registry behind the page's calls. Resolves once they are answered.
 *
 * @param base the path that the dashboard is served under, with a slash at its end
 */
export async function startMock(base: string): Promise<void> {
  const scenario = readScenario(location.search, sessionStorage)
  const traits = traitsOf[scenario]
  const host = await createMockHost({
    traits,
    origin: location.origin,
    openPersistence: (stateSnapshot) =>
      traits.survivesReload
        ? createBrowserPersistence({ databaseName: `jetsam-${scenario}`, stateSnapshot })
        : noPersistence,
  })
  const worker = setupWorker(...handlersFor(host))
  await worker.start({
    quiet: true,
    onUnhandledRequest: 'bypass',
    serviceWorker: { url: `${base}mockServiceWorker.js` },
  })
  setInterval(() => void host.tick().catch(reportError), tickEveryMs)
}
