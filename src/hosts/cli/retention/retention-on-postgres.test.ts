import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openPostgresState } from '#adapters/postgres/postgres-state.ts'
import { defaultRetentionSettings } from '#domain/policy/retention-settings.ts'
import { wholeRegistry } from '#domain/retention/scope.ts'
import { openOnDisk } from '#testing/builders/registry-on-disk.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { account } from '#testing/conformance/state/state-samples.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { retention } from './retention.ts'

describe.skipIf(findPostgres() === null)('rules over a state in a database', () => {
  let postgres: ThrowawayPostgres
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
  })
  afterAll(() => postgres.remove())

  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jetsam-retention-'))
    const registry = await openOnDisk(join(folder, 'images'), false)
    for (const tag of ['pr-1', 'stable']) {
      await registry.push('team/app', tinyImage({ layers: [tag] }), tag)
    }
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function call(JETSAM_DATABASE: string, act: 'preview' | 'run') {
    const said: string[] = []
    const print = (line: string) => void said.push(line)
    const output = { print, printed: async (line: string) => print(line), complain: print }
    const places = { storage: join(folder, 'images'), data: join(folder, 'data') }
    const about = { name: 'retention', scope: wholeRegistry, json: false, ...places } as const
    const command =
      act === 'run' ? { ...about, act } : ({ ...about, act, file: null, atMs: null } as const)
    const isWell = await retention(command, output, { JETSAM_DATABASE })
    return { isWell, said: said.join('\n') }
  }

  test('a database without a state is left as it is, and so are the images', async () => {
    const url = await postgres.newURL()
    for (const act of ['run', 'preview'] as const) {
      await expect(call(url, act)).rejects.toThrow('there is no state in')
    }
    // Otherwise the images would belong to that database.
    expect(await readdir(join(folder, 'images/jetsam/v1'))).not.toContain('owner')
  })

  test('what is previewed is what goes', async () => {
    const url = await postgres.newURL()
    const state = await openPostgresState(url)
    await state.accounts.create(account('admin', { isAdmin: true }))
    const saved = { scope: 'team', version: 1, format: 1, savedAtMs: 1, savedBy: 'admin' }
    const text = "rules: [{ remove: { tags: ['pr-*'] } }]"
    await state.retentionPolicies.add({ ...saved, text })
    await state.settings.setRetention({ ...defaultRetentionSettings, approveFirst: false })
    await state.close()
    const shown = await call(url, 'preview')
    expect([shown.isWell, shown.said]).toEqual([
      true,
      expect.stringContaining('removed    team/app:pr-1'),
    ])
    const done = await call(url, 'run')
    expect([done.isWell, done.said]).toEqual([
      true,
      expect.stringContaining('1 went to the trash, 0 skipped'),
    ])
    const tags = 'docker/registry/v2/repositories/team/app/_manifests/tags'
    expect(await readdir(join(folder, 'images', tags))).toEqual(['stable'])
  })
})
