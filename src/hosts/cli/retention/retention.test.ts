import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSqlState } from '#adapters/sqlite/sql-state.ts'
import { retentionPreview } from '#contract/rules/retention.ts'
import { defaultRetentionSettings } from '#domain/policy/retention-settings.ts'
import { wholeRegistry } from '#domain/retention/scope.ts'
import { lockBoth } from '#hosts/server/lock-folder.ts'
import { lockFile, stateFile, stateLockFile } from '#hosts/server/paths.ts'
import { stateReserve, storageReserve } from '#hosts/server/reserves.ts'
import type { State } from '#state/state.ts'
import { openOnDisk } from '#testing/builders/registry-on-disk.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { retention } from './retention.ts'
import type { RetentionCommand } from './retention-command.ts'

const imageOf = (text: string) => tinyImage({ layers: ['shared by all', text] })
const rules = "rules: [{ protect: { tags: [stable] } }, { remove: { tags: ['pr-*'] } }]"

let folder = ''
let places = { storage: '', data: '' }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-retention-'))
  places = { storage: join(folder, 'images'), data: join(folder, 'data') }
})
afterEach(() => rm(folder, { recursive: true }))

async function fileOf(text: string): Promise<string> {
  const file = join(folder, 'policy.yaml')
  await writeFile(file, text)
  return file
}

async function call(command: RetentionCommand) {
  const said: string[] = []
  const complaints: string[] = []
  const print = (line: string) => void said.push(line)
  const complain = (line: string) => void complaints.push(line)
  const output = { print, printed: async (line: string) => print(line), complain }
  const isWell = await retention(command, output, {})
  return { isWell, said: said.join('\n'), complaints: complaints.join('\n') }
}

const preview = async (draft: string | null = null, json = false) =>
  call({
    name: 'retention',
    act: 'preview',
    file: draft === null ? null : await fileOf(draft),
    scope: wholeRegistry,
    atMs: null,
    json,
    ...places,
  })

const run = (json = false) =>
  call({ name: 'retention', act: 'run', scope: wholeRegistry, json, ...places })

async function inState<T>(act: (state: State) => Promise<T>): Promise<T> {
  const state = await openSqlState(stateFile(places.data))
  try {
    return await act(state)
  } finally {
    await state.close()
  }
}

const save = (text: string, format = 1) =>
  inState(async ({ retentionPolicies }) => {
    const [newest] = await retentionPolicies.newestOf(['team'])
    const version = (newest?.version ?? 0) + 1
    const about = { scope: 'team', savedAtMs: 1, savedBy: 'admin' }
    expect(await retentionPolicies.add({ ...about, version, text, format })).toBe(true)
  })

const approve = (version: number) =>
  inState(({ settings }) =>
    settings.setRetention({
      ...defaultRetentionSettings,
      maximumShare: 100,
      approvals: { team: { version, approvedBy: 'admin', approvedAtMs: 1 } },
    }),
  )

/** As a server that ended has left it, with a policy of `team`. */
async function prepare(): Promise<void> {
  const registry = await openOnDisk(places.storage, false)
  for (const tag of ['pr-1', 'pr-2', 'stable']) {
    await registry.push('team/app', imageOf(tag), tag)
  }
  await registry.push('other', imageOf('other'), 'pr-1')
  await mkdir(places.data, { mode: 0o700 })
  await save(rules)
}

const tagFolder = 'docker/registry/v2/repositories/team/app/_manifests/tags'

const tagsOf = async (repository: string) =>
  (
    await readdir(
      join(places.storage, 'docker/registry/v2/repositories', repository, '_manifests/tags'),
    )
  ).toSorted()

/** Both folders, as a server holds them. */
async function whileServerRuns<T>(act: () => Promise<T>): Promise<T> {
  const about = { what: 'the server on port 4400', onWait: () => {}, onLost: () => {} }
  const leases = await lockBoth(
    {
      ...about,
      folder: places.storage,
      lockFile: lockFile(places.storage),
      setting: 'JETSAM_STORAGE',
      reserve: storageReserve(places.storage),
    },
    {
      ...about,
      folder: places.data,
      lockFile: stateLockFile(places.data),
      setting: 'JETSAM_DATA',
      reserve: stateReserve(places.data),
    },
  )
  try {
    return await act()
  } finally {
    for (const lease of leases) await lease.release()
  }
}

