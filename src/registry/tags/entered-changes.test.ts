import { describe, expect, it } from 'vitest'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { createMemoryRepositoryLock } from '#adapters/memory/coordination/memory-repository-lock.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import type { RunLocked } from '#coordination/repository-lock.ts'
import { aTask } from '#testing/builders/a-task.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import {
  openTestRegistry,
  repositoryName,
  tagName,
  valueOf,
} from '#testing/builders/test-registry.ts'

const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const index = tinyIndex({ amd64: one, arm64: two })
const restore = { onConflict: 'replace', restoredBy: 'bob', retentionMs: 0 } as const

/** The tag, or the manifest, whose link a path is. */
function nameIn(path: string): string | null {
  const [, tag] = /_manifests\/tags\/([^/]+)\/current\/link$/.exec(path) ?? []
  const [, algorithm, hex] = /_manifests\/revisions\/(\w+)\/(\w+)\/link$/.exec(path) ?? []
  return tag ?? (hex === undefined ? null : `${algorithm}:${hex}`)
}

/** A registry, and what its acts did with links that they had not entered. */
function openWatched() {
  const inner = createMemoryFileTree()
  const lock = createMemoryRepositoryLock({ wait: aTask })
  const unentered: string[] = []
  /** Of the act that goes on. */
  let set = new Set<string>()
  let everEntered = new Set<string>()
  let entered = new Set<string>()
  let linkCount = 0
  const runLocked: RunLocked = (repository, act) =>
    lock(repository, async (held) => {
      set = new Set()
      everEntered = new Set()
      const answer = await act({
        ...held,
        async changeTags(changes, send) {
          entered = new Set(changes.map(({ tag }) => tag))
          for (const tag of entered) everEntered.add(tag)
          try {
            return await send()
          } finally {
            entered = new Set()
          }
        },
      })
      // A link of a manifest may be set first: nothing shows it before the tag is entered.
      for (const name of set) if (!everEntered.has(name)) unentered.push(`sets ${name}`)
      return answer
    })
  const storage: FileTree = {
    ...inner,
    write(path, ...more) {
      const name = nameIn(path)
      if (name !== null) {
        linkCount += 1
        set.add(name)
        if (!name.includes(':') && !entered.has(name)) unentered.push(`moves ${name}`)
      }
      return inner.write(path, ...more)
    },
    remove(path, ...more) {
      const name = nameIn(path)
      if (name !== null) {
        linkCount += 1
        if (!entered.has(name)) unentered.push(`removes ${name}`)
      }
      return inner.remove(path, ...more)
    },
  }
  return { registry: openTestRegistry({ storage, runLocked }), unentered, links: () => linkCount }
}

describe('what another server may change next', () => {
  it('is changed only once it is entered: a late removal cannot take what was set since', async () => {
    const { registry, unentered, links } = openWatched()
    const repository = repositoryName('team/app')
    await registry.push('team/app', one)
    await registry.push('team/app', two)
    await registry.push('team/app', index, '1.0', 'latest')
    valueOf(await registry.manifests.tagManifest(repository, tagName('again'), index.digest))
    const id = await registry.trashed('team/app', '1.0')
    valueOf(await registry.trash.restore(id, restore))
    await registry.push('team/app', two, 'two')
    valueOf(
      await registry.trash.softDeleteRepository({ repository, deletedBy: 'bob', retentionMs: 0 }),
    )
    expect(await registry.pulls('team/app', '1.0')).toBe(false)
    expect(links()).toBeGreaterThan(20)
    expect(unentered).toEqual([])
  })
})
