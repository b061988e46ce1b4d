import { describe, expect, it } from 'vitest'
import { objectsOverFiles } from '#adapters/filesystem/objects-over-file-tree.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { blobFile } from '../layout.ts'
import { openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'

const app = repositoryName('team/app')

interface Step {
  readonly created_by?: string
  readonly empty_layer?: boolean
}

const imageOf = (
  layers: readonly string[],
  history: readonly Step[],
  diffIds?: readonly string[],
) =>
  tinyImage({
    layers,
    config: JSON.stringify({ history, ...(diffIds && { rootfs: { diff_ids: diffIds } }) }),
  })

const by = (...instructions: readonly string[]): readonly Step[] =>
  instructions.map((instruction) => ({ created_by: instruction }))

/** The instruction of each layer, in the order of the images' layers. */
async function told(images: Readonly<Record<string, ReturnType<typeof tinyImage>>>) {
  const registry = openTestRegistry()
  for (const [tag, image] of Object.entries(images)) await registry.push('team/app', image, tag)
  const digests = Object.values(images).map(({ digest }) => digest)
  const { layers } = await registry.queries.layerMap(app, digests)
  return layers.map(({ createdBy }) => createdBy)
}

describe('the instructions of layers', () => {
  it('are those of the history that made a layer', async () => {
    const history = [
      { created_by: 'ADD base' },
      { created_by: 'ENV A=1', empty_layer: true },
      {},
      { created_by: 'COPY app' },
    ]
    expect(await told({ a: imageOf(['base', 'x', 'app'], history) })).toEqual([
      'ADD base',
      null,
      'COPY app',
    ])
  })

  it('are of the first image that tells them', async () => {
    expect(
      await told({
        a: imageOf(['base', 'a'], []),
        b: imageOf(['base', 'b'], by('ADD base', 'COPY b')),
        c: imageOf(['base', 'c'], by('ADD another', 'COPY c')),
      }),
    ).toEqual(['ADD base', null, 'COPY b', 'COPY c'])
  })

  it('are not those of other layers, where the history has another length', async () => {
    expect(await told({ a: imageOf(['base', 'app'], by('ADD base')) })).toEqual([null, null])
  })

  it('find their layers also where one layer is there twice', async () => {
    const history = by('ADD base', 'WORKDIR /app', 'COPY app', 'WORKDIR /srv')
    const image = imageOf(['base', '', 'app', ''], history, ['of base', 'none', 'of app', 'none'])
    expect(await told({ a: image })).toEqual(['ADD base', 'WORKDIR /app', 'COPY app'])
  })

  it('are of every platform of an index', async () => {
    const amd64 = imageOf(['base', 'amd64'], by('ADD base', 'COPY amd64'))
    const arm64 = imageOf(['base', 'arm64'], by('ADD base', 'COPY arm64'))
    const registry = openTestRegistry()
    for (const image of [amd64, arm64]) await registry.push('team/app', image)
    const index = tinyIndex({ amd64, arm64 })
    await registry.push('team/app', index, 'multi')
    const { layers } = await registry.queries.layerMap(app, [index.digest])
    expect(layers.map(({ createdBy }) => createdBy)).toEqual([
      'ADD base',
      'COPY amd64',
      'COPY arm64',
    ])
  })

  it('are cut to their first 300 characters, none of them in two', async () => {
    const image = imageOf(
      ['a', 'b'],
      by(`RUN ${'x'.repeat(1000)}`, `${'x'.repeat(299)}🐳 and more`),
    )
    expect(await told({ a: image })).toEqual([`RUN ${'x'.repeat(296)}`, `${'x'.repeat(299)}🐳`])
  })

  it('read each configuration once, and a thousand for one question at the most', async () => {
    const storage = createMemoryFileTree({ clock: { nowMs: () => 0 } })
    const objects = objectsOverFiles(storage)
    let read: readonly string[] = []
    const registry = openTestRegistry({
      storage,
      objects: {
        ...objects,
        getMany(keys, options) {
          read = [...read, ...keys]
          return objects.getMany(keys, options)
        },
      },
    })
    const images = Array.from({ length: 1001 }, (_, at) => imageOf([`${at}`], by(`RUN ${at}`)))
    for (const image of images) await registry.push('team/app', image)
    const ask = async (from: number) => {
      read = []
      const digests = images.slice(from).map(({ digest }) => digest)
      const { layers } = await registry.queries.layerMap(app, digests)
      return { told: layers.filter(({ createdBy }) => createdBy !== null).length, read: reads() }
    }
    const configs = new Set(images.map(({ blobs }) => (blobs[0] ? blobFile(blobs[0].digest) : '')))
    const reads = () => read.filter((key) => configs.has(key)).length
    expect(await ask(999)).toEqual({ told: 2, read: 2 })
    expect(await ask(0)).toEqual({ told: 1000, read: 999 })
    expect(await ask(0)).toEqual({ told: 1000, read: 0 })
  })

  it('are none where the configuration is no JSON', async () => {
    expect(await told({ a: tinyImage({ layers: ['a'], config: 'no' }) })).toEqual([null])
  })
})
