import { afterAll, beforeAll } from 'vitest'
import {
  openAgreement,
  type AgreementConnections,
} from '#adapters/postgres/coordination/open-agreement.ts'
import { startThrowawayPostgres, type ThrowawayPostgres } from './throwaway-postgres.ts'

/**
 * Opens an agreement in a throwaway PostgreSQL before the tests of a `describe`, and removes both
 * after them.
 *
 * @returns the connections, for use within tests
 */
export function agreementForTests(): () => AgreementConnections {
  let postgres: ThrowawayPostgres
  let connections: AgreementConnections
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
    connections = await openAgreement(await postgres.newURL())
  })
  afterAll(async () => {
    await connections.close()
    await postgres.remove()
  })
  return () => connections
}
