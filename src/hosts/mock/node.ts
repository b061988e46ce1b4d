import { setupServer } from 'msw/node'
import { handlersFor } from './handlers.ts'
import { createMockHost, type MockHost } from './mock-host.ts'
import { noPersistence } from './persistence.ts'
import { traitsOf, type Scenario } from './scenarios.ts'

/** A registry behind the `fetch` of a Node process, for tests of programs that call the API. */
export interface NodeMock {
  readonly host: MockHost
  /** Restores the original `fetch`. */
  close(): void
}

/**
 * Answers every call of the process to the dashboard's API, as the mock host in a page does.
 *
 * @param origin the origin that the calls use, such as `http://jetsam.test`
 */
export async function startNodeMock(origin: string, scenario: Scenario): Promise<NodeMock> {
  const host = await createMockHost({
    traits: traitsOf[scenario],
    origin,
    openPersistence: () => noPersistence,
  })
  const server = setupServer(...handlersFor(host, origin))
  server.listen({ onUnhandledRequest: 'error' })
  return { host, close: () => server.close() }
}
