import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from '@playwright/test'
import { findPostgres } from '../src/testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '../src/testing/postgres/throwaway-postgres.ts'

let starting: Promise<ThrowawayPostgres> | null = null

/**
 * The PostgreSQL of this worker of the tests, which starts with the first test that asks, and ends
 * with the worker. A test that needs it is left out where there is none.
 */
export function postgresOfWorker(): Promise<ThrowawayPostgres> {
  test.skip(findPostgres() === null, 'PostgreSQL is not installed')
  starting ??= startThrowawayPostgres().then((postgres) => {
    // Its server ends with this process; its folder would stay.
    process.once('exit', () => rmSync(dirname(postgres.socket), { recursive: true, force: true }))
    return postgres
  })
  return starting
}
