import { readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from '@playwright/test'
import { splitDigest, type Digest } from '#domain/values/digest.ts'
import {
  blobFile,
  layerLink,
  layersFolder,
  repositoryFolder,
  revisionLink,
  tagLink,
} from '#registry/layout.ts'
import {
  buildArtifact,
  buildImage,
  buildIndex,
  type BuiltManifest,
} from '#services/samples/image-builder.ts'
import { createStoreWriter, makeLayer, repositoryNamed, tagNamed } from '../store-writer.ts'
import { makeFolder, startServer } from '../server-process.ts'
import { ask } from './api-client.ts'
import { eligible, planned, plannedCauses } from './both-collectors.ts'

/**
 * Where docker-registry's collector (2.8) errs or knows less: for each case, its exact result and
 * Jetsam's for the same store. If a later version is right, the test shows it.
 */

const app = repositoryNamed('team/app')
const other = repositoryNamed('team/other')
const v1 = tagNamed('v1')

const image = (...layers: readonly number[]): BuiltManifest =>
  buildImage({
    layers: layers.map((seed) => makeLayer(seed)),
    createdAt: '2026-01-01T00:00:00.000Z',
  })

const blobsOf = ({ manifest, blobs }: BuiltManifest): Digest[] =>
  [manifest, ...blobs].map(({ digest }) => digest)

const sorted = (...digests: readonly (readonly string[])[]): string[] => digests.flat().toSorted()

interface Store extends ReturnType<typeof createStoreWriter> {
  readonly folder: string
  /** The bytes of a file of the store. */
  at(path: string): string
  /** Makes an image look as if it had been pushed a month ago. */
  age(image: BuiltManifest): Promise<void>
  /** Garbage that both collectors take, unless something keeps them from it. */
  readonly orphan: Digest
}

async function inStore(act: (store: Store) => Promise<void>): Promise<void> {
  const { path: folder, remove } = await makeFolder()
  const writer = createStoreWriter(folder)
  const at = (path: string): string => join(folder, path)
  const orphan = makeLayer(9999)
  writer.write(blobFile(orphan.digest), orphan.bytes)
  const monthAgo = new Date(Date.now() - 30 * 24 * 3_600_000)
  async function age({ manifest }: BuiltManifest): Promise<void> {
    await utimes(at(revisionLink(app, manifest.digest)), monthAgo, monthAgo)
    await utimes(at(blobFile(manifest.digest)), monthAgo, monthAgo)
  }
  try {
    await act({ ...writer, folder, at, age, orphan: orphan.digest })
  } finally {
    await remove()
  }
}

test('a missing manifest: it takes the layers; here the repository is kept', () =>
  inStore(async ({ folder, at, push, orphan }) => {
    const broken = image(1)
    push(app, broken, { tags: [v1] })
    await rm(dirname(at(blobFile(broken.manifest.digest))), { recursive: true })
    const layers = broken.blobs.map(({ digest }) => digest)
    expect(await eligible(folder, folder)).toEqual(sorted(layers, [orphan]))
    expect(await planned(folder)).toEqual([orphan])
  }))

test('an empty link: it gives up; here the image is kept, and garbage elsewhere goes', () =>
  inStore(async ({ folder, at, push, orphan }) => {
    const torn = image(1)
    push(app, torn, { tags: [v1] })
    push(other, image(2), { tags: [v1] })
    await writeFile(at(revisionLink(app, torn.manifest.digest)), '')
    await expect(eligible(folder, folder)).rejects.toThrow('failed to garbage collect')
    expect(await planned(folder)).toEqual([orphan])
  }))

test('a torn manifest: it gives up; here the repository is kept, and garbage elsewhere goes', () =>
  inStore(async ({ folder, at, push, orphan }) => {
    const torn = image(1)
    push(app, torn, { tags: [v1] })
    const file = at(blobFile(torn.manifest.digest))
    await writeFile(file, (await readFile(file)).subarray(0, 40))
    await expect(eligible(folder, folder)).rejects.toThrow('failed to garbage collect')
    expect(await planned(folder)).toEqual([orphan])
  }))

test('a manifest of an unknown kind: it gives up; here the repository is kept, and garbage elsewhere goes', () =>
  inStore(async ({ folder, at, push, orphan }) => {
    const unknown = image(1)
    push(app, unknown, { tags: [v1] })
    push(other, image(2), { tags: [v1] })
    await writeFile(at(blobFile(unknown.manifest.digest)), '{"mediaType":"x/y","things":[]}')
    await expect(eligible(folder, folder)).rejects.toThrow('failed to garbage collect')
    expect(await planned(folder)).toEqual([orphan])
  }))

test('the platforms of an index that was deleted by digest: both keep them, until untagged images go', () =>
  inStore(async ({ folder, age, push, orphan }) => {
    const platforms = [image(1), image(2)]
    const index = buildIndex(platforms)
    push(app, index, { isLinked: false })
    push(app, image(3), { tags: [v1] })
    for (const platform of platforms) await age(platform)
    const expected = sorted([index.manifest.digest], [orphan])
    expect(await eligible(folder, folder)).toEqual(expected)
    expect(await planned(folder)).toEqual(expected)
    const untagged = sorted(expected, [...new Set(platforms.flatMap(blobsOf))]).filter(
      (digest) => !blobsOf(image(3)).includes(digest as Digest),
    )
    expect(await eligible(folder, folder, '-m')).toEqual(untagged)
    expect(await planned(folder, '--untagged')).toEqual(untagged)
  }))

test('a tagged index in a repository without layers: it takes the index; here it stays', () =>
  inStore(async ({ folder, at, push, orphan }) => {
    const index = buildIndex([])
    push(app, index, { tags: [v1] })
    await rm(at(dirname(layersFolder(app, 'sha256'))), { recursive: true, force: true })
    expect(await eligible(folder, folder)).toEqual(sorted([index.manifest.digest], [orphan]))
    expect(await planned(folder)).toEqual([orphan])
  }))

test('the trash: it takes what can still be restored; here that stays', async () => {
  const data = await makeFolder()
  const server = await startServer(data.path, { JETSAM_SAMPLES: '1' })
  const storage = server.storageFolder
  try {
    const policy = await ask<object>(server, 'GET', '/garbage-collection/policy')
    const retained = { ...policy.body, trashRetentionHours: 24 }
    expect((await ask(server, 'PUT', '/garbage-collection/policy', retained)).status).toBe(200)
    expect(await eligible(storage, data.path)).toEqual([])
    const path = '/repositories/team/app/manifests/1.0'
    expect((await ask(server, 'DELETE', path)).status).toBe(204)
    const { body } = await ask<{ entries: { digest: string }[] }>(server, 'GET', '/trash')
    expect(await eligible(storage, data.path)).toContain(body.entries[0]?.digest)
    expect(await planned(storage)).toEqual([])
  } finally {
    await server.stop()
    await data.remove()
  }
})

test('an abandoned upload: it leaves it; here it goes', () =>
  inStore(async ({ folder, at, write, push, orphan }) => {
    push(app, image(1), { tags: [v1] })
    const upload = `${repositoryFolder(app)}/_uploads/0f0e0d0c-0b0a-4908-8706-050403020100`
    const monthAgo = new Date(Date.now() - 30 * 24 * 3_600_000)
    for (const name of ['startedat', 'data']) {
      write(`${upload}/${name}`, monthAgo.toISOString())
      await utimes(at(`${upload}/${name}`), monthAgo, monthAgo)
    }
    expect(await eligible(folder, folder)).toEqual([orphan])
    expect(await planned(folder)).toEqual([orphan])
    expect(await plannedCauses(folder)).toEqual(['abandoned upload', 'orphaned layer'])
  }))

test.describe('collecting untagged images', () => {
  test('both take the same without indexes and attachments', () =>
    inStore(async ({ folder, age, push, orphan }) => {
      const old = [image(1, 2), image(2, 3)]
      for (const each of old) push(app, each, { tags: [v1] })
      push(app, image(3, 4), { tags: [v1] })
      for (const each of old) await age(each)
      const gone = [...blobsOf(image(1, 2)), ...blobsOf(image(2, 3))]
      const kept = new Set(blobsOf(image(3, 4)))
      const expected = sorted(
        [...new Set(gone)].filter((digest) => !kept.has(digest)),
        [orphan],
      )
      expect(await eligible(folder, folder, '-m')).toEqual(expected)
      expect(await planned(folder, '--untagged')).toEqual(expected)
    }))

  test('an artifact whose subject is a tagged image: it takes it; here it stays', () =>
    inStore(async ({ folder, age, push, orphan }) => {
      const subject = image(1)
      const signature = buildArtifact(subject, 'application/vnd.example.signature', { by: 'us' })
      push(app, subject, { tags: [v1] })
      push(app, signature)
      await age(signature)
      expect(await eligible(folder, folder, '-m')).toEqual(sorted(blobsOf(signature), [orphan]))
      expect(await planned(folder, '--untagged')).toEqual([orphan])
    }))

  test('the entries of a fallback tag: it takes them and leaves the list; here they stay', () =>
    inStore(async ({ folder, age, push, orphan }) => {
      const subject = image(1)
      const sbom = image(2)
      const { hex } = splitDigest(subject.manifest.digest)
      push(app, subject, { tags: [v1] })
      push(app, buildIndex([sbom]), { tags: [tagNamed(`sha256-${hex}`)] })
      await age(sbom)
      const layers = sbom.blobs.map(({ digest }) => digest)
      expect(await eligible(folder, folder, '-m')).toEqual(sorted(layers, [orphan]))
      expect(await planned(folder, '--untagged')).toEqual([orphan])
    }))

  test('a repository pushed by digests only: it gives up; here its old images go', () =>
    inStore(async ({ folder, age, push, orphan }) => {
      const untagged = image(1)
      push(app, untagged)
      push(other, image(2), { tags: [v1] })
      await age(untagged)
      await expect(eligible(folder, folder, '-m')).rejects.toThrow('failed to retrieve tags')
      expect(await planned(folder, '--untagged')).toEqual(sorted(blobsOf(untagged), [orphan]))
    }))

  test('an empty link of a tag: it gives up; here the repository is kept, and garbage elsewhere goes', () =>
    inStore(async ({ folder, age, at, write, push, orphan }) => {
      const untagged = image(1)
      push(app, untagged)
      push(app, image(2), { tags: [v1] })
      await age(untagged)
      // Known to be a layer: an unknown blob might be the manifest that the tag meant.
      write(layerLink(other, orphan), orphan)
      await writeFile(at(tagLink(app, v1)), '')
      await expect(eligible(folder, folder, '-m')).rejects.toThrow('failed to garbage collect')
      expect(await planned(folder, '--untagged')).toEqual([orphan])
    }))

  test('a push that has no tag yet: it takes it; here young manifests stay', () =>
    inStore(async ({ folder, push, orphan }) => {
      const young = image(1)
      push(app, image(2), { tags: [v1] })
      push(app, young)
      expect(await eligible(folder, folder, '-m')).toEqual(sorted(blobsOf(young), [orphan]))
      expect(await planned(folder, '--untagged')).toEqual([orphan])
    }))
})
