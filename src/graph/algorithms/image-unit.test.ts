import { describe, expect, it } from 'vitest'
import { digestOf, type Digest } from '#domain/values/digest.ts'
import { parseManifest } from '#domain/manifest/manifest.ts'
import { tinyImage, tinyIndex, type TinyManifest } from '#testing/builders/tiny-image.ts'
import { createBlobTable } from '../live/blob-table.ts'
import { unitOfImages } from './image-unit.ts'
import { createRepositoryGraph } from '../live/create-repository-graph.ts'
import { tagName, valueOf } from '#testing/builders/test-registry.ts'

/** Builds a graph of manifests named by letters, and describes its units in these letters. */
function graphOf(manifests: Record<string, TinyManifest>, tags: Record<string, string>) {
  const graph = createRepositoryGraph(createBlobTable())
  const letters = new Map<Digest, string>()
  for (const [letter, { digest, bytes }] of Object.entries(manifests)) {
    letters.set(digest, letter)
    const manifest = valueOf(parseManifest(new TextDecoder().decode(bytes)))
    graph.setManifest(digest, { manifest, sizeBytes: bytes.length })
  }
  for (const [tag, letter] of Object.entries(tags)) {
    const digest = manifests[letter]?.digest ?? null
    graph.setTag(tagName(tag), { name: tagName(tag), digest, linkedAtMs: 0 })
  }
  return {
    unit(...asked: readonly string[]) {
      const digests = asked.flatMap((letter) => manifests[letter]?.digest ?? [])
      const unit = unitOfImages(graph.view, digests.map(graph.nodeOf))
      return {
        manifests: Array.from(
          unit.manifests,
          ([{ digest }, role]) => `${letters.get(digest)} ${role}`,
        ),
        tags: unit.tags.toSorted(),
        listedBy: unit.listedBy.map(({ digest }) => letters.get(digest)),
      }
    },
  }
}

const image = (name: string, subject?: TinyManifest) => tinyImage({ layers: [name], subject })
const cosigned = (layerMediaType: string) => tinyImage({ layers: ['s'], layerMediaType })
const cosignLayers = {
  '.sig': 'application/vnd.dev.cosign.simplesigning.v1+json',
  '.att': 'application/vnd.dsse.envelope.v1+json',
  '.sbom': 'application/vnd.cyclonedx+json',
}
const A = image('a')
const B = image('b')
const fallback = (subject: TinyManifest, suffix = '') => subject.digest.replace(':', '-') + suffix

