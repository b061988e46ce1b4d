import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createFileLock } from '#adapters/filesystem/lease/storage-lock.ts'
import { openHeldState } from '#adapters/postgres/held-state.ts'
import { openSqlState } from '#adapters/sqlite/sql-state.ts'
import { readConfiguration } from '#hosts/server/distribution-configuration.ts'
import { lockFile } from '#hosts/server/paths.ts'
import { printedWithoutRights } from '#testing/faults/without-rights.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { compareClocks, right, wrong, type Check } from './check.ts'
import { doctor } from './doctor.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-doctor-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Said {
  readonly about: string
  readonly status: string
  readonly found: string
  readonly advice: string | null
}

const configured = (environment: Record<string, string> = {}) =>
  readConfiguration({ JETSAM_PORT: '0', JETSAM_DATA: folder, ...environment }, folder)

async function examine(environment: Record<string, string> = {}, checks?: readonly Check[]) {
  const lines: string[] = []
  const print = (line: string): void => void lines.push(line)
  const isRight = await doctor(await configured(environment), { isJSON: true, print }, checks)
  const { ok, findings } = JSON.parse(lines.join('')) as { ok: boolean; findings: Said[] }
  expect(ok).toBe(isRight)
  return { isRight, findings, all: findings.map(({ found }) => found).join('\n') }
}

async function makeStorage(): Promise<string> {
  const storage = join(folder, 'registry')
  await mkdir(join(storage, 'docker/registry/v2/repositories'), { recursive: true })
  return storage
}

describe('what is looked at', () => {
  test('before the first start is nothing wrong, and nothing is made', async () => {
    const { isRight, findings } = await examine()
    expect(isRight).toBe(true)
    expect(findings.map(({ about, status }) => [about, status])).toEqual([
      ['address', 'right'],
      ['storage', 'warning'],
      ['state', 'warning'],
    ])
    expect(await readdir(folder)).toEqual([])
  })

  test('is the file that says what runs', async () => {
    const file = join(folder, 'running.txt')
    const about = async () =>
      (await examine({ JETSAM_RUNNING: `file:${file}` })).findings.find(
        (one) => one.about === 'running',
      )
    expect(await about()).toMatchObject({
      status: 'wrong',
      found: expect.stringContaining('ENOENT'),
    })
    await writeFile(file, 'team/app:1.0\nnot an image\n')
    expect(await about()).toMatchObject({
      status: 'wrong',
      found: expect.stringContaining('line 2'),
    })
    await writeFile(file, 'team/app:1.0\n')
    expect(await about()).toMatchObject({
      status: 'right',
      found: `${file} names 1 images that run`,
    })
    await utimes(file, 1, 1)
    const { isRight, findings } = await examine({ JETSAM_RUNNING: `file:${file}` })
    expect([isRight, findings.at(-1)]).toMatchObject([
      true,
      { about: 'running', status: 'warning' },
    ])
  })

  test('of a server that has run is right, and no file is left', async () => {
    const storage = await makeStorage()
    await (await openSqlState(join(folder, 'state.sqlite'))).close()
    const { isRight, all, findings } = await examine()
    expect([isRight, findings.every(({ status }) => status === 'right')]).toEqual([true, true])
    expect(all).toContain('can be written, synced, renamed and read back')
    expect(all).toContain('the clock of the storage differs by 0.0 s')
    expect(all).toMatch(/ of .* are free/)
    expect(all).toContain('state.sqlite is whole')
    // Not even a folder, where no server has made it.
    expect(await readdir(storage)).toEqual(['docker'])
  })

  test('names the server that runs', async () => {
    const storage = await makeStorage()
    const lock = createFileLock({ path: lockFile(storage), what: 'the server on port 4400' })
    const held = await lock.acquire()
    const { isRight, all } = await examine()
    expect([isRight, all]).toEqual([true, expect.stringContaining('in use by the server on port')])
    if (held.ok) await held.term.release()
  })

  test('finds a file or a link where folders belong', async () => {
    const storage = await makeStorage()
    await writeFile(join(storage, 'jetsam'), '')
    const file = await examine()
    expect([file.isRight, file.all]).toEqual([false, expect.stringContaining('is no folder')])
    await rm(join(storage, 'jetsam'))
    await symlink('nowhere', join(storage, 'docker/registry/v2/blobs'))
    const link = await examine()
    expect([link.isRight, link.all]).toEqual([false, expect.stringContaining('symbolic link')])
  })

  test('finds what may not be written', async () => {
    const storage = await makeStorage()
    await chmod(join(storage, 'docker/registry/v2/repositories'), 0o500)
    const program = `
      const { doctor } = await import('#hosts/cli/doctor/doctor.ts')
      const { readConfiguration } = await import('#hosts/server/distribution-configuration.ts')
      const configuration = await readConfiguration({ JETSAM_PORT: '0', JETSAM_DATA: process.argv[1] }, '/')
      await doctor(configuration, { isJSON: false, print: console.log })`
    expect(printedWithoutRights(program, folder)).toMatch(
      /WRONG {2}storage: .*repositories cannot be read and written .*\n {7}check who owns it/,
    )
  })

  test('finds a damaged state, and one that others can read', async () => {
    const path = join(folder, 'state.sqlite')
    await (await openSqlState(path)).close()
    await chmod(path, 0o644)
    expect((await examine()).all).toContain('can be read by others')
    await writeFile(path, 'no database at all, and long enough to be read as one'.repeat(99))
    const { isRight, findings } = await examine()
    expect(isRight).toBe(false)
    expect(findings).toContainEqual({
      about: 'state',
      status: 'wrong',
      found: expect.stringContaining('cannot be read') as string,
      advice: expect.any(String) as string,
    })
    expect((await stat(path)).size).toBeGreaterThan(0)
  })

  test('is nothing but the configuration while that is wrong', async () => {
    const { isRight, findings } = await examine({ JETSAM_PROT: '1' })
    expect(isRight).toBe(false)
    expect(findings).toMatchObject([{ about: 'configuration', status: 'wrong' }])
  })

  test('begins with what another configuration says that is otherwise here', async () => {
    await writeFile(join(folder, 'config.yml'), 'storage: filesystem\nhttp: {secret: hidden}\n')
    const { findings } = await examine({ JETSAM_DISTRIBUTION_CONFIG: 'config.yml' })
    expect(findings[0]).toMatchObject({
      about: 'configuration',
      found: expect.stringContaining('config.yml: http.secret is not needed') as string,
    })
  })

  test('goes on after a check that fails', async () => {
    const failing: Check = {
      about: 'one',
      applies: () => true,
      look: () => Promise.reject(new Error('so it is')),
    }
    const other: Check = { ...failing, about: 'other', look: async () => [right('well')] }
    const absent: Check = { ...failing, about: 'absent', applies: () => false }
    const { isRight, findings } = await examine({}, [failing, absent, other])
    expect(isRight).toBe(false)
    expect(findings).toMatchObject([{ found: 'so it is' }, { about: 'other', status: 'right' }])
  })
})

