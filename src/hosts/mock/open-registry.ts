import { createId } from './create-id.ts'
import { createRemoteFetch } from './remote-fetch.ts'
import { traitsOf, type Scenario } from './scenarios.ts'
import type { MockHost } from './mock-host.ts'

/**
 * The registry of a scenario: in a worker that all tabs share, so that they stay in step and its
 * work holds up no page; in the page itself where the browser has no such workers.
 */
export async function openRegistry(scenario: Scenario): Promise<Pick<MockHost, 'fetch'>> {
  if (typeof SharedWorker === 'undefined') {
    const { startRegistry } = await import('./start-registry.ts')
    return startRegistry(scenario)
  }
  // What begins anew at each load is for one page alone.
  const name = traitsOf[scenario].survivesReload ? scenario : `${scenario} ${createId()}`
  const worker = new SharedWorker(new URL('./registry-worker.ts', import.meta.url), {
    type: 'module',
    name,
  })
  return { fetch: createRemoteFetch(worker.port) }
}
