import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { trashFile } from '../layout.ts'
import { parseStoredId } from '../stored-id.ts'
import { StoreError } from '#storage/errors.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { removeOne } from '#testing/builders/one-removal.ts'
import { openTestRegistry, valueOf } from '#testing/builders/test-registry.ts'

const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const how = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const

/** A disk with room for a given number of writes, and for everything that needs no space. */
function openOnFillingDisk() {
  const inner = createMemoryFileTree()
  let left = Infinity
  const storage: FileTree = {
    ...inner,
    write: (path, ...more) => {
      left -= 1
      return left < 0 ? Promise.reject(new StoreError('FULL', path)) : inner.write(path, ...more)
    },
  }
  return {
    inner,
    storage,
    registry: openTestRegistry({ storage }),
    roomFor: (writes: number) => void (left = writes),
  }
}

const step = (name: string, which: 'trash-claim' | 'trash-entry'): PlannedRemoval => ({
  step: which,
  cause: 'deleted image',
  repository: 'team/app',
  digest: null,
  name,
  isManifest: false,
  sizeBytes: 0,
})

describe('on a full disk', () => {
  it('a collection takes trash entries without writing a byte', async () => {
    const { registry, roomFor, storage } = openOnFillingDisk()
    await registry.push('team/app', one, '1')
    const id = await registry.trashed('team/app', '1')
    roomFor(0)
    const nowMs = registry.clock.nowMs()
    expect((await removeOne(registry.remover, step(id, 'trash-claim'), nowMs)).kind).toBe('removed')
    expect(await registry.trash.get(id)).toMatchObject({ id, state: 'claimed' })
    expect(await registry.trash.list()).toEqual([])
    expect(await registry.trash.restore(id, how)).toMatchObject({
      refusal: { code: 'COLLECTION_RUNNING' },
    })
    // The next process sees the same.
    const next = openTestRegistry({ storage })
    expect(await next.reader.trash()).toMatchObject([{ id, claimed: true }])
    expect((await removeOne(next.remover, step(id, 'trash-claim'), nowMs)).kind).toBe('removed')
    expect((await removeOne(next.remover, step(id, 'trash-entry'), nowMs)).kind).toBe('removed')
    expect(await next.trash.get(id)).toBeNull()
  })

  it('what an earlier version has claimed, by what its file says, is claimed', async () => {
    const { registry, storage } = openOnFillingDisk()
    await registry.push('team/app', one, '1')
    const id = await registry.trashed('team/app', '1')
    const path = trashFile(valueOf(parseStoredId(id)))
    const text = new TextDecoder().decode(await (await storage.open(path))?.bytes())
    const claimed = text.replace('"state":"held"', '"state":"claimed"')
    expect(claimed).not.toBe(text)
    await storage.write(path, new TextEncoder().encode(claimed))
    expect(await registry.trash.get(id)).toMatchObject({ state: 'claimed' })
    const nowMs = registry.clock.nowMs()
    expect((await removeOne(registry.remover, step(id, 'trash-entry'), nowMs)).kind).toBe('removed')
    expect(await registry.trash.get(id)).toBeNull()
  })

  it('a deletion that has happened is told as such, and written down before a push', async () => {
    const { registry, roomFor, inner } = openOnFillingDisk()
    await registry.push('team/app', one, '1')
    await registry.push('team/app', two, '2')
    const other = await registry.trashed('team/app', '2')
    // Room for the entry that is written ahead, but not for the record that the deletion has ended.
    roomFor(1)
    const id = await registry.trashed('team/app', '1')
    expect(await registry.pulls('team/app', '1')).toBe(false)
    expect((await registry.trash.list()).map((entry) => entry.id).toSorted()).toEqual(
      [id, other].toSorted(),
    )
    await expect(registry.push('team/app', { ...one, blobs: [] }, '3')).rejects.toMatchObject({
      code: 'FULL',
    })
    const nowMs = registry.clock.nowMs()
    expect((await removeOne(registry.remover, step(other, 'trash-claim'), nowMs)).kind).toBe(
      'removed',
    )
    roomFor(Infinity)
    await registry.push('team/app', one, '1')
    const again = openTestRegistry({ storage: inner })
    expect(await again.trash.recover()).toMatchObject({ deleted: [], broken: [] })
    expect(await again.pulls('team/app', '1')).toBe(true)
  })

  it('a start goes on without room to finish a restoration, which comes first when there is', async () => {
    const { registry, roomFor, inner, storage } = openOnFillingDisk()
    await registry.push('team/app', one, '1')
    const id = await registry.trashed('team/app', '1')
    roomFor(1)
    await expect(registry.trash.restore(id, how)).rejects.toMatchObject({ code: 'FULL' })
    roomFor(0)
    const next = openTestRegistry({ storage })
    expect(await next.trash.recover()).toMatchObject({ restored: [] })
    await expect(next.softDelete('team/app', '1')).rejects.toMatchObject({ code: 'FULL' })
    roomFor(Infinity)
    await next.push('team/app', two, '2')
    expect(await next.pulls('team/app', '1')).toBe(true)
    expect(await openTestRegistry({ storage: inner }).trash.list()).toEqual([])
  })
})