test('is said in lines for people, with what to do', async () => {
  const lines: string[] = []
  const one: Check = {
    about: 'one',
    applies: () => true,
    look: async () => [right('well'), wrong('ill', 'mend it')],
  }
  await doctor(await configured(), { isJSON: false, print: (line) => lines.push(line) }, [one])
  expect(lines).toEqual(['ok     one: well', 'WRONG  one: ill\n       mend it'])
})

test.each([
  [0, 'right', '0.0'],
  [59_000, 'right', '59.0'],
  [61_000, 'wrong', '61.0'],
  [-61_000, 'wrong', '61.0'],
])('a clock that differs by %i ms is %s', (byMs, status, seconds) => {
  const { found, ...finding } = compareClocks('the database', 1000 + byMs, [1000, 1000])
  expect(finding.status).toBe(status)
  expect(found).toContain(`differs by ${seconds} s`)
})

describe.skipIf(findPostgres() === null)('a database', () => {
  let postgres: ThrowawayPostgres
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
  })
  afterAll(() => postgres.remove())

  test('is looked at, before and after the first start, and while it is used', async () => {
    const JETSAM_DATABASE = await postgres.newURL()
    const first = await examine({ JETSAM_DATABASE })
    expect(first.findings.some(({ about }) => about === 'state')).toBe(false)
    expect(first.all).toContain('are made, or brought up to date, by the next start')
    expect(first.all).toContain('no server uses it')
    expect(first.all).toMatch(/clock of the database differs by 0\.\d s/)
    // Those of tests are fast, and lose what they have at a loss of power.
    expect(first.findings.filter(({ status }) => status === 'wrong')).toMatchObject([
      { about: 'database', found: expect.stringContaining('a loss of power') as string },
    ])
    const what = 'the server on port 4400'
    const { state } = await openHeldState(JETSAM_DATABASE, { what, mirror: null })
    const second = await examine({ JETSAM_DATABASE })
    expect(second.all).toContain('its tables are of this version')
    expect(second.all).toContain('in use by the server on port 4400')
    await state.close()
  })

  test('of another storage is told from ours', async () => {
    const JETSAM_DATABASE = await postgres.newURL()
    await makeStorage()
    const mirror = { where: 'elsewhere', read: async () => null, write: async () => {} }
    await (await openHeldState(JETSAM_DATABASE, { what: 'it', mirror })).state.close()
    const { isRight, all } = await examine({ JETSAM_DATABASE })
    expect([isRight, all]).toEqual([false, expect.stringContaining('belongs to another storage')])
  })

  test('that does not answer is said to, without its password', async () => {
    const JETSAM_DATABASE = 'postgres://jetsam:s3cret@127.0.0.1:1/jetsam'
    const { isRight, findings, all } = await examine({ JETSAM_DATABASE })
    expect([isRight, all]).toEqual([false, expect.stringContaining('does not answer')])
    expect(JSON.stringify(findings)).not.toContain('s3cret')
  })
})
