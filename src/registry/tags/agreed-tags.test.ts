import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { createMemoryRepositoryLock } from '#adapters/memory/coordination/memory-repository-lock.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { AgreementError } from '#coordination/agreement-error.ts'
import type { RunLocked, TagChange } from '#coordination/repository-lock.ts'
import { StoreError, type StoreErrorCode } from '#storage/errors.ts'
import { aTask } from '#testing/builders/a-task.ts'
import {
  openTestRegistry,
  repositoryName,
  tagName,
  valueOf,
} from '#testing/builders/test-registry.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'

/** What several servers must know of a change before it is made, over one memory. */

const app = repositoryName('team/app')
const image = tinyImage({ layers: ['base', 'one'] })
const other = tinyImage({ layers: ['base', 'other'] })
const how = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const

/** A lock that several registries share, as several servers share one. */
function sharedLock() {
  const runLocked = createMemoryRepositoryLock({ wait: aTask })
  const unfinished = new Set<string>()
  const entered: TagChange[] = []
  /** Tags and digests of which an earlier change has no answer yet. */
  const unanswered = new Set<string>()
  let isChanging = false
  const shared: RunLocked = (repository, act) =>
    runLocked(repository, async () => {
      const wasLeftUnfinished = unfinished.delete(repository)
      return await act({
        wasLeftUnfinished,
        leaveUnfinished: () => void unfinished.add(repository),
        async expectSettled(tags) {
          if (!tags.some((tag) => unanswered.has(tag))) return
          throw new AgreementError('LOCKED', 'an earlier change has no answer')
        },
        async changeTags(changes, send) {
          entered.push(...changes)
          isChanging = true
          try {
            return await send()
          } finally {
            isChanging = false
          }
        },
      })
    })
  return { runLocked: shared, unfinished, unanswered, entered, isChanging: () => isChanging }
}

const isTagLink = (path: string): boolean => path.endsWith('/current/link')

describe('a tag is entered as what it will be, with the manifest', () => {
  async function opened() {
    const lock = sharedLock()
    const unannounced: string[] = []
    const files = createMemoryFileTree({ clock: { nowMs: () => 0 } })
    const look = (path: string): void => {
      if (isTagLink(path) && !lock.isChanging()) unannounced.push(path)
    }
    const storage: FileTree = {
      ...files,
      async write(path, ...rest) {
        look(path)
        return await files.write(path, ...rest)
      },
      async remove(path, ...rest) {
        look(path)
        return await files.remove(path, ...rest)
      },
    }
    const registry = openTestRegistry({ storage, runLocked: lock.runLocked })
    await registry.push('team/app', image, '1.0')
    await registry.push('team/app', other, '2.0')
    lock.entered.length = 0
    return { registry, entered: lock.entered, unannounced }
  }
  type World = Awaited<ReturnType<typeof opened>>

  const image1 = { tag: '1.0', wanted: image.digest }
  const linked = { tag: image.digest, wanted: image.digest }
  const unlinked = (digest: string): TagChange => ({ tag: digest, wanted: null })
  it.each<[string, (on: World) => Promise<unknown>, readonly TagChange[]]>([
    [
      'when it is pushed',
      ({ registry }) => registry.push('team/app', image, '1.0'),
      [image1, linked],
    ],
    [
      'when it is added',
      ({ registry }) => registry.manifests.tagManifest(app, tagName('new'), image.digest),
      [{ tag: 'new', wanted: image.digest }, linked],
    ],
    [
      'when its image is deleted',
      ({ registry }) => registry.softDelete('team/app', '1.0'),
      [{ tag: '1.0', wanted: null }, unlinked(image.digest)],
    ],
    [
      'when it comes back, and sends another image to the trash',
      async ({ registry, entered }) => {
        const id = await registry.trashed('team/app', '1.0', { retentionMs: 1000 })
        await registry.push('team/app', other, '1.0')
        await registry.softDelete('team/app', '2.0', { extent: 'tag' })
        entered.length = 0
        valueOf(await registry.trash.restore(id, { ...how, onConflict: 'replace' }))
      },
      [{ tag: '1.0', wanted: null }, unlinked(other.digest), linked, image1, linked],
    ],
  ])('%s', async (_, act, expected) => {
    const on = await opened()
    await act(on)
    expect(on.entered).toEqual(expected)
    expect(on.unannounced).toEqual([])
  })
})

