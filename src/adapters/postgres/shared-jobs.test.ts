import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import type { State } from '#state/state.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { sharedJobsContract } from '#testing/services/shared-jobs.ts'
import { openPostgresState } from './postgres-state.ts'

describe.skipIf(findPostgres() === null)('servers with a connection pool each', () => {
  let postgres: ThrowawayPostgres
  let states: State[] = []
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
  })
  afterEach(async () => {
    await Promise.all(states.map((state) => state.close()))
    states = []
  })
  afterAll(() => postgres.remove())

  sharedJobsContract('PostgreSQL', async (count) => {
    const url = await postgres.newURL()
    states = await Promise.all(
      Array.from({ length: count }, () => openPostgresState(url, { connections: 4 })),
    )
    return states
  })
})
