import { collect, lettersOn } from '#testing/gc/model-collection.ts'
import {
  image,
  index,
  link,
  softDelete,
  store,
  storeBlob,
  tag,
  unlink,
} from '#testing/gc/model-images.ts'
import { createModelRegistry, digestNamed, type ModelRegistry } from '#testing/gc/model-registry.ts'
import type { RegistryReader } from './ports/registry-reader.ts'
import { describe, expect, it } from 'vitest'

/** Garbage everywhere: A in the trash of `team/app`, o orphaned; B is tagged. */
function registryWithGarbage(): ModelRegistry {
  const registry = createModelRegistry()
  store(registry, { A: image(['a', 'x']), B: image(['b', 'y']) })
  storeBlob(registry, 'o')
  tag(registry, 'team/app:1', 'A')
  tag(registry, 'team/app:2', 'B')
  softDelete(registry, 'team/app', ['A'])
  return registry
}

/** A reader that counts its calls and fails the nth. */
function failingReader(
  reader: RegistryReader,
  nth: number,
): { reader: RegistryReader; calls: () => number } {
  let calls = 0
  function fail(): void {
    if (calls++ === nth) throw new Error('no route to disk')
  }
  return {
    calls: () => calls,
    reader: {
      async *blobs() {
        for await (const batch of reader.blobs()) {
          fail()
          yield batch
        }
      },
      async *repositories() {
        for await (const repository of reader.repositories()) {
          fail()
          yield repository
        }
      },
      trash: async () => (fail(), reader.trash()),
      // One fails at once, the other later.
      manifests: (requested) => (fail(), reader.manifests(requested)),
      stat: async (digests) => (fail(), reader.stat(digests)),
      linkedAtMs: async (repository, digest) => (fail(), reader.linkedAtMs(repository, digest)),
    },
  }
}

describe('a collection over a storage that fails', () => {
  it('stops before the first deletion, whichever call before it fails', async () => {
    const untouched = registryWithGarbage()
    const counting = failingReader(untouched.reader, -1)
    await collect(untouched, { reader: counting.reader, dryRun: true })
    expect(counting.calls()).toBeGreaterThan(6)
    for (let nth = 0; nth < counting.calls(); nth += 1) {
      const registry = registryWithGarbage()
      const { reader } = failingReader(registry.reader, nth)
      await expect(collect(registry, { reader })).rejects.toMatchObject({
        name: 'CollectionError',
        code: expect.stringMatching(/^(STORAGE_FAILED|LISTING_FAILED|TRASH_UNREADABLE)$/),
        message: expect.stringContaining('no route to disk'),
      })
      expect(registry.removals).toEqual([])
    }
  })

  it('says what failed', async () => {
    const registry = registryWithGarbage()
    const reader = { ...registry.reader, trash: () => Promise.reject(new Error('garbled')) }
    await expect(collect(registry, { reader })).rejects.toMatchObject({
      code: 'TRASH_UNREADABLE',
      message: 'reading the trash failed: garbled',
      data: { doing: 'reading the trash' },
    })
  })

  it('stops when layer links cannot be listed', async () => {
    const registry = registryWithGarbage()
    registry.repository('team/app').faults.push({
      repository: 'team/app',
      reason: 'permission denied',
      hidesContent: true,
      hidesLayers: true,
    })
    await expect(collect(registry)).rejects.toMatchObject({
      code: 'LAYERS_HIDDEN',
      data: { repository: 'team/app' },
    })
    expect(registry.removals).toEqual([])
  })

  it('does not call the run a failure when only the verification fails', async () => {
    const registry = registryWithGarbage()
    const reader: RegistryReader = {
      ...registry.reader,
      stat: (digests) =>
        registry.removals.length > 0
          ? Promise.reject(new Error('gone'))
          : registry.reader.stat(digests),
    }
    // B shares x with A, so that the verification has something to stat.
    store(registry, { B: image(['b', 'x']) })
    const { result } = await collect(registry, { reader })
    expect(result.verification).toBeNull()
    expect(result.removed.manifests).toBe(1)
  })
})

describe('a collection over broken contents', () => {
  it('keeps everything of a repository that hides what it holds, and goes on with the others', async () => {
    const registry = registryWithGarbage()
    store(registry, { C: image(['c', 'z']) })
    tag(registry, 'hiding/app:1', 'C')
    // Its manifest is still on storage, and its link cannot be read.
    unlink(registry, 'hiding/app', digestNamed('C'))
    const fault = { repository: 'hiding/app', reason: 'a link is empty', hidesContent: true }
    registry.repository('hiding/app').faults.push(fault)
    const { result, plan } = await collect(registry)
    // A and o may be manifests that it hides: A by its content, o because its kind is unknown.
    expect(lettersOn(registry)).toBe('A B C b c o y z')
    expect(plan?.faults).toEqual([fault])
    expect(result.removed).toMatchObject({ layers: 2, manifests: 0 })
  })

  it('keeps all that an unreadable tagged manifest may list', async () => {
    const registry = registryWithGarbage()
    store(registry, { C: image(['c', 'z']), I: index(['C']) })
    tag(registry, 'broken/app:1', 'I')
    // A child that other software unlinked: only the index, now truncated, said that it is needed.
    unlink(registry, 'broken/app', digestNamed('C'))
    storeBlob(registry, 'I', 'the manifest is not JSON')
    const { plan } = await collect(registry)
    expect(lettersOn(registry)).toBe('B C I b c y z')
    expect(plan?.faults).toEqual([
      {
        repository: 'broken/app',
        reason: `the manifest ${digestNamed('I')} cannot be read: the manifest is not JSON; until it is pushed again, or deleted, its whole repository is kept`,
        hidesContent: false,
      },
    ])
  })

  it('keeps the trash of a repository with something unreadable', async () => {
    const registry = registryWithGarbage()
    storeBlob(registry, 'B', 'truncated')
    await collect(registry)
    expect(lettersOn(registry)).toBe('A B a b x y')
    expect(registry.trash.get('trash-A')?.claimed).toBe(false)
  })

  it('minds a sparse index as little as its registry did', async () => {
    const registry = registryWithGarbage()
    store(registry, { I: index(['M']) })
    tag(registry, 'team/app:sparse', 'I')
    const { plan, result } = await collect(registry)
    expect(plan?.faults).toEqual([])
    expect(lettersOn(registry)).toBe('B I b y')
    expect(result.verification).toMatchObject({ tags: 2, wholeTags: 1 })
    expect(result.verification?.broken).toEqual([
      {
        repository: 'team/app',
        tag: 'sparse',
        digest: digestNamed('I'),
        reason: `${digestNamed('M')} is missing`,
      },
    ])
  })

  it('is not misled by a manifest that is linked and in the trash', async () => {
    const registry = registryWithGarbage()
    link(registry, 'team/app', digestNamed('A'))
    const { result } = await collect(registry)
    expect(lettersOn(registry)).toBe('A B a b x y')
    expect(result.removed.manifests).toBe(0)
    expect(registry.trash.size).toBe(0)
  })
})