describe('an earlier change that has no answer', () => {
  async function opened() {
    const lock = sharedLock()
    const files = createMemoryFileTree({ clock: { nowMs: () => 0 } })
    const registry = openTestRegistry({ storage: files, runLocked: lock.runLocked })
    await registry.push('team/app', image, '1.0')
    return { registry, paths: () => [...files.files()].map(([path]) => path), ...lock }
  }

  it.each(['1.0', image.digest])(
    'of %s keeps a deletion from being written down, which is made later',
    async (unsure) => {
      const { registry, paths, unanswered, entered } = await opened()
      const before = paths()
      entered.length = 0
      unanswered.add(unsure)
      const refused = { code: 'LOCKED' }
      await expect(registry.softDelete('team/app', '1.0')).rejects.toMatchObject(refused)
      // What is written down will be done, whatever comes first.
      expect(paths()).toEqual(before)
      expect(entered).toEqual([])
      expect(await registry.pulls('team/app', '1.0')).toBe(true)
      unanswered.clear()
      valueOf(await registry.softDelete('team/app', '1.0'))
      expect(await registry.pulls('team/app', '1.0')).toBe(false)
    },
  )

  it.each(['1.0', image.digest])(
    'of %s keeps a restoration from being written down, which is made later',
    async (unsure) => {
      const { registry, unanswered, entered } = await opened()
      const id = await registry.trashed('team/app', '1.0', { retentionMs: 1000 })
      const [entry] = await registry.trash.list()
      entered.length = 0
      unanswered.add(unsure)
      const refused = { code: 'LOCKED' }
      await expect(registry.trash.restore(id, how)).rejects.toMatchObject(refused)
      expect(await registry.trash.list()).toEqual([entry])
      expect(entered).toEqual([])
      unanswered.clear()
      valueOf(await registry.trash.restore(id, how))
      expect(await registry.pulls('team/app', '1.0')).toBe(true)
    },
  )
})

describe('what another server left half done', () => {
  it.each([0, 1, 2, 3])(
    'is finished before a push, which then stays (%i changes were made)',
    async (changes) => {
      const lock = sharedLock()
      const files = createMemoryFileTree({ clock: { nowMs: () => 0 } })
      let left = Infinity
      async function change<T>(make: () => Promise<T>): Promise<T> {
        if (left <= 0) throw new StoreError('FAILED', 'a disk')
        left -= 1
        return await make()
      }
      const sick: FileTree = {
        ...files,
        write: (...words) => change(() => files.write(...words)),
        move: (...words) => change(() => files.move(...words)),
        remove: (...words) => change(() => files.remove(...words)),
        removeEmpty: (...words) => change(() => files.removeEmpty(...words)),
      }
      const first = openTestRegistry({ storage: sick, runLocked: lock.runLocked })
      const second = openTestRegistry({ storage: files, runLocked: lock.runLocked })
      await first.push('team/app', image, '1.0')
      left = changes
      await expect(first.softDelete('team/app', '1.0')).rejects.toThrow()
      await second.push('team/app', image, '1.0')
      // The first one goes on, or a third one starts: neither deletes what came after it.
      left = Infinity
      await first.push('team/app', other, '2.0')
      await openTestRegistry({ storage: files, runLocked: lock.runLocked }).trash.recover()
      expect(await second.pulls('team/app', '1.0')).toBe(true)
      expect(await second.pulls('team/app', '2.0')).toBe(true)
    },
  )
})

describe('the link of a blob that may still go after its deletion has failed', () => {
  it.each<[StoreErrorCode, string[]]>([
    ['FAILED', ['team/app']],
    // It has answered: it will not go.
    ['DENIED', []],
  ])(
    'is waited for by what changes the repository next, if the storage says %s',
    async (code, left) => {
      const lock = sharedLock()
      const files = createMemoryFileTree({ clock: { nowMs: () => 0 } })
      let isSick = false
      const sick: FileTree = {
        ...files,
        async remove(...words) {
          if (isSick) throw new StoreError(code, 'a disk')
          return await files.remove(...words)
        },
      }
      const registry = openTestRegistry({ storage: sick, runLocked: lock.runLocked })
      const layer = contentOf('layer')
      await registry.pushBlob('team/app', layer)
      isSick = true
      await expect(registry.unlinkBlob(app, layer.digest)).rejects.toMatchObject({ code })
      expect([...lock.unfinished]).toEqual(left)
    },
  )
})
