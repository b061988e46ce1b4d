import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { callTable, countingStorage, type CallCounts } from '#testing/faults/counting-storage.ts'
import { expect, test } from 'vitest'
import { createTestApi } from '#testing/builders/test-api.ts'

/**
 * The cost of each act, in calls of the storage. Each number is an upper limit: an act that needs
 * more has become more expensive and must be repaired; if it needs fewer, lower the number here. A
 * call of the port of objects counts as the calls of the storage below it, which checks each key
 * before it removes it.
 */
const ceilings = `
                                 open  list  write  move  remove  removeEmpty  all
push of one layer                   3     0      3     1       1            0    8
push of an image of two layers     15     0     13     3       3            0   34
push of it under another tag       15     0     13     3       3            0   34
pull of its manifest by its tag     3     0      0     0       0            0    3
pull of a layer                     2     0      0     0       0            0    2
first list of repositories         18    54      0     0       0            0   72
next list of repositories           0     0      0     0       0            0    0
first page of tags                 19     7      0     0       0            0   26
next page of tags                  12     0      0     0       0            0   12
soft delete by its tag             24     3      3     0       3            2   35
soft delete after a start          30     7      3     0       3            2   45
restoration                        24     1      5     0       2            0   32
restoration after a start          21     1      5     0       2            0   29
collection that takes it           27    51      0     1       5            3   87
collection that finds nothing       7    51      0     0       0            0   58
`

const image = tinyImage({ layers: ['base', 'app'] })
const other = tinyImage({ layers: ['base', 'other'] })
const layer = contentOf('app')
const repository = '/api/v0/repositories/team/app'

/** A server over a store with another image. */
async function open() {
  const nowMs = () => Date.UTC(2026, 10, 24, 12)
  const { storage, take } = countingStorage(createMemoryFileTree({ clock: { nowMs } }))
  let api = await createTestApi({ storage })
  await api.as('admin').pushImage('team/app', other, 'other')

  const ask = async (method: string, path: string): Promise<Headers> => {
    const { status, headers, text } = await api.as('admin').ask(method, path)
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
    return headers
  }
  let entry = ''
  return {
    take,
    /** A new process with empty caches. */
    start: async () => {
      api = await createTestApi({ storage })
    },
    push: () => api.as('admin').pushImage('team/app', image, '1.0'),
    pushAgain: () => api.as('admin').pushImage('team/app', image, '2.0'),
    pushLayer: () => api.as('admin').pushBlob('team/app', layer),
    pull: () => ask('GET', '/v2/team/app/manifests/1.0'),
    pullLayer: () => ask('GET', `/v2/team/app/blobs/${layer.digest}`),
    listRepositories: () => ask('GET', '/api/v0/repositories'),
    listTags: () => ask('GET', `${repository}/tags?pageSize=50`),
    delete: async () => {
      const headers = await ask('DELETE', `${repository}/manifests/1.0`)
      entry = headers.get('Jetsam-Trash-Entry') ?? ''
    },
    restore: () => ask('POST', `/api/v0/trash/${entry}/restore`),
    /** Resolves to the number of bytes that it removed. */
    collect: async () => {
      const { collections, events } = api.services
      api.clock.advance(25 * 3_600_000)
      const over = new Promise<number | null>((resolve) => {
        events.subscribe(['collection finished'], ({ data }) => resolve(data.freedBytes))
      })
      await collections.startCollection({ trigger: 'api', actor: { name: 'admin', from: null } })
      const freedBytes = await over
      while (collections.runningJob() !== null) await new Promise((resolve) => setTimeout(resolve))
      return freedBytes ?? undefined
    },
  }
}

type Act = Exclude<keyof Awaited<ReturnType<typeof open>>, 'take'>

/** The lines of the table: what happens before, each time in a new world, and what is counted. */
const lines: readonly (readonly [name: string, before: readonly Act[], act: Act])[] = [
  ['push of one layer', [], 'pushLayer'],
  ['push of an image of two layers', [], 'push'],
  ['push of it under another tag', ['push'], 'pushAgain'],
  ['pull of its manifest by its tag', ['push'], 'pull'],
  ['pull of a layer', ['push'], 'pullLayer'],
  ['first list of repositories', ['push', 'start'], 'listRepositories'],
  ['next list of repositories', ['push', 'start', 'listRepositories'], 'listRepositories'],
  ['first page of tags', ['push', 'start'], 'listTags'],
  ['next page of tags', ['push', 'start', 'listTags'], 'listTags'],
  ['soft delete by its tag', ['push', 'start', 'listTags'], 'delete'],
  ['soft delete after a start', ['push', 'start'], 'delete'],
  ['restoration', ['push', 'start', 'delete'], 'restore'],
  ['restoration after a start', ['push', 'delete', 'start'], 'restore'],
  ['collection that takes it', ['push', 'delete', 'start'], 'collect'],
  ['collection that finds nothing', ['push', 'delete', 'collect'], 'collect'],
]

test('no act costs more calls of the storage than listed', async () => {
  const counts = new Map<string, CallCounts>()
  const freed: unknown[] = []
  for (const [name, before, act] of lines) {
    const world = await open()
    for (const step of before) await world[step]()
    world.take()
    const outcome = await world[act]()
    counts.set(name, world.take())
    if (act === 'collect') freed.push(outcome)
  }
  expect(callTable(counts)).toBe(ceilings.trimEnd().slice(1))
  expect(freed).toEqual([image.bytes.length + layer.bytes.length, 0])
})
