import { manifestStatus } from '#graph/packed/parsed-manifests.ts'
import { packDigests, unpackDigests } from '#domain/values/packed-digests.ts'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBlockingObjectReader } from '#adapters/filesystem/blocking-object-reader.ts'
import { createDigester } from '#adapters/crypto-node/digester.ts'
import { createFileObjectStore } from '#adapters/filesystem/file-object-store.ts'
import { createDiskFileTree } from '#adapters/filesystem/disk-file-tree.ts'
import { createRepositoryReader } from '#registry/queries/graph/repository-reader.ts'
import { createStoreScanner } from '#registry/inventory/store-scanner.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { openTestRegistry, repositoryName, tagName } from '#testing/builders/test-registry.ts'
import { StoreError } from '#storage/errors.ts'
import { createReadingPool, type ReadingPool } from './reading-pool.ts'

const image = tinyImage({ layers: ['base', 'app'] })

describe('the threads that read for a collection', () => {
  let root = ''
  let pool: ReadingPool
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'jetsam-reading-'))
    pool = createReadingPool({ root, threads: 2 })
    const storage = await createDiskFileTree({ root, durable: false })
    const registry = openTestRegistry({ storage })
    await registry.push('team/app', image, '1.0')
  })
  afterEach(async () => {
    await pool.close()
    await rm(root, { recursive: true })
  })

  it('find what is there', async () => {
    const scanner = pool.openStoreScanner()
    const folders = await scanner.blobFolders()
    const blobs = (await Promise.all(folders.map(scanner.blobsIn))).flatMap(unpackDigests)
    expect(blobs.toSorted()).toEqual(
      [image.digest, ...image.blobs.map(({ digest }) => digest)].toSorted(),
    )
    const [folder] = await scanner.repositoryFolders()
    if (!folder) throw new Error('there is a repository')
    expect(await scanner.contentsOf(folder)).toMatchObject({
      name: 'team/app',
      tags: [{ name: '1.0', digest: image.digest }],
      revisions: packDigests([image.digest]),
    })
    const digests = packDigests([image.digest])
    const found = await scanner.manifests({ digests, listed: Uint8Array.of(1) })
    expect(found).toMatchObject({
      kinds: Uint8Array.of(manifestStatus.image),
      sizes: Float64Array.of(image.bytes.length),
      targets: packDigests(image.blobs.map(({ digest }) => digest)),
    })
    expect(await scanner.stat(digests)).toEqual(Float64Array.of(image.bytes.length))
    expect(await scanner.linkedAtMs('team/app', image.digest)).toBeGreaterThan(0)
  })

  it('return for a repository the same as without threads', async () => {
    const storage = await createDiskFileTree({ root, durable: false })
    const registry = openTestRegistry({ storage })
    const other = tinyImage({ layers: ['base', 'other'] })
    await registry.push('team/app', other, '1.0', 'latest', 'torn')
    const torn = 'docker/registry/v2/repositories/team/app/_manifests/tags/torn/current/link'
    await storage.write(torn, new Uint8Array())
    const [folder] = await pool.openStoreScanner().repositoryFolders()
    if (!folder) throw new Error('there is a repository')
    const contents = await pool.openStoreScanner().contentsOf(folder)
    const objects = createBlockingObjectReader(root)
    const direct = createStoreScanner({ objects, scanner: objects }, createDigester)
    expect(contents).toEqual(await direct.contentsOf(folder))
    const byName = contents.tags.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    expect(byName).toEqual([
      { name: '1.0', digest: other.digest, history: [image.digest] },
      { name: 'latest', digest: other.digest, history: [] },
      { name: 'torn', digest: null, history: [other.digest] },
    ])
  })

  it('return for an index the same as without threads', async () => {
    const storage = await createDiskFileTree({ root, durable: false })
    const team = repositoryName('team/app')
    const names = [tagName('1.0'), tagName('gone')]
    const absent = tinyImage({ layers: ['absent'] }).digest
    const reader = pool.openRepositoryReader()
    const direct = createRepositoryReader(createFileObjectStore({ root, storage }), createDigester)
    expect(await reader.tagNames(team)).toEqual([names[0]])
    expect(await reader.tags(team, names)).toEqual([
      { name: '1.0', digest: image.digest, linkedAtMs: expect.any(Number) },
    ])
    expect(await reader.tags(team, names)).toEqual(await direct.tags(team, names))
    expect(await reader.revisionNames(team)).toEqual([image.digest])
    const times = await reader.linkTimes(team, [absent, image.digest])
    expect([...times]).toEqual([-1, expect.any(Number)])
    expect(times).toEqual(await direct.linkTimes(team, [absent, image.digest]))
    const contents = await reader.manifestContents([absent, image.digest])
    expect(contents).toEqual([null, { manifest: expect.anything(), sizeBytes: image.bytes.length }])
    expect(contents).toEqual(await direct.manifestContents([absent, image.digest]))
    const flaws = await reader.imageFlaws(team, [absent, image.digest])
    expect(flaws).toEqual([`${absent} is missing`, null])
    expect(flaws).toEqual(await direct.imageFlaws(team, [absent, image.digest]))
  })

  it('answer many calls, each to its caller', async () => {
    const scanner = pool.openStoreScanner()
    const digests = Array.from({ length: 500 }, (_, number) =>
      number % 7 === 0
        ? image.digest
        : (image.blobs[number % image.blobs.length]?.digest ?? image.digest),
    )
    const sizes = await Promise.all(
      digests.map(async (digest) => await scanner.stat(packDigests([digest]))),
    )
    const expected = new Map(
      [image, ...image.blobs].map((content) => [content.digest, content.bytes.length]),
    )
    expect(sizes.map((found) => found[0])).toEqual(digests.map((digest) => expected.get(digest)))
  })

  it('report errors as storage itself does', async () => {
    await rm(join(root, 'docker/registry/v2/blobs/sha256'), { recursive: true })
    await symlink(root, join(root, 'docker/registry/v2/blobs/sha256'))
    await expect(pool.openStoreScanner().blobFolders()).rejects.toThrow('is a symbolic link')
    const wrong = pool.openStoreScanner().blobsIn('../x')
    await expect(wrong).rejects.toBeInstanceOf(StoreError)
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_PATH' })
  })

  it('reject all open calls when they end, and the next inventory gets new ones', async () => {
    const scanner = pool.openStoreScanner()
    const asked = scanner.blobFolders()
    const ended = expect(asked).rejects.toThrow('a storage thread ended')
    await pool.close()
    await ended
    await expect(scanner.blobFolders()).rejects.toThrow('a storage thread ended')
    expect(await pool.openStoreScanner().blobFolders()).not.toHaveLength(0)
  })
})
