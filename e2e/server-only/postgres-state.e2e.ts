import { cp } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { jetsamWith, run } from '../clients.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { postgresOfWorker } from '../throwaway-database.ts'
import { ask, collect } from './api-client.ts'

/** A server whose state is in PostgreSQL: how it starts, whom it refuses, and its commands. */

const schedule = '/admin/settings/registry/garbageCollection/schedule'
const lee = { name: 'lee', password: 'lees password' }

let folder: Awaited<ReturnType<typeof makeFolder>>
let data: string
let url: string
let inDatabase: { readonly JETSAM_DATABASE: string }
const running: ServerProcess[] = []

test.beforeEach(async () => {
  const postgres = await postgresOfWorker()
  folder = await makeFolder()
  data = join(folder.path, 'data')
  url = await postgres.newURL()
  inDatabase = { JETSAM_DATABASE: url }
})

test.afterEach(async () => {
  for (const server of running.splice(0)) await server.kill()
  await folder.remove()
})

async function start(
  dataFolder = data,
  environment: Readonly<Record<string, string>> = inDatabase,
): Promise<ServerProcess> {
  const server = await startServer(dataFolder, environment)
  running.push(server)
  return server
}

const accountsOf = async (server: ServerProcess): Promise<readonly string[]> =>
  (await ask<{ accounts: { name: string }[] }>(server, 'GET', '/accounts')).body.accounts.map(
    ({ name }) => name,
  )

const signIn = async (server: ServerProcess, password: string): Promise<number> => {
  const answer = await fetch(`${server.origin}/api/v0/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: server.origin },
    body: JSON.stringify({ name: 'admin', password }),
  })
  return answer.status
}

test('a state in PostgreSQL outlives the server, and no file holds it', async () => {
  const first = await start(data, { ...inDatabase, JETSAM_SAMPLES: '1' })
  expect((await ask(first, 'POST', '/accounts', lee)).status).toBe(201)
  await collect(first)
  await first.kill()
  const second = await start()
  expect(await accountsOf(second)).toEqual(['admin', 'lee'])
  expect((await ask<{ jobs: object[] }>(second, 'GET', '/jobs')).body.jobs).toHaveLength(1)
  expect(second.output()).toContain('state in the database at postgres://postgres@/postgres\n')
  expect(second.output()).not.toContain('there is no state')
  expect(await second.stop()).toBe(0)
  await expect(
    jetsamWith({}, 'backup', '--data', data, '--to', join(folder.path, 'a')),
  ).rejects.toThrow('there is no state in')
})

test('a database that cannot be used stops the start with one sentence', async () => {
  const refusals: readonly [string, RegExp][] = [
    [url.replace('postgres@', 'jetsam:s3cret@'), /postgres:\/\/jetsam@.* refuses this user: check/],
    [url.replace('/postgres?', '/nowhere?'), /has no database of this name: create it, or name/],
    ['postgres://127.0.0.1:1/jetsam', /does not answer: check that it runs and can be reached/],
    [
      'mysql://jetsam:s3cret@db/jetsam',
      /JETSAM_DATABASE: the state is in a database of PostgreSQL/,
    ],
  ]
  for (const [wrong, sentence] of refusals) {
    const error: unknown = await start(data, { JETSAM_DATABASE: wrong }).catch(
      (cause: unknown) => cause,
    )
    expect(String(error)).toMatch(sentence)
    expect(String(error)).not.toContain('s3cret')
    expect(String(error)).not.toContain('    at ')
  }
})

test('neither two servers nor two storages share a state', async () => {
  const first = await start()
  const other = join(folder.path, 'other')
  await expect(start(other)).rejects.toThrow(
    /the database at .* is in use by the server on port \d+ of .*: stop that, or name another/,
  )
  await expect(start()).rejects.toThrow(/is in use by the server on port \d+ .*JETSAM_STORAGE/)
  await first.stop()
  await expect(start(other)).rejects.toThrow(/other\/registry do not belong together: .* take-over/)
  await cp(data, join(folder.path, 'copy'), { recursive: true })
  await (await start()).stop()
  await expect(start(join(folder.path, 'copy'))).rejects.toThrow(
    'one of them was copied or restored',
  )
  await expect(start(data, {})).rejects.toThrow(
    /belong to the state in a database: set JETSAM_DATA/,
  )
})

test('a person can say that storage and state belong together after all', async () => {
  const server = await start(data, { ...inDatabase, JETSAM_SAMPLES: '1' })
  await expect(
    jetsamWith(inDatabase, 'take-over', '--storage', server.storageFolder),
  ).rejects.toThrow('is in use by the server')
  await server.stop()
  const copy = join(folder.path, 'copy')
  await cp(data, copy, { recursive: true })
  await (await start()).stop()
  const storage = join(copy, 'registry')
  expect(await jetsamWith(inDatabase, 'take-over', '--storage', storage)).toContain('from now on')
  await (await start(copy)).stop()
  await expect(start()).rejects.toThrow('do not belong together')
  expect(await jetsamWith({}, 'take-over', '--storage', storage)).toContain('a state in a file')
  await start(copy, {})
})

test('a lost password is reset, and a backup is restored, while no server runs', async () => {
  const backup = join(folder.path, 'backup.sqlite')
  const first = await start()
  await expect(jetsamWith(inDatabase, 'reset-password')).rejects.toThrow(/is in use by the server/)
  expect((await ask(first, 'POST', schedule, { schedule: '4 * * 6' })).status).toBe(200)
  expect(await jetsamWith(inDatabase, 'backup', '--to', backup)).toContain(backup)
  expect((await ask(first, 'DELETE', schedule)).status).toBe(204)
  expect((await ask(first, 'POST', '/accounts', lee)).status).toBe(201)
  await expect(jetsamWith(inDatabase, 'restore', '--from', backup)).rejects.toThrow('is in use by')
  await first.stop()

  const environment = { ...inDatabase, JETSAM_DATA: data }
  const restored = await jetsamWith(environment, 'restore', '--from', backup)
  const [, kept = ''] = /what was there before is kept in (\S+)/.exec(restored) ?? []
  const second = await start()
  expect(await accountsOf(second)).toEqual(['admin'])
  expect((await ask(second, 'GET', schedule)).body).toMatchObject({ schedule: '4 * * 6' })
  await second.stop()

  await jetsamWith(environment, 'restore', '--from', kept)
  const said = await jetsamWith(inDatabase, 'reset-password', 'lee')
  expect(said).toContain('"lee" has the password')
  const [, password = ''] =
    /"admin" has the password "(\S+)"/.exec(await jetsamWith(inDatabase, 'reset-password')) ?? []
  const third = await start()
  expect(await signIn(third, 'jetsam-admin')).toBe(401)
  expect(await signIn(third, password)).toBeLessThan(300)
})

test('a dump by the programs of PostgreSQL is restored', async () => {
  const postgres = await postgresOfWorker()
  await postgres.run('create database dumped')
  const whole = `postgres://postgres@/dumped?host=${encodeURIComponent(dirname(postgres.socket))}`
  inDatabase = { JETSAM_DATABASE: whole }
  const dump = join(folder.path, 'state.dump')
  const first = await start()
  expect((await ask(first, 'POST', '/accounts', lee)).status).toBe(201)
  await run('pg_dump', '--format=custom', `--file=${dump}`, whole)
  expect((await ask(first, 'DELETE', '/accounts/lee')).status).toBe(204)
  await first.stop()
  await (await start()).stop()
  const how = ['--clean', '--if-exists', '--no-owner', '--single-transaction']
  await run('pg_restore', ...how, `--dbname=${whole}`, dump)
  await expect(start()).rejects.toThrow('one of them was copied or restored')
  await jetsamWith(inDatabase, 'take-over', '--storage', join(data, 'registry'))
  expect(await accountsOf(await start())).toEqual(['admin', 'lee'])
})

