import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { aTask } from '#testing/builders/a-task.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { createMemoryRepositoryLock } from '#adapters/memory/coordination/memory-repository-lock.ts'
import { AgreementError } from '#coordination/agreement-error.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import {
  openTestRegistry,
  repositoryName,
  tagName,
  type TestRegistry,
} from '#testing/builders/test-registry.ts'

const image = tinyImage({ layers: ['base', 'app'] })
const how = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const

/** A registry on a storage that fails from a given change on, until it is repaired. */
function openOnSickStorage() {
  const inner = createMemoryFileTree()
  let left = Infinity
  const change = <T>(act: () => Promise<T>): Promise<T> => {
    left -= 1
    return left < 0 ? Promise.reject(new Error('no space')) : act()
  }
  const storage: FileTree = {
    ...inner,
    write: (...words) => change(() => inner.write(...words)),
    move: (...words) => change(() => inner.move(...words)),
    remove: (...words) => change(() => inner.remove(...words)),
    removeEmpty: (...words) => change(() => inner.removeEmpty(...words)),
  }
  return {
    inner,
    registry: openTestRegistry({ storage }),
    failAfter: (changes: number) => void (left = changes),
    heal: () => void (left = Infinity),
    restart: async (): Promise<TestRegistry> => {
      const again = openTestRegistry({ storage: inner })
      await again.trash.recover()
      return again
    },
  }
}

describe.each([0, 1, 2, 3])('when storage fails after %i changes', (changes) => {
  it('an image that is pushed again after its deletion failed is not taken by a restart', async () => {
    const { registry, failAfter, heal, restart } = openOnSickStorage()
    await registry.push('team/app', image, '1.0')
    failAfter(changes)
    await expect(registry.softDelete('team/app', '1.0')).rejects.toThrow('no space')
    heal()
    await registry.push('team/app', image, '1.0', '2.0')
    expect(await registry.pulls('team/app', '2.0')).toBe(true)
    const again = await restart()
    for (const tag of ['1.0', '2.0']) expect(await again.pulls('team/app', tag)).toBe(true)
  })

  it('nothing is pushed to a repository while a deletion in it cannot be finished', async () => {
    const { registry, failAfter } = openOnSickStorage()
    await registry.push('team/app', image, '1.0')
    failAfter(changes)
    await expect(registry.softDelete('team/app', '1.0')).rejects.toThrow('no space')
    await expect(registry.push('team/app', { ...image, blobs: [] }, '2.0')).rejects.toThrow()
  })

  it('a tag that was moved after a restoration failed stays where it is', async () => {
    const { registry, failAfter, heal, restart } = openOnSickStorage()
    const other = tinyImage({ layers: ['base', 'other'] })
    await registry.push('team/app', image, '1.0')
    const id = await registry.trashed('team/app', '1.0')
    failAfter(changes)
    await expect(registry.trash.restore(id, how)).rejects.toThrow('no space')
    heal()
    await registry.push('team/app', other, '1.0')
    const again = await restart()
    expect(await again.catalog.tag(repositoryName('team/app'), tagName('1.0'))).toMatchObject({
      digest: other.digest,
    })
    const [entry] = await again.trash.list()
    expect(entry !== undefined || (await again.pulls('team/app', image.digest))).toBe(true)
  })
})

/** Tags of a server that died while it changed them are closed for a while. */
function openBesideAnother(storage: FileTree, isClosed: (tag: string) => boolean): TestRegistry {
  const lock = createMemoryRepositoryLock({ wait: aTask })
  return openTestRegistry({
    storage,
    runLocked: (repository, act) =>
      lock(repository, (held) =>
        act({
          ...held,
          async changeTags(changes, send) {
            if (!changes.some(({ tag }) => isClosed(tag))) return await send()
            throw new AgreementError('LOCKED', 'an earlier change has no answer yet')
          },
        }),
      ),
  })
}

it('a tag that a dead server keeps closed keeps no other operation from being finished', async () => {
  const { registry, failAfter, inner, heal } = openOnSickStorage()
  for (const name of ['a', 'b']) {
    heal()
    await registry.push(`team/${name}`, image, name)
    // The entry and its copy are written, and the server dies.
    failAfter(2)
    await expect(registry.softDelete(`team/${name}`, name)).rejects.toThrow('no space')
  }
  let closed: string | null = 'a'
  const next = openBesideAnother(inner, (tag) => tag === closed)
  expect((await next.trash.recover('beside others')).deleted).toHaveLength(1)
  expect(await next.pulls('team/a', 'a')).toBe(true)
  expect(await next.pulls('team/b', 'b')).toBe(false)
  // Nothing else is done there before: the deletion would take what is pushed now.
  await expect(next.push('team/a', image, 'other')).rejects.toThrow('no answer yet')
  closed = null
  await next.push('team/a', image, 'a')
  expect(await next.pulls('team/a', 'a')).toBe(true)
  expect(await next.trash.list()).toMatchObject([{ state: 'held' }, { state: 'held' }])
})
