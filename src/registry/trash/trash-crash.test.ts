import { unpackDigests } from '#domain/values/packed-digests.ts'
import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { killAtEachChange } from '#testing/faults/kill-at-each-change.ts'
import { filesOf, openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'

const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const index = tinyIndex({ amd64: one, arm64: two })
const sbom = tinyImage({ layers: ['sbom'], subject: index })
const other = tinyImage({ layers: ['base', 'other'] })
const restore = { onConflict: 'replace', restoredBy: 'bob', retentionMs: 0 } as const

async function filled() {
  const storage = createMemoryFileTree()
  const registry = openTestRegistry({ storage })
  await registry.push('team/app', one)
  await registry.push('team/app', two)
  await registry.push('team/app', index, '1.0', 'latest')
  await registry.push('team/app', sbom)
  return { storage, registry }
}

describe('a process that is killed', () => {
  it('while it deletes has deleted the whole image, or none of it', async () => {
    const outcomes = new Set<string>()
    const steps = await killAtEachChange(
      filled,
      (registry) => registry.softDelete('team/app', '1.0'),
      async (registry) => {
        const entries = await registry.trash.list()
        const pulls = await Promise.all(
          ['1.0', 'latest', one.digest, two.digest, sbom.digest].map((reference) =>
            registry.pulls('team/app', reference),
          ),
        )
        expect(new Set(pulls).size).toBe(1)
        expect(entries).toHaveLength(pulls[0] ? 0 : 1)
        outcomes.add(pulls[0] ? 'kept' : 'deleted')
        const [entry] = entries
        if (entry) await registry.trash.restore(entry.id, restore)
        expect(await registry.pulls('team/app', '1.0')).toBe(true)
        expect(await registry.pulls('team/app', sbom.digest)).toBe(true)
      },
    )
    expect(outcomes).toEqual(new Set(['kept', 'deleted']))
    expect(steps).toBeGreaterThan(8)
  })

  it('while it restores has restored the whole image, or it is still in the trash', async () => {
    let before = new Map<string, string>() as ReadonlyMap<string, string>
    const steps = await killAtEachChange(
      async () => {
        const { storage, registry } = await filled()
        before = await filesOf(storage)
        await registry.trashed('team/app', '1.0')
        return { storage }
      },
      async (registry) => {
        const [entry] = await registry.trash.list()
        await registry.trash.restore(entry?.id ?? '', restore)
      },
      async (registry, storage) => {
        const [entry] = await registry.trash.list()
        if (entry) await registry.trash.restore(entry.id, restore)
        expect(await filesOf(storage)).toEqual(before)
      },
    )
    expect(steps).toBeGreaterThan(8)
  })

  it('while it replaces a tag loses neither image', async () => {
    await killAtEachChange(
      async () => {
        const { storage, registry } = await filled()
        await registry.trashed('team/app', '1.0')
        await registry.push('team/app', other, 'latest')
        return { storage }
      },
      async (registry) => {
        const [entry] = await registry.trash.list()
        await registry.trash.restore(entry?.id ?? '', restore)
      },
      async (registry) => {
        const entries = await registry.trash.list()
        const restored = entries.find((entry) => entry.digest === index.digest)
        if (restored) await registry.trash.restore(restored.id, restore)
        expect(await registry.pulls('team/app', 'latest')).toBe(true)
        expect(await registry.pulls('team/app', index.digest)).toBe(true)
        const [replaced, ...more] = await registry.trash.list()
        expect(more).toEqual([])
        expect(replaced?.tags).toMatchObject([{ name: 'latest', digest: other.digest }])
        await registry.trash.restore(replaced?.id ?? '', { ...restore, onConflict: 'skip-tags' })
        expect(await registry.pulls('team/app', other.digest)).toBe(true)
      },
    )
  })

  it('while it pushes leaves only what is whole', async () => {
    await killAtEachChange(
      async () => ({ storage: createMemoryFileTree() }),
      (registry) => registry.push('team/app', one, '1.0'),
      async (registry, storage) => {
        for await (const digests of registry.reader.blobs()) {
          for (const digest of unpackDigests(digests)) {
            const [, hex = ''] = digest.split(':')
            const path = `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`
            const file = await storage.open(path)
            expect(file && contentOf(await file.bytes()).digest).toBe(digest)
          }
        }
        for (const tag of await registry.catalog.tagNames(repositoryName('team/app'))) {
          expect(await registry.pulls('team/app', tag)).toBe(true)
        }
        await registry.push('team/app', one, '1.0')
        expect(await registry.pulls('team/app', '1.0')).toBe(true)
      },
    )
  })
})