describe('retention preview', () => {
  beforeEach(prepare)

  test('says of each tag what the policies in force do, and changes nothing', async () => {
    const { isWell, said, complaints } = await whileServerRuns(() => preview())
    expect([isWell, complaints]).toEqual([true, ''])
    expect(said.replaceAll(/[\d.]+ k?B/g, 'N B').split('\n')).toEqual([
      'unmatched  other:pr-1: No rule is about this tag, so it is kept',
      'removed    team/app:pr-1 (N B): Remove tags pr-* (line 1)',
      'removed    team/app:pr-2 (N B): Remove tags pr-* (line 1)',
      'protected  team/app:stable: Protect tags stable (line 1)',
      '2 removed, 0 kept, 1 protected, 1 unmatched; the next collection could free N B then',
    ])
    expect(await tagsOf('team/app')).toEqual(['pr-1', 'pr-2', 'stable'])
    expect(await readdir(join(places.storage, 'jetsam/v1'))).not.toContain('trash')
  })

  test('takes a draft, and compares it with the policies in force', async () => {
    const { said } = await preview('rules: [{ remove: { tags: [stable] } }]')
    const lines = said.split('\n')
    // That of the narrower scope decides on.
    expect(lines.at(-2)).toContain('2 removed, 0 kept, 1 protected, 1 unmatched')
    expect(lines.at(-1)).toMatch(/^the policies in force: 2 removed, /)
    const all = await preview("rules: [{ keep: { tags: ['*'] } }]")
    expect(all.said).toContain('kept       other:pr-1: Keep all tags (line 1)')
  })

  test('knows since when pulls are recorded, and what was pulled, also beside a server', async () => {
    const nowMs = Date.now()
    const weekMs = 7 * 86_400_000
    await inState(async ({ pulls, pushes }) => {
      // As a server that runs has it.
      await pulls.setRecording({ sinceMs: nowMs - 2 * weekMs, openBy: ['it'] })
      const day = Math.floor(nowMs / 86_400_000)
      const count = { repository: 'team/app', day, pulls: 1, lastAtMs: nowMs, lastBy: null }
      await pulls.add([{ ...count, reference: 'pr-1' }])
      for (const tag of ['pr-1', 'pr-2']) {
        const { digest } = imageOf(tag)
        const push = { repository: 'team/app', tag, digest, actor: 'ci' }
        await pushes.record({ ...push, atMs: nowMs - 2 * weekMs })
        const link = join(tagFolder, tag, 'current/link')
        await utimes(join(places.storage, link), 1, 1)
      }
    })
    await save("rules: [{ remove: { tags: ['pr-*'], notPulledFor: 7d } }]")
    const { said } = await preview()
    expect(said).toContain('unmatched  team/app:pr-1')
    expect(said).toContain('removed    team/app:pr-2')
  })

  test('answers programs in the form of the API', async () => {
    const { said } = await preview(null, true)
    const answer = { previewID: '', ...(JSON.parse(said) as object) }
    const parsed = retentionPreview.parse(answer)
    expect(parsed.totals).toMatchObject({ removed: 2, protected: 1, unmatched: 1 })
    const bytes = parsed.verdicts.reduce((sum, { bytesFreed }) => sum + bytesFreed, 0)
    expect(bytes).toBe(parsed.totals.bytesFreed)
    expect(parsed.verdicts.map(({ tag }) => tag)).toEqual(['pr-1', 'pr-1', 'pr-2', 'stable'])
  })

  test('refuses a draft that could not be saved', async () => {
    const { isWell, said, complaints } = await preview('rules: [{ remove: { tags: [a b] } }]')
    expect([isWell, said]).toEqual([false, ''])
    expect(complaints).toMatch(/policy\.yaml:1:\d+: ./)
  })

  test('fails where something could not be judged, and names it', async () => {
    await save('rules: []', 2)
    const { isWell, complaints } = await preview()
    expect(isWell).toBe(false)
    expect(complaints).toMatch(/^team\/app is left out, and keeps everything: its policy cannot be/)
  })

  test('says that there are no images, or no state', async () => {
    places = { ...places, data: join(folder, 'elsewhere') }
    await expect(preview()).rejects.toThrow('there is no state in')
    places = { ...places, storage: join(folder, 'elsewhere') }
    await expect(preview()).rejects.toThrow('holds no registry')
    expect(await readdir(folder)).not.toContain('elsewhere')
  })
})

describe('retention run', () => {
  beforeEach(prepare)

  test('leaves a policy that is not approved, and says so', async () => {
    const { isWell, said, complaints } = await run()
    expect(isWell).toBe(false)
    expect(said).toContain('waits for approval: the policy of team is new or was changed')
    expect(complaints).toMatch(/^2 wait for the approval of an administrator: /)
    expect(await tagsOf('team/app')).toEqual(['pr-1', 'pr-2', 'stable'])
  })

  test('moves what rules take to the trash, as the job of a server does', async () => {
    await approve(1)
    const { isWell, said, complaints } = await run()
    expect([isWell, complaints]).toEqual([true, ''])
    expect(said).toContain('2 went to the trash, 0 skipped, 0 failed')
    expect(await tagsOf('team/app')).toEqual(['stable'])
    expect(await tagsOf('other')).toEqual(['pr-1'])
    await inState(async ({ activity, jobs }) => {
      const kinds = (await activity.list({ limit: 9 })).events.map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind.endsWith('deleted'))).toHaveLength(2)
      const [job] = (await jobs.list({ kinds: ['retention'], offset: 0, limit: 9 })).jobs
      expect(job).toMatchObject({ status: 'done', actor: null, result: { removed: 2 } })
    })
    const again = await run(true)
    expect(again.isWell).toBe(true)
    expect(JSON.parse(again.said)).toMatchObject({ status: 'done', result: { planned: 0 } })
  })

  test('does not run beside a server', async () => {
    await approve(1)
    await whileServerRuns(async () => {
      await expect(run()).rejects.toThrow('is in use by the server on port 4400')
    })
    expect(await tagsOf('team/app')).toEqual(['pr-1', 'pr-2', 'stable'])
  })

  test('makes neither a state nor a storage of a mistyped path', async () => {
    places = { ...places, data: join(folder, 'elsewhere') }
    await expect(run()).rejects.toThrow('there is no state in')
    places = { storage: join(folder, 'elsewhere'), data: join(folder, 'data') }
    await expect(run()).rejects.toThrow('holds no registry')
    expect(await readdir(folder)).not.toContain('elsewhere')
  })

  test('leaves it to the servers where there are several', async () => {
    const environment = {
      JETSAM_SERVERS: 'several',
      JETSAM_DATABASE: 'postgres://db/jetsam',
    }
    const output = { print: () => {}, printed: async () => {}, complain: () => {} }
    const command = { name: 'retention', act: 'run', scope: wholeRegistry, json: false } as const
    const where = { storage: places.storage, data: null }
    await expect(retention({ ...command, ...where }, output, environment)).rejects.toThrow(
      'let one of them run it',
    )
  })
})
