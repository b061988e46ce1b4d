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

/** The projects of the tests whose servers have their state in PostgreSQL. */
export const onPostgres = 'server host on PostgreSQL'

export const isOnPostgres = (): boolean => {
  try {
    return test.info().project.name === onPostgres
  } catch {
    // A program that measures is no test.
    return false
  }
}

/** By the data folder of a server: one that starts again finds its state. */
const databases = new Map<string, Promise<string>>()

/** The database for the server with this data folder; null: its state is in a file. */
export async function databaseFor(dataFolder: string): Promise<string | null> {
  if (!isOnPostgres()) return null
  const url = databases.get(dataFolder) ?? postgresOfWorker().then((one) => one.newURL())
  databases.set(dataFolder, url)
  return await url
}
