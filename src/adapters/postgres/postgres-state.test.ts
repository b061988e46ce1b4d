import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { State } from '#state/state.ts'
import { atMs, job } from '#testing/conformance/state/state-samples.ts'
import { stateContract } from '#testing/conformance/state/state.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { openPostgresState } from './postgres-state.ts'

describe.skipIf(findPostgres() === null)('PostgreSQL', () => {
  let postgres: ThrowawayPostgres
  let state: State

  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
    state = await openPostgresState(await postgres.newURL(), { connections: 3 })
  })
  afterAll(async () => {
    await state.close()
    await postgres.remove()
  })

  async function open(): Promise<State> {
    const [tables] = await postgres.run(
      "select string_agg(format('delete from test_1.%I', tablename), ';') as emptying from pg_tables where schemaname = 'test_1' and tablename not like 'kysely%'",
    )
    await postgres.run(String(tables?.emptying))
    return state
  }

  stateContract('PostgreSQL', open)

  test('reads back a NUL in any text', async () => {
    const { jobs } = await open()
    const error = '\u0000 \u0001\u0000\u0001\u0001\u0002\u0000\u0000'
    await jobs.save(job('\u0000', { error, updatedAtMs: atMs }))
    expect((await jobs.find('\u0000'))?.error).toBe(error)
  })
})
