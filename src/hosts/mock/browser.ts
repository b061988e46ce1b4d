import { setupWorker } from 'msw/browser'
import { handlersFor } from './handlers.ts'
import { openRegistry } from './open-registry.ts'
import { readScenario } from './scenarios.ts'

/**
 * Puts a whole registry behind the page's calls. Resolves once it answers them.
 *
 * @param base the path under which the dashboard is served, with a slash at the end
 */
export async function startMock(base: string): Promise<void> {
  const scenario = readScenario(location.search, sessionStorage)
  const worker = setupWorker(...handlersFor(await openRegistry(scenario), location.origin))
  await worker.start({
    quiet: true,
    onUnhandledRequest: 'bypass',
    serviceWorker: { url: `${base}mockServiceWorker.js` },
  })
}
