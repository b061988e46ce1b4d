import { describe, expect, it } from 'vitest'
import { tinyImage, tinyIndex, type TinyContent } from '#testing/builders/tiny-image.ts'
import { openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const

const config = (name: string) =>
  JSON.stringify({ os: 'linux', architecture: name, created: '2026-02-03T04:05:06Z', author: name })
const imageOf = (name: string, ...layers: readonly string[]) =>
  tinyImage({ layers, config: config(name) })
/** The size of several contents, each counted once. */
const sizeOf = (...contents: readonly TinyContent[]) =>
  [...new Map(contents.map(({ digest, bytes }) => [digest, bytes.length])).values()].reduce(
    (sum, bytes) => sum + bytes,
    0,
  )
const one = imageOf('one', 'base layer', 'first')
const two = imageOf('two', 'base layer', 'second one')

async function filled() {
  const registry = openTestRegistry()
  await registry.push('team/app', one, '1.0', 'latest')
  registry.advance(1000)
  await registry.push('team/app', two, '2.0')
  return registry
}

describe('the impact of a deletion', () => {
  it('counts shared bytes once, and what goes with the last image that holds them', async () => {
    const registry = await filled()
    const impact = await registry.queries.impact(app, ['1.0', 'latest'], false)
    expect(impact).toMatchObject({
      manifests: [{ digest: one.digest, role: 'image' }],
      kept: [],
      exclusiveBytes: sizeOf(one, ...one.blobs) - 10,
      ofOneImageBytes: sizeOf(one, ...one.blobs) - 10,
      sharedBytes: 10,
      sharedWith: [{ repository: app, digest: two.digest, tags: ['2.0'], sizeBytes: 10 }],
      sharedWithCount: 1,
    })
    expect(impact.tags.toSorted()).toEqual(['1.0', 'latest'])
    expect(await registry.queries.impact(app, ['1.0', '2.0'], true)).toMatchObject({
      exclusiveBytes: sizeOf(one, two, ...one.blobs, ...two.blobs),
      ofOneImageBytes: sizeOf(one, two, ...one.blobs, ...two.blobs) - 10,
      sharedBytes: 0,
      sharedWithCount: 0,
    })
  })

  it('of one of several tags is that only the tag goes', async () => {
    const registry = await filled()
    expect(await registry.queries.impact(app, ['latest', 'unknown', '..'], false)).toEqual({
      manifests: [],
      tags: ['latest'],
      kept: [{ digest: one.digest, tags: ['1.0'] }],
      exclusiveBytes: 0,
      ofOneImageBytes: 0,
      sharedBytes: 0,
      sharedWith: [],
      sharedWithCount: 0,
    })
  })

  it('of a platform of an index is that the index keeps it', async () => {
    const registry = await filled()
    const index = tinyIndex({ amd64: one, arm64: two })
    await registry.push('team/app', index, 'multi')
    expect(await registry.queries.impact(app, ['1.0', 'latest'], false)).toMatchObject({
      manifests: [],
      tags: ['1.0', 'latest'],
      kept: [{ digest: one.digest }],
      exclusiveBytes: 0,
    })
    const both = await registry.queries.impact(app, ['multi', '1.0'], true)
    expect(new Set(both.manifests)).toEqual(
      new Set([
        { digest: one.digest, role: 'image' },
        { digest: index.digest, role: 'image' },
      ]),
    )
  })

  it('says what the deletion then does', async () => {
    const registry = await filled()
    const index = tinyIndex({ amd64: one, arm64: two })
    const sbom = tinyImage({ layers: ['sbom'], subject: index })
    await registry.push('team/app', index, 'multi')
    await registry.push('team/app', sbom)
    for (const reference of ['multi', '2.0', '1.0', one.digest]) {
      const impact = await registry.queries.impact(app, [reference], true)
      const deleted = await registry.softDelete('team/app', reference)
      const entry = deleted.ok && deleted.value.kind === 'trashed' ? deleted.value.entry : null
      expect(entry?.manifests.map(({ digest, role }) => ({ digest, role })) ?? []).toEqual(
        impact.manifests,
      )
      if (entry) await registry.trash.restore(entry.id, restore)
    }
  })
})
