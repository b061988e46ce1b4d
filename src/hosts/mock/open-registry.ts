import { createId } from './create-id.ts'
import { createRemoteFetch } from './remote-fetch.ts'
import { traitsOf, type Scenario } from './scenarios.ts'
import type { MockHost } from './mock-host.ts'

/**
 * The registry of a scenario: in a worker that all tabs share, so that they see the same data and
 * its work blocks no page; in the page itself if the browser has no shared workers.
 */
export async function openRegistry(scenario: Scenario): Promise<Pick<MockHost, 'fetch'>> {
  if (typeof SharedWorker === 'undefined') {
    const { startRegistry } = await import('./start-registry.ts')
    return startRegistry(scenario)
  }
  // A registry that starts empty at each load is for one page only.
  const name = traitsOf[scenario].survivesReload ? scenario : `${scenario} ${createId()}`
  const worker = new SharedWorker(new URL('./registry-worker.ts', import.meta.url), {
    type: 'module',
    name,
  })
  return { fetch: createRemoteFetch(worker.port) }
}
