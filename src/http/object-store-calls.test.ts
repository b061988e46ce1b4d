import { createMemoryObjectStore } from '#adapters/memory/memory-object-store.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { tinyImage, tinyIndex, type TinyManifest } from '#testing/builders/tiny-image.ts'
import { countingStore, type CallCount, type StoreCall } from '#storage/wrappers/counting-store.ts'
import { expect, test } from 'vitest'
import { createTestApi } from '#testing/builders/test-api.ts'

/**
 * The cost of each act, in calls of the port of objects: on object storage each is a request at
 * least, and waits for the one before it. However many keys a call has, it counts once; the last
 * column has their number. Each number is an upper limit: an act that needs more has become more
 * expensive and must be repaired; if it needs fewer, lower the number here.
 */
const ceilings = `
                                     getMany  headMany  put  list  deleteMany  pruneMany  all  keys
push of an image of two layers             0         1    7     0           0          0    8    13
push of it under another tag               0         1    7     0           0          0    8    13
push of an index of three platforms        1         1    4     0           0          0    6    13
pull of a manifest by its tag              2         0    0     0           0          0    2     3
soft delete of the image                   3         1    3     2           2          1   12    24
soft delete by its last tag                3         1    3     2           2          1   12    24
soft delete of one tag of two              3         0    2     0           1          1    7     9
soft delete just after the push            5         1    3     3           2          1   15    33
soft delete after a start                  5         2    3     6           2          1   19    37
soft delete of the index                   3         1    3     2           3          1   13    61
restoration                                8         3    5     1           2          0   19    31
restoration after a start                  6         2    5     1           2          0   16    28
restoration of the index                   9         3    8     1           2          0   23    60
`

const columns = ['getMany', 'headMany', 'put', 'list', 'deleteMany', 'pruneMany'] as const

const image = tinyImage({ layers: ['base', 'app'] })
const other = tinyImage({ layers: ['base', 'other'] })
const platforms = ['amd64', 'arm64', 'riscv64'].map((name) => tinyImage({ layers: [name, 'app'] }))
const index = tinyIndex(Object.fromEntries(platforms.map((one, at) => [`platform${at}`, one])))
const repository = '/api/v0/repositories/team/app'
const nowMs = Date.UTC(2026, 10, 24, 12)

/**
 * A server over a store with another image.
 *
 * @param ageMs how long ago everything in the store was written
 */
async function open(ageMs: number) {
  const storage = createMemoryFileTree({ clock: { nowMs: () => nowMs - ageMs } })
  const { store, take } = countingStore(createMemoryObjectStore(storage))
  const start = () => createTestApi({ storage, objects: store })
  let api = await start()
  let entry = ''

  const push = (pushed: TinyManifest, tag: string) =>
    api.as('admin').pushImage('team/app', pushed, tag)
  const ask = async (method: string, path: string): Promise<void> => {
    const { status, headers, text } = await api.as('admin').ask(method, path)
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
    entry = headers.get('Jetsam-Trash-Entry') ?? entry
  }
  await push(other, 'other')
  return {
    take,
    /** A new process with empty caches. */
    start: async () => {
      api = await start()
    },
    push: () => push(image, '1.0'),
    pushAgain: () => push(image, '2.0'),
    pushPlatforms: async () => {
      for (const [at, one] of platforms.entries()) await push(one, `platform${at}`)
    },
    pushIndex: () => push(index, 'multi'),
    untagPlatforms: async () => {
      for (const at of platforms.keys()) await ask('DELETE', `${repository}/tags/platform${at}`)
    },
    pull: () => ask('GET', '/v2/team/app/manifests/1.0'),
    listTags: () => ask('GET', `${repository}/tags?pageSize=50`),
    delete: () => ask('DELETE', `${repository}/manifests/1.0`),
    deleteTag: () => ask('DELETE', `${repository}/tags/1.0`),
    deleteIndex: () => ask('DELETE', `${repository}/manifests/multi`),
    restore: () => ask('POST', `/api/v0/trash/${entry}/restore`),
  }
}

type Act = Exclude<keyof Awaited<ReturnType<typeof open>>, 'take'>

const long = 3_600_000
const multi = ['pushPlatforms', 'pushIndex', 'untagPlatforms', 'start', 'listTags'] as const

/** What happens before, each time in a new world, and what is counted. */
const lines: readonly (readonly [name: string, ageMs: number, before: readonly Act[], act: Act])[] =
  [
    ['push of an image of two layers', long, [], 'push'],
    ['push of it under another tag', long, ['push'], 'pushAgain'],
    ['push of an index of three platforms', long, ['pushPlatforms'], 'pushIndex'],
    ['pull of a manifest by its tag', long, ['push'], 'pull'],
    ['soft delete of the image', long, ['push', 'start', 'listTags'], 'delete'],
    ['soft delete by its last tag', long, ['push', 'start', 'listTags'], 'deleteTag'],
    [
      'soft delete of one tag of two',
      long,
      ['push', 'pushAgain', 'start', 'listTags'],
      'deleteTag',
    ],
    ['soft delete just after the push', 0, ['push', 'start', 'listTags'], 'delete'],
    ['soft delete after a start', long, ['push', 'start'], 'delete'],
    ['soft delete of the index', long, multi, 'deleteIndex'],
    ['restoration', long, ['push', 'start', 'delete'], 'restore'],
    ['restoration after a start', long, ['push', 'delete', 'start'], 'restore'],
    ['restoration of the index', long, [...multi, 'deleteIndex'], 'restore'],
  ]

function rowOf(name: string, counts: ReadonlyMap<StoreCall, CallCount>): readonly string[] {
  const known: ReadonlySet<StoreCall> = new Set(columns)
  expect([...counts.keys()].filter((call) => !known.has(call))).toEqual([])
  const all = [...counts.values()]
  const sum = (of: keyof CallCount) => all.reduce((total, count) => total + count[of], 0)
  const calls = columns.map((column) => counts.get(column)?.calls ?? 0)
  return [name, ...[...calls, sum('calls'), sum('keys')].map(String)]
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const heads = ['', ...columns, 'all', 'keys']
  const widths = heads.map((_, at) =>
    Math.max(...[heads, ...rows].map((row) => row[at]?.length ?? 0)),
  )
  return [heads, ...rows]
    .map((row) =>
      row
        .map((cell, at) =>
          at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart((widths[at] ?? 0) + 2),
        )
        .join('')
        .trimEnd(),
    )
    .join('\n')
}

test('no act costs more calls of the port of objects than listed', async () => {
  const rows: (readonly string[])[] = []
  for (const [name, ageMs, before, act] of lines) {
    const world = await open(ageMs)
    for (const step of before) await world[step]()
    world.take()
    await world[act]()
    rows.push(rowOf(name, world.take()))
  }
  expect(tableOf(rows)).toBe(ceilings.trimEnd().slice(1))
})
