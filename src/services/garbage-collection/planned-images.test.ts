import { expect, test } from 'vitest'
import type { Digest } from '#domain/values/digest.ts'
import { packDigests, unpackDigests } from '#domain/values/packed-digests.ts'
import type { RegistryReader } from '#gc/ports/registry-reader.ts'
import { manifestStatus } from '#graph/packed/parsed-manifests.ts'
import type { TrashEntry } from '#registry/trash/trash-entry.ts'
import { plannedImages } from './planned-images.ts'

const digestOf = (letter: string): Digest => `sha256:${letter.repeat(64)}` as Digest
const [index, amd64, arm64, untagged, layer, shared, alone] = 'abcdef0'.split('').map(digestOf) as [
  Digest,
  Digest,
  Digest,
  Digest,
  Digest,
  Digest,
  Digest,
]

/** What each manifest lists. */
const lists = new Map<Digest, readonly Digest[]>([
  [index, [amd64, arm64]],
  [amd64, [layer, layer]],
  [arm64, [shared]],
  [untagged, [shared]],
])

const reader: Pick<RegistryReader, 'manifests' | 'linkedAtMs'> = {
  async manifests({ digests }) {
    const targets = unpackDigests(digests).map((digest) => lists.get(digest) ?? [])
    let end = 0
    const all = targets.flat()
    return {
      kinds: new Uint8Array(targets.length).fill(manifestStatus.image),
      sizes: new Float64Array(targets.length),
      ends: Int32Array.from(targets, (each) => (end += each.length)),
      targets: packDigests(all),
      targetKinds: new Uint8Array(all.length),
      targetSizes: new Float64Array(all.length),
      subjects: [],
      reasons: [],
    }
  },
  linkedAtMs: async (_, digest) => (digest === untagged ? 5000 : null),
}

const entry = {
  manifests: [index, amd64, arm64].map((digest) => ({ digest })),
  tags: [
    { name: '2.0', digest: index },
    { name: 'sha256-x.sig', digest: arm64 },
  ],
} as unknown as TrashEntry

test('names each item by the image that people know, through platforms', async () => {
  const all = [...lists.keys()].map((digest) => ({
    digest,
    repository: 'team/app',
    isManifest: true,
  }))
  const named = new Set([index, layer, shared, untagged, alone])
  const images = await plannedImages({ reader, trash: { list: async () => [entry] } }, all, named)
  const ofIndex = { repository: 'team/app', digest: index, tags: ['2.0'], pushedAtMs: null }
  expect(Object.fromEntries(images)).toEqual({
    [index]: { ...ofIndex, others: 0 },
    // Listed twice by the same manifest.
    [layer]: { ...ofIndex, others: 0 },
    [shared]: { ...ofIndex, others: 1 },
    [untagged]: {
      repository: 'team/app',
      digest: untagged,
      tags: [],
      pushedAtMs: 5000,
      others: 0,
    },
  })
})

test('ends where what is stored claims a circle', async () => {
  lists.set(arm64, [index])
  const all = [index, arm64].map((digest) => ({ digest, repository: 'a', isManifest: true }))
  const deps = { reader, trash: { list: async () => [] } }
  expect((await plannedImages(deps, all, new Set([index]))).get(index)?.repository).toBe('a')
  lists.set(arm64, [shared])
})
