import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { flawWords } from '#domain/values/flaw-words.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { objectsOverFiles } from '#adapters/filesystem/objects-over-file-tree.ts'
import { countingStore } from '#storage/wrappers/counting-store.ts'
import { verifyStore } from '#gc/verify/verify.ts'
import {
  contentOf,
  indexOfEntries,
  tinyImage,
  tinyIndex,
  type TinyManifest,
} from '#testing/builders/tiny-image.ts'
import { clock, collect } from '#testing/builders/hostile-registry.ts'
import {
  blobFile,
  blobFolder,
  layerFolder,
  layerLink,
  revisionFolder,
  revisionLink,
  tagLink,
} from '../layout.ts'
import { createImageFlaws } from './image-flaws.ts'
import {
  openTestRegistry,
  repositoryName,
  tagName,
  type TestRegistry,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const index = tinyIndex({ amd64: one, arm64: two })
const ofTwo = contentOf('two')
const layer = contentOf('a layer of a cache')
const cache = indexOfEntries([['application/vnd.oci.image.layer.v1.tar+gzip', layer]])

async function filled(): Promise<TestRegistry> {
  const registry = openTestRegistry({ storage: createMemoryFileTree({ clock }), clock })
  for (const image of [one, two]) await registry.push('team/app', image)
  await registry.push('team/app', index, 'index')
  await registry.pushBlob('team/app', layer)
  await registry.push('team/app', cache, 'cache')
  // Only the other repository serves what it links.
  for (const image of [one, two]) await registry.push('other', image)
  await registry.push('other', index, '1.0')
  return registry
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** Every way to break an index or what it lists, with the words that report it. */
const wounds: Readonly<
  Record<string, readonly [wound: (registry: TestRegistry) => Promise<unknown>, reason: string]>
> = {
  'a platform is not linked': [
    ({ storage }) => storage.remove(revisionFolder(app, two.digest)),
    `${two.digest} is not linked in its repository`,
  ],
  'a layer is not linked': [
    ({ storage }) => storage.remove(layerFolder(app, ofTwo.digest)),
    `${ofTwo.digest} is not linked in its repository`,
  ],
  'a platform is gone': [
    ({ storage }) => storage.remove(blobFolder(two.digest)),
    `${two.digest} is missing`,
  ],
  'a layer is gone': [
    ({ storage }) => storage.remove(blobFolder(ofTwo.digest)),
    `${ofTwo.digest} is missing`,
  ],
  'a layer is cut short': [
    ({ storage }) => storage.write(blobFile(ofTwo.digest), bytesOf('t')),
    `${ofTwo.digest} has 1 bytes instead of 3`,
  ],
  'a platform has other bytes': [
    ({ storage }) =>
      storage.write(
        blobFile(two.digest),
        two.bytes.map((byte) => byte ^ 1),
      ),
    `${two.digest} cannot be read as a manifest: push it again, or delete it`,
  ],
  'a platform is another manifest': [
    ({ storage }) => storage.write(blobFile(two.digest), one.bytes),
    `${two.digest} cannot be read as a manifest: push it again, or delete it`,
  ],
  'it is not linked itself': [
    ({ storage }) => storage.remove(revisionFolder(app, index.digest)),
    `${index.digest} is not linked in its repository`,
  ],
  'it is gone itself': [
    ({ storage }) => storage.remove(blobFolder(index.digest)),
    `${index.digest} is missing`,
  ],
}

const verified = (registry: TestRegistry, full = false) =>
  verifyStore({
    reader: registry.reader,
    clock,
    pause: () => Promise.resolve(),
    ...(full ? { storedDigest: registry.storedDigest } : {}),
  })

describe('what is wrong with an image', () => {
  it('is nothing where all of it is served', async () => {
    const registry = await filled()
    expect(await registry.queries.flaws(app, [index.digest, cache.digest, one.digest])).toEqual(
      new Map(),
    )
  })

  it.each(Object.entries(wounds))(
    'is the same wherever it is asked: %s',
    async (_, [hurt, reason]) => {
      const registry = await filled()
      // The flaw was known before, and is looked up again.
      await registry.queries.flaws(app, [index.digest])
      await hurt(registry)
      expect(await registry.queries.flaws(app, [index.digest])).toEqual(
        new Map([[index.digest, reason]]),
      )
      const broken = [{ repository: 'team/app', tag: 'index', digest: index.digest, reason }]
      const quick = (await verified(registry)).broken
      expect(quick.filter(({ repository }) => repository === 'team/app')).toEqual(broken)
      const full = (await verified(registry, true)).broken
      expect(full.filter(({ repository }) => repository === 'team/app')).toMatchObject([
        { tag: 'index' },
      ])
      const { result } = await collect(registry)
      const run = result.verification?.broken.filter(({ repository }) => repository === 'team/app')
      expect(run).toEqual(broken)
    },
  )

  it.each([
    ['the outermost first', (images: readonly TinyManifest[]) => images],
    ['the innermost first', (images: readonly TinyManifest[]) => images.toReversed()],
  ])('is the same for all that share a part, asked together: %s', async (_, ordered) => {
    const registry = await filled()
    const outer = indexOfEntries([['application/vnd.oci.image.index.v1+json', index]])
    await registry.push('team/app', outer, 'outer')
    await registry.storage.remove(blobFolder(ofTwo.digest))
    const asked = ordered([outer, index, two, one]).map(({ digest }) => digest)
    const reason = `${ofTwo.digest} is missing`
    expect(await registry.queries.flaws(app, asked)).toEqual(
      new Map([outer, index, two].map(({ digest }) => [digest, reason])),
    )
  })

  it('needs a few calls of the store, however many images are asked about', async () => {
    const registry = await filled()
    const { store, take } = countingStore(objectsOverFiles(registry.storage))
    const find = createImageFlaws(store, createDigester)
    await find(app, [index.digest])
    // The index and its link; both platforms and their links; all blobs, and the links to them.
    expect(take()).toEqual(
      new Map([
        ['getMany', { calls: 2, keys: 3 }],
        ['headMany', { calls: 4, keys: 3 + 2 * 4 }],
      ]),
    )
    await find(app, [index.digest, one.digest, two.digest])
    expect(take()).toEqual(
      new Map([
        ['getMany', { calls: 1, keys: 3 }],
        ['headMany', { calls: 3, keys: 3 + 2 * 4 }],
      ]),
    )
  })

  it.each([
    ['a layer', blobFile(ofTwo.digest)],
    ['the link of a layer', layerLink(app, ofTwo.digest)],
    ['a platform', blobFile(two.digest)],
    ['the link of a platform', revisionLink(app, two.digest)],
  ])('is told only of the images that need what cannot be read: %s', async (_, failing) => {
    const registry = await filled()
    const objects = objectsOverFiles(registry.storage)
    const failed = { kind: 'failed', code: 'FAILED', reason: 'EIO' } as const
    const faulty: ObjectReader = {
      ...objects,
      getMany: async (keys, options) =>
        (await objects.getMany(keys, options)).map((outcome, position) =>
          keys[position] === failing ? failed : outcome,
        ),
      headMany: async (keys) =>
        (await objects.headMany(keys)).map((outcome, position) =>
          keys[position] === failing ? failed : outcome,
        ),
    }
    const flaws = await createImageFlaws(faulty, createDigester)(app, [index.digest, one.digest])
    expect(flaws).toEqual([flawWords.partUnreadable(index.digest), null])
  })

  it('is told of an index of blobs', async () => {
    const registry = await filled()
    await registry.storage.remove(layerFolder(app, layer.digest))
    const reason = `${layer.digest} is not linked in its repository`
    expect(await registry.queries.flaws(app, [cache.digest])).toEqual(
      new Map([[cache.digest, reason]]),
    )
    expect((await verified(registry)).broken).toEqual([
      { repository: 'team/app', tag: 'cache', digest: cache.digest, reason },
    ])
  })

  it('is a size that was stored with it', async () => {
    const registry = await filled()
    const text = new TextDecoder().decode(index.bytes)
    const lying = contentOf(text.replace(`"size":${two.bytes.length}`, '"size":9'))
    await registry.storage.write(blobFile(lying.digest), lying.bytes)
    await registry.storage.write(`${revisionFolder(app, lying.digest)}/link`, bytesOf(lying.digest))
    await registry.storage.write(tagLink(app, tagName('lying')), bytesOf(lying.digest))
    const reason = `${one.digest} has ${one.bytes.length} bytes instead of 9`
    expect(one.bytes.length).toBe(two.bytes.length)
    expect(await registry.queries.flaws(app, [lying.digest])).toEqual(
      new Map([[lying.digest, reason]]),
    )
    for (const full of [false, true]) {
      expect((await verified(registry, full)).broken).toEqual([
        { repository: 'team/app', tag: 'lying', digest: lying.digest, reason },
      ])
    }
  })
})