describe('the image unit', () => {
  it('is one manifest with all its tags', () => {
    const graph = graphOf({ A, B }, { '1': 'A', latest: 'A', '2': 'B' })
    expect(graph.unit('A')).toEqual({ manifests: ['A image'], tags: ['1', 'latest'], listedBy: [] })
  })

  it('has the platforms under an index', () => {
    const I = tinyIndex({ amd64: A, arm64: B })
    expect(graphOf({ A, B, I }, { '1': 'I' }).unit('I').manifests).toEqual([
      'I image',
      'A platform',
      'B platform',
    ])
  })

  it('has the platforms of nested indexes', () => {
    const I = tinyIndex({ amd64: A })
    const O = tinyIndex({ all: I, arm64: B })
    expect(graphOf({ A, B, I, O }, { '1': 'O' }).unit('O').manifests).toEqual([
      'O image',
      'I platform',
      'B platform',
      'A platform',
    ])
  })

  it('leaves a platform that another index lists', () => {
    const I = tinyIndex({ amd64: A, arm64: B })
    const J = tinyIndex({ amd64: A })
    const graph = graphOf({ A, B, I, J }, { '1': 'I', '2': 'J' })
    expect(graph.unit('I').manifests).toEqual(['I image', 'B platform'])
    expect(graph.unit('I', 'J').manifests).toHaveLength(4)
  })

  it('leaves a platform that has a tag of its own, and what is attached to it', () => {
    const S = image('s', A)
    const I = tinyIndex({ amd64: A, arm64: B })
    const graph = graphOf({ A, B, I, S }, { '1': 'I', '1-amd64': 'A' })
    expect(graph.unit('I').manifests).toEqual(['I image', 'B platform'])
  })

  it('leaves all below an inner index that stays', () => {
    const I = tinyIndex({ amd64: A })
    const O = tinyIndex({ all: I })
    const graph = graphOf({ A, I, O }, { '1': 'O', inner: 'I' })
    expect(graph.unit('O').manifests).toEqual(['O image'])
  })

  it('has what is attached by subject, to the image, a platform, or another artifact', () => {
    const I = tinyIndex({ amd64: A })
    const S = image('s', I)
    const P = image('p', A)
    const T = image('t', S)
    expect(graphOf({ A, I, S, P, T }, { '1': 'I' }).unit('I').manifests).toEqual([
      'I image',
      'A platform',
      'S attached',
      'P attached',
      'T attached',
    ])
  })

  it('leaves an artifact that has an ordinary tag', () => {
    const S = image('s', A)
    expect(graphOf({ A, S }, { '1': 'A', sbom: 'S' }).unit('A').manifests).toEqual(['A image'])
  })

  it.each(Object.entries(cosignLayers))('has what cosign attaches by %s', (suffix, layer) => {
    const S = cosigned(layer)
    const tags = { '1': 'A', [fallback(A, suffix)]: 'S' }
    expect(graphOf({ A, S }, tags).unit('A')).toEqual({
      manifests: ['A image', 'S attached'],
      tags: ['1', fallback(A, suffix)].toSorted(),
      listedBy: [],
    })
  })

  it('has the index of a fallback tag, and what that lists', () => {
    const S = image('s', A)
    const F = tinyIndex({ one: S })
    const tags = { '1': 'A', [fallback(A)]: 'F' }
    // The index first: it must never exist without what it lists.
    expect(graphOf({ A, S, F }, tags).unit('A').manifests).toEqual([
      'A image',
      'F attached',
      'S attached',
    ])
  })

  it('has no manifest before an index that lists it, however often and deep that is', () => {
    const inner = tinyIndex({ one: A, two: B })
    const outer = tinyIndex({ one: B, two: inner, three: A })
    const { manifests } = graphOf({ A, B, I: inner, O: outer }, { '1': 'O' }).unit('O')
    expect(manifests.slice(0, 2)).toEqual(['O image', 'I platform'])
    expect(manifests.toSorted()).toEqual(['A platform', 'B platform', 'I platform', 'O image'])
  })

  it('leaves what only the name of its tag attaches', () => {
    const tags = { '1': 'A', [fallback(A)]: 'B' }
    expect(graphOf({ A, B }, tags).unit('A')).toMatchObject({ manifests: ['A image'], tags: ['1'] })
    for (const suffix of Object.keys(cosignLayers)) {
      const graph = graphOf({ A, B }, { '1': 'A', [fallback(A, suffix)]: 'B' })
      expect(graph.unit('A').manifests).toEqual(['A image'])
    }
  })

  it('leaves an index of a fallback tag that lists something else as well', () => {
    const S = image('s', A)
    const F = tinyIndex({ one: S, two: B })
    const graph = graphOf({ A, B, S, F }, { '1': 'A', [fallback(A)]: 'F' })
    expect(graph.unit('A').manifests).toEqual(['A image'])
    // Listed manifests that the repository lacks decide nothing.
    const alone = graphOf({ A, S, F }, { '1': 'A', [fallback(A)]: 'F' })
    expect(alone.unit('A').manifests).toEqual(['A image', 'F attached', 'S attached'])
    const none = graphOf({ A, F }, { '1': 'A', [fallback(A)]: 'F' })
    expect(none.unit('A').manifests).toEqual(['A image'])
    const empty = graphOf({ A, E: tinyIndex({}) }, { '1': 'A', [fallback(A)]: 'E' })
    expect(empty.unit('A').manifests).toEqual(['A image', 'E attached'])
  })

  it('leaves a signature that a tag attaches to another image as well', () => {
    const S = cosigned(cosignLayers['.sig'])
    const tags = { '1': 'A', '2': 'B', [fallback(A, '.sig')]: 'S', [fallback(B, '.sig')]: 'S' }
    const graph = graphOf({ A, B, S }, tags)
    expect(graph.unit('A').manifests).toEqual(['A image'])
    expect(graph.unit('A', 'B').manifests).toEqual(['A image', 'B image', 'S attached'])
  })

  it('leaves what a tag attaches to every digest that begins so', () => {
    const start = 'ab'.repeat(32)
    const beginning = (content: TinyManifest, rest: string): TinyManifest => ({
      ...content,
      digest: digestOf('sha512', start + rest.repeat(64)),
    })
    const [C, D] = [beginning(A, '1'), beginning(B, '2')]
    const S = cosigned(cosignLayers['.sig'])
    const tags = { '1': 'C', '2': 'D', [`sha512-${start}.sig`]: 'S' }
    const graph = graphOf({ C, D, S }, tags)
    expect(graph.unit('C')).toMatchObject({ manifests: ['C image'], tags: ['1'] })
    expect(graph.unit('D')).toMatchObject({ manifests: ['D image'], tags: ['2'] })
    expect(graph.unit('C', 'D').manifests).toEqual(['C image', 'D image', 'S attached'])
    const alone = graphOf({ C, S }, { '1': 'C', [`sha512-${start}.sig`]: 'S' })
    expect(alone.unit('C').manifests).toEqual(['C image', 'S attached'])
    // Whose signature it is cannot be told: it stays.
    const none = graphOf(
      { B, S, I: tinyIndex({ one: S, two: B }) },
      { [`sha512-${start}.sig`]: 'S' },
    )
    expect(none.unit('I').manifests).toEqual(['I image', 'B platform'])
  })

  it('ends where what is attached leads back to what it is attached to', () => {
    const S = image('s', A)
    const R = tinyIndex({ one: S }, S)
    const tags = { '1': 'A', [fallback(A)]: 'R', [fallback(S)]: 'R' }
    const unit = graphOf({ A, S, R }, tags).unit('A')
    expect(unit.manifests.toSorted()).toEqual(['A image', 'R attached', 'S attached'])
    expect(unit.listedBy).toEqual([])
  })

  it('says which indexes hold the image itself', () => {
    const I = tinyIndex({ amd64: A })
    const graph = graphOf({ A, I }, { '1': 'I' })
    expect(graph.unit('A')).toMatchObject({ manifests: ['A image'], listedBy: ['I'] })
    expect(graph.unit('A', 'I').listedBy).toEqual([])
  })

  it('may have a subject or platforms that are not there', () => {
    const S = image('s', B)
    const I = tinyIndex({ amd64: A, arm64: B })
    const graph = graphOf({ A, I, S }, {})
    expect(graph.unit('S').manifests).toEqual(['S image'])
    expect(graph.unit('I').manifests).toEqual(['I image', 'A platform'])
  })
})
