import { describe, expect, it } from 'vitest'
import { lookAtStore } from '#gc/look.ts'
import { verifyStore } from '#gc/verify/verify.ts'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { packDigests } from '#domain/values/packed-digests.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { createCheckedManifests } from './checked-manifests.ts'
import { killedBeforeChange } from '#testing/faults/failing-storage.ts'
import { collect, collectAct } from '#testing/histories/history-collections.ts'
import { blobFile, manifestCacheFile, revisionLink, tagLink } from '../layout.ts'
import {
  clock,
  digestAt,
  filled,
  index,
  manifests,
  cacheFileOf,
  open,
  planned,
  platforms,
  reading,
} from '#testing/builders/manifest-cache-samples.ts'
import { objectsOverFiles } from '#adapters/filesystem/objects-over-file-tree.ts'
import { scannerOver } from '#storage/scanner-over-lists.ts'
import { createManifestCache } from './manifest-cache.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { openTestRegistry, repositoryName, tagName } from '#testing/builders/test-registry.ts'

describe('the cache of manifests', () => {
  it('is written by one collection, and read by the next', async () => {
    const storage = await filled()
    const before = await planned(open(storage, null))
    expect(await cacheFileOf(storage)).toBeNull()
    expect(await planned(open(storage, 'a'))).toEqual(before)
    const { read, watched } = reading(storage)
    expect(await planned(open(watched, 'a'))).toEqual(before)
    // Also manifests that no repository links, until they are removed.
    expect(read).toEqual([])
  })

  it('learns from a look what its questions read', async () => {
    const storage = await filled()
    const { reader, openLaterReads } = open(storage, 'a')
    const pause = () => Promise.resolve()
    const look = await lookAtStore({ reader, openLaterReads, clock, pause })
    await look.plan({ collectUntagged: false, untaggedMinimumAgeHours: 0 })
    const manifestCache = { writerVersion: 'a', persist: false }
    // It is written once the question is answered.
    await expect
      .poll(async () => {
        const { read, watched } = reading(storage)
        await planned(openTestRegistry({ storage: watched, clock, manifestCache }))
        return read
      })
      .toEqual([])
  })

  it('counts nothing for another program, or where it is only looked for what is not there', async () => {
    const storage = await filled()
    const before = await planned(open(storage, 'a'))
    const written = await cacheFileOf(storage)
    const { read, watched } = reading(storage)
    const looking = openTestRegistry({
      storage: watched,
      clock,
      manifestCache: { writerVersion: 'b', persist: false },
    })
    expect(await planned(looking)).toEqual(before)
    expect(read.toSorted()).toEqual(
      [...manifests, ...Object.values(platforms)].map(({ digest }) => blobFile(digest)).toSorted(),
    )
    expect(await cacheFileOf(storage)).toEqual(written)
  })

  it('holds nothing odd, which each inventory has to tell of', async () => {
    const storage = await filled()
    const text = new TextDecoder().decode(index.bytes).replace('"manifests":', '"Manifests":')
    const odd = contentOf(text)
    await storage.write(blobFile(odd.digest), odd.bytes)
    const name = repositoryName('team/multi')
    for (const link of [revisionLink(name, odd.digest), tagLink(name, tagName('odd'))]) {
      await storage.write(link, contentOf(odd.digest).bytes)
    }
    const before = await planned(open(storage, 'a'))
    expect(before.faults).toMatchObject([{ reason: expect.stringContaining(odd.digest) }])
    const { read, watched } = reading(storage)
    expect(await planned(open(watched, 'a'))).toEqual(before)
    expect(read).toContain(blobFile(odd.digest))
    expect(read).not.toContain(blobFile(index.digest))
  })

  it('hides no damage from the verification after a run', async () => {
    const storage = await filled()
    await planned(open(storage, 'a'))
    await storage.write(blobFile(index.digest), new TextEncoder().encode('{'))
    const { result } = await collect(collectAct(), open(storage, 'a'))
    expect(result.removed.layers).toBeGreaterThan(0)
    expect(result.verification?.broken).toEqual([
      {
        repository: 'team/multi',
        tag: 'latest',
        digest: index.digest,
        reason: `${index.digest} has 1 bytes instead of ${index.bytes.length}`,
      },
    ])
  })

  it('is not even opened by a verification of all, which reads each manifest', async () => {
    const storage = await filled()
    await planned(open(storage, 'a'))
    const opened: string[] = []
    const watched: FileTree = {
      ...storage,
      open(path, options) {
        opened.push(path)
        return storage.open(path, options)
      },
    }
    const { reader } = open(watched, 'a')
    const { broken } = await verifyStore({ reader, clock, pause: () => Promise.resolve() })
    expect(broken).toEqual([])
    expect(opened).toContain(blobFile(index.digest))
    expect(opened).not.toContain(manifestCacheFile)
  })

  it('is whole or what it was before, when the process dies while writing it', async () => {
    const storage = await filled()
    const killed = killedBeforeChange(storage, 1)
    const plan = await planned(open(killed.storage, 'a'))
    expect(killed.wasKilled()).toBe(true)
    expect(await cacheFileOf(storage)).toBeNull()
    expect(await planned(open(storage, 'a'))).toEqual(plan)
  })

  it('forgets what is gone once enough else is new', async () => {
    const storage = await filled()
    await planned(open(storage, 'a'))
    const registry = open(storage, 'a')
    const gone = `docker/registry/v2/repositories/${repositoryName('team/multi')}`
    await storage.move(gone, 'elsewhere')
    await registry.push('team/new', tinyImage({ layers: ['new'] }), 'latest')
    await planned(registry)
    await storage.move('elsewhere', gone)
    const { read, watched } = reading(storage)
    await planned(open(watched, 'a'))
    expect(read).toContain(blobFile(index.digest))
    expect(read).not.toContain(blobFile(digestAt(1)))
  })

  it('is written for a few new ones only where each read is a request', async () => {
    for (const rewriteAtNew of [undefined, 2]) {
      const storage = createMemoryFileTree({ clock })
      const registry = openTestRegistry({ storage, clock })
      const push = (at: number) => registry.push('team/app', tinyImage({ layers: [`${at}`] }))
      for (let at = 0; at < 150; at += 1) await push(at)
      await planned(open(storage, 'a'))
      const written = await cacheFileOf(storage)
      const next = () =>
        planned(
          openTestRegistry({
            storage,
            clock,
            manifestCache: {
              writerVersion: 'a',
              persist: true,
              ...(rewriteAtNew && { rewriteAtNew }),
            },
          }),
        )
      await push(150)
      await next()
      expect(await cacheFileOf(storage)).toEqual(written)
      await push(151)
      await next()
      const isWritten = (await cacheFileOf(storage))?.length !== written?.length
      expect(isWritten).toBe(rewriteAtNew !== undefined)
    }
  })

  it('never grows beyond its bound, and is not read beyond it', async () => {
    const storage = await filled()
    const digests = packDigests(manifests.map(({ digest }) => digest))
    const asked = { digests, listed: new Uint8Array(manifests.length).fill(1) }
    const objects = objectsOverFiles(storage)
    const reads = { objects, scanner: scannerOver(objects) }
    const read = createCheckedManifests(reads, createDigester)
    const cached = async (maximumBytes: number): Promise<number> => {
      const cache = createManifestCache({
        objects,
        createDigester,
        pause: () => Promise.resolve(),
        writerVersion: 'a',
        persist: true,
        maximumBytes,
      })
      let asksLeft = 0
      cache.begin()
      await cache.manifests(asked, (rest) => {
        asksLeft = rest.listed.length
        return read(rest)
      })
      await cache.save()
      return asksLeft
    }
    expect(await cached(10_000)).toBe(manifests.length)
    const sizeBytes = (await cacheFileOf(storage))?.length ?? 0
    expect(await cached(10_000)).toBe(0)
    expect(await cached(sizeBytes - 1)).toBe(manifests.length)
    expect((await cacheFileOf(storage))?.length).toBeLessThan(sizeBytes)
  })
})
