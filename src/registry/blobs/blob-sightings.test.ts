import { describe, expect, it } from 'vitest'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { createBlobSightings } from './blob-sightings.ts'
import { openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'

const layer = contentOf('layer')
const named = (...names: readonly string[]) => names.map(repositoryName)

describe('where a blob was seen', () => {
  it('is told with the latest first, each once, and not for ever', () => {
    const sightings = createBlobSightings()
    for (const name of named('a', 'b', 'c', 'd', 'a', 'e')) sightings.saw(layer.digest, name)
    expect(sightings.of(layer.digest)).toEqual(['e', 'a', 'd', 'c'])
    expect(sightings.of(contentOf('other').digest)).toEqual([])
    for (let other = 0; other < 5000; other += 1) {
      sightings.saw(contentOf(`${other}`).digest, repositoryName('a'))
    }
    expect(sightings.of(layer.digest)).toEqual([])
    expect(sightings.of(contentOf('0').digest)).toEqual(['a'])
  })

  it('is believed only as far as the blob is still there, and may be read', async () => {
    const registry = openTestRegistry()
    const [app, other] = [repositoryName('app'), repositoryName('other')]
    const mounted = (mayRead: boolean) =>
      registry.blobs.mountFromAny(other, layer.digest, () => mayRead)
    await registry.pushBlob('app', layer)
    expect(await mounted(false)).toBe(false)
    await registry.unlinkBlob(app, layer.digest)
    expect(await mounted(true)).toBe(false)
    await registry.pushBlob('app', layer)
    expect(await mounted(true)).toBe(true)
    expect(await registry.blobs.head(other, layer.digest)).not.toBeNull()
  })
})
