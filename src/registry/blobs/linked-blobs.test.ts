import { expect, it } from 'vitest'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import type { InUseGuard } from '#coordination/blob-leases.ts'
import { objectsOverFiles } from '#adapters/filesystem/objects-over-file-tree.ts'
import { countingStore } from '#storage/wrappers/counting-store.ts'
import { openTestRegistry, repositoryName, valueOf } from '#testing/builders/test-registry.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { blobFile, blobFolder, layerFolder } from '../layout.ts'
import { findLinkedBlobs } from './linked-blobs.ts'

const app = repositoryName('team/app')
const one = contentOf('one')
const two = contentOf('two!')
const lost = contentOf('linked, but its bytes are lost')
const elsewhere = contentOf('in another repository')

const sha512 = createDigester('sha512')
sha512.update(two.bytes)
const twoBySha512 = sha512.digest()

async function filled() {
  const storage = createMemoryFileTree()
  const registry = openTestRegistry({ storage })
  for (const blob of [one, lost]) await registry.pushBlob('team/app', blob)
  await registry.pushBlob('other', elsewhere)
  const { id } = await registry.uploads.start(app)
  valueOf(await registry.uploads.finish(app, id, twoBySha512, { body: two.bytes }))
  await storage.remove(blobFile(lost.digest))
  return countingStore(objectsOverFiles(storage))
}

/** A guard that notes what is leased, where some folders are just being removed. */
function guardOf(...beingRemoved: readonly string[]) {
  const leased: string[] = []
  const guard: InUseGuard = {
    async lease(digests, folderOf) {
      leased.push(...[...digests].map(folderOf))
      return new Set([...digests].filter((digest) => !beingRemoved.includes(folderOf(digest))))
    },
    intend: async () => false,
    withdraw: async () => {},
    markReadOnly() {},
    waitUntilDeleted: async () => {},
  }
  return { leased, guard }
}

const asked = [one, lost, elsewhere].map(({ digest }) => digest)

it('many blobs of a repository are found in few calls, by any digest that names them', async () => {
  const { store, take } = await filled()
  const { guard, leased } = guardOf()
  expect(await findLinkedBlobs(store, guard, app, [...asked, twoBySha512])).toEqual(
    new Map([
      [one.digest, { stored: one.digest, sizeBytes: 3 }],
      [twoBySha512, { stored: two.digest, sizeBytes: 4 }],
    ]),
  )
  expect(Object.fromEntries(take())).toEqual({
    headMany: { calls: 2, keys: 6 },
    getMany: { calls: 1, keys: 1 },
  })
  expect(leased).toEqual([
    ...[...asked, twoBySha512].map((digest) => layerFolder(app, digest)),
    ...[one, lost, two].map(({ digest }) => blobFolder(digest)),
  ])
})

it('a blob, or the link to it, that is just being removed counts as absent', async () => {
  const { store } = await filled()
  for (const folder of [layerFolder(app, one.digest), blobFolder(one.digest)]) {
    const { guard } = guardOf(folder)
    expect(await findLinkedBlobs(store, guard, app, [one.digest])).toEqual(new Map())
  }
})

it('a link that may not be read is no absent one', async () => {
  const { store } = await filled()
  const { guard } = guardOf()
  const denied = { kind: 'failed', code: 'DENIED', reason: 'no rights' } as const
  const deniedStore = {
    getMany: async (keys: readonly string[]) => keys.map(() => denied),
    headMany: async (keys: readonly string[]) => keys.map(() => denied),
  }
  for (const digest of [one.digest, twoBySha512]) {
    const found = findLinkedBlobs({ ...store, ...deniedStore }, guard, app, [digest])
    await expect(found).rejects.toMatchObject({ code: 'DENIED' })
  }
})