test('a state moves from SQLite into an empty database, once', async () => {
  const backup = join(folder.path, 'backup.sqlite')
  const first = await start(data, { JETSAM_SAMPLES: '1' })
  expect((await ask(first, 'POST', '/accounts', lee)).status).toBe(201)
  await collect(first)
  expect((await ask(first, 'DELETE', '/repositories/team/app/manifests/1.0')).status).toBe(204)
  const { body: before } = await ask<{ events: object[] }>(first, 'GET', '/activity?pageSize=1000')
  const move = () => jetsamWith(inDatabase, 'migrate', '--from', 'sqlite', '--data', data)
  await expect(move()).rejects.toThrow(/is in use by the server/)
  await first.stop()

  expect(await move()).toMatch(/moved into the database at .*: 2 accounts .* 1 jobs, \d+ entries/)
  await expect(move()).rejects.toThrow('holds a state already: name an empty one')
  const second = await start()
  expect(await accountsOf(second)).toEqual(['admin', 'lee'])
  expect((await ask(second, 'GET', '/activity?pageSize=1000')).body).toEqual(before)
  expect((await ask<{ entries: object[] }>(second, 'GET', '/trash')).body.entries).toHaveLength(1)
  await collect(second)

  // And back: a backup is a file of SQLite.
  await jetsamWith(inDatabase, 'backup', '--to', backup)
  await second.stop()
  await jetsamWith({}, 'restore', '--from', backup, '--data', data)
  await jetsamWith({}, 'take-over', '--storage', join(data, 'registry'))
  expect(await accountsOf(await start(data, {}))).toEqual(['admin', 'lee'])
})
