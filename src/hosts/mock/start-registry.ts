import { createMockHost, type MockHost } from './mock-host.ts'
import { createBrowserPersistence, noPersistence } from './persistence.ts'
import { traitsOf, type Scenario } from './scenarios.ts'

const tickEveryMs = 1_000

/** Creates the registry of a scenario, and starts its scheduler. */
export async function startRegistry(scenario: Scenario): Promise<MockHost> {
  const traits = traitsOf[scenario]
  const host = await createMockHost({
    traits,
    origin: location.origin,
    openPersistence: (stateSnapshot) =>
      traits.survivesReload
        ? createBrowserPersistence({
            databaseName: `jetsam-${scenario}-${traits.content}`,
            stateSnapshot,
          })
        : noPersistence,
  })
  setInterval(() => void host.tick().catch(reportError), tickEveryMs)
  return host
}
