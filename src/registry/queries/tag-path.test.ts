import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { Digest } from '#domain/values/digest.ts'
import { lookAtStore } from '#gc/look.ts'
import { contentOf, indexOfEntries, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { expect, test } from 'vitest'
import { openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const other = repositoryName('team/other')
const amd64 = tinyImage({ layers: ['base', 'amd64'] })
const arm64 = tinyImage({ layers: ['base', 'arm64'] })
const index = tinyIndex({ amd64, arm64 })
const sbom = tinyImage({ layers: ['sbom'], subject: arm64 })
const everywhere = () => true

async function openFilled() {
  const registry = openTestRegistry()
  for (const image of [amd64, arm64]) await registry.push('team/app', image)
  await registry.push('team/app', index, 'multi')
  await registry.push('team/app', sbom)
  return registry
}

test('the shortest way is told, from the tag down', async () => {
  const { queries: questions } = await openFilled()
  const layer = sbom.blobs.at(-1)?.digest
  if (layer === undefined) throw new Error('a tiny image has a layer')
  expect(await questions.tagOver(layer, everywhere)).toEqual({
    repository: app,
    tag: 'multi',
    steps: [
      { digest: index.digest, as: 'root' },
      { digest: arm64.digest, as: 'manifest' },
      { digest: sbom.digest, as: 'attached' },
      { digest: layer, as: 'layer' },
    ],
  })
  expect((await questions.tagOver(index.digest, everywhere))?.steps).toEqual([
    { digest: index.digest, as: 'root' },
  ])
  const [config] = amd64.blobs
  expect((await questions.tagOver(config?.digest ?? layer, everywhere))?.steps.at(-1)).toEqual({
    digest: config?.digest,
    as: 'config',
  })
})

test('only repositories that count are asked', async () => {
  const registry = await openFilled()
  await registry.push('team/other', amd64, 'copy')
  const layer = amd64.blobs.at(-1)?.digest ?? amd64.digest
  const inOther = await registry.queries.tagOver(layer, (name) => name === other)
  expect(inOther).toMatchObject({ repository: other, tag: 'copy' })
  expect(await registry.queries.tagOver(layer, () => false)).toBeNull()
  expect(await registry.queries.isLinked(layer, (name) => name === other)).toBe(true)
  expect(await registry.queries.isLinked(index.digest, (name) => name === other)).toBe(false)
  expect(await registry.queries.isLinked(index.digest, everywhere)).toBe(true)
})

test('what no tag needs has none', async () => {
  const registry = openTestRegistry()
  await registry.push('team/app', amd64)
  expect(await registry.queries.tagOver(amd64.digest, everywhere)).toBeNull()
  expect(await registry.queries.tagOver(arm64.digest, everywhere)).toBeNull()
})

test('an image that an index lists under another media type is a manifest, as a blob is a layer', async () => {
  const registry = openTestRegistry()
  await registry.push('team/app', amd64)
  await registry.pushBlob('team/app', contentOf('cache'))
  const entries = indexOfEntries([
    ['application/vnd.example.image', amd64],
    ['application/vnd.example.cache', contentOf('cache')],
  ])
  await registry.push('team/app', entries, 'mixed')
  const lastStep = async (digest: Digest) =>
    (await registry.queries.tagOver(digest, everywhere))?.steps.at(-1)
  const look = await lookAtStore({ ...registry, pause: () => Promise.resolve() })
  for (const [{ digest }, as] of [
    [amd64, 'manifest'],
    [contentOf('cache'), 'layer'],
  ] as const) {
    expect(await lastStep(digest)).toEqual({ digest, as })
    const explanation = await look.explain(digest, defaultCollectionPolicy)
    expect(explanation).toMatchObject({ path: [{ as: 'root' }, { digest, as }] })
  }
})
