import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { describe, expect, it } from 'vitest'
import {
  openTestRegistry,
  repositoryName,
  type TestRegistry,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const one = tinyImage({ layers: ['base', 'of one'] })
const two = tinyImage({ layers: ['base', 'of two'] })

/**
 * `1.0: base, of one*`: the layers of each tag from the bottom; a star marks what goes with the
 * image.
 */
async function drawn(registry: TestRegistry, ...names: readonly string[]) {
  const images = (await registry.queries.images(app)) ?? []
  const map = await registry.queries.layerMap(
    app,
    images.map(({ digest }) => digest),
  )
  const textOf = new Map<string, string>()
  const known = [...names, 'base', 'of one', 'of two', 'sbom']
  for (const name of known) {
    for (const { digest } of tinyImage({ layers: [name] }).blobs.slice(1)) textOf.set(digest, name)
  }
  const layerName = (position: number) => textOf.get(map.layers[position]?.digest ?? '') ?? '?'
  const tagOf = new Map(images.map(({ digest, tags }) => [digest, tags[0] ?? 'untagged']))
  const rows = map.images.map(({ digest, layers, exclusiveLayers }) => {
    const words = layers.map((at) => `${layerName(at)}${exclusiveLayers.includes(at) ? '*' : ''}`)
    return `${tagOf.get(digest)}: ${words.join(', ')}`
  })
  const counts = map.layers.map(
    ({ imageCount, elsewhereCount }, at) => `${layerName(at)} ${imageCount}+${elsewhereCount}`,
  )
  return { rows: rows.toSorted(), counts: counts.toSorted() }
}

describe('the layer map', () => {
  it('draws the layer that two manifests point at once, and says what goes with each', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    await registry.push('team/app', two, '2.0')
    expect(await drawn(registry)).toEqual({
      rows: ['1.0: base, of one*', '2.0: base, of two*'],
      counts: ['base 2+0', 'of one 1+0', 'of two 1+0'],
    })
  })

  it('knows of holders in other repositories, and forgets them when they are gone', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    await registry.push('library/base', tinyImage({ layers: ['base'] }), '12')
    expect(await drawn(registry)).toEqual({
      rows: ['1.0: base, of one*'],
      counts: ['base 1+1', 'of one 1+0'],
    })
    await registry.softDelete('library/base', '12')
    expect((await drawn(registry)).rows).toEqual(['1.0: base*, of one*'])
  })

  it('shows an image once for all its tags, and untagged ones; never parts of others', async () => {
    const registry = openTestRegistry()
    const index = tinyIndex({ amd64: one, arm64: two })
    await registry.push('team/app', one)
    await registry.push('team/app', two)
    await registry.push('team/app', index, 'multi', 'latest')
    await registry.push('team/app', tinyImage({ layers: ['sbom'], subject: index }))
    await registry.push('team/app', tinyImage({ layers: ['left over'] }))
    expect(await drawn(registry, 'left over')).toEqual({
      rows: ['latest: base*, of one*, of two*', 'untagged: left over*'],
      counts: ['base 1+0', 'left over 1+0', 'of one 1+0', 'of two 1+0'],
    })
  })

  it('frees nothing with a platform that an index needs', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, 'amd64')
    await registry.push('team/app', tinyIndex({ amd64: one }), 'multi')
    expect((await drawn(registry)).rows).toEqual(['amd64: base, of one', 'multi: base, of one'])
  })

  it('gives the same images until something changes, and none of what is not there', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    const images = await registry.queries.images(app)
    expect(await registry.queries.images(app)).toBe(images)
    await registry.push('team/app', two, '2.0')
    expect(await registry.queries.images(app)).toHaveLength(2)
    expect(await registry.queries.images(repositoryName('nowhere'))).toBeNull()
    const nothing = { images: [], layers: [] }
    expect(await registry.queries.layerMap(repositoryName('nowhere'), [one.digest])).toEqual(
      nothing,
    )
    await registry.softDelete('team/app', '1.0')
    expect(await registry.queries.layerMap(app, [one.digest])).toEqual(nothing)
  })
})
