import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { runCollection } from '#gc/run.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { openTestRegistry } from '#testing/builders/test-registry.ts'
import { trashFolder } from '../layout.ts'

const image = tinyImage({ layers: ['base', 'app'] })
const retentionMs = 30 * 86_400_000

/**
 * A file system that leaves entries out of a folder while it changes: in the nth list from now on.
 */
function leavingOut(inner: FileTree) {
  let listsLeft = 0
  const storage: FileTree = {
    ...inner,
    async list(path) {
      const entries = await inner.list(path)
      if (path !== trashFolder) return entries
      listsLeft -= 1
      return listsLeft === 0 ? entries.filter(({ name }) => !name.endsWith('.json')) : entries
    },
  }
  return { storage, leaveOutAt: (nth: number) => void (listsLeft = nth) }
}

async function trashedOne() {
  const { storage, leaveOutAt } = leavingOut(createMemoryFileTree())
  const registry = openTestRegistry({ storage })
  await registry.push('team/app', image, '1.0')
  const id = await registry.trashed('team/app', '1.0', { retentionMs })
  return { storage, registry, id, leaveOutAt }
}

describe.each([1, 2, 3, 4])('an entry that is left out of list %d of the trash', (nth) => {
  it('keeps what it holds from a collection', async () => {
    const { registry, id, leaveOutAt } = await trashedOne()
    leaveOutAt(nth)
    await runCollection({
      reader: registry.reader,
      remover: registry.remover,
      writers: null,
      clock: registry.clock,
      pause: () => Promise.resolve(),
      policy: { ...defaultCollectionPolicy, collectUntagged: true },
      dryRun: false,
    })
    const how = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
    expect(await registry.trash.restore(id, how)).toMatchObject({ ok: true })
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('keeps the copy of its manifests at a start', async () => {
    const { storage, id, leaveOutAt } = await trashedOne()
    leaveOutAt(nth)
    await openTestRegistry({ storage }).trash.recover()
    expect(await storage.open(`${trashFolder}/${id}.manifests`)).not.toBeNull()
  })
})
