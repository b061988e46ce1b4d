import { digestOf, type Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { ImageSummary, TagSummary } from '#registry/queries/repository-queries.ts'
import { describe, expect, it } from 'vitest'
import { viewTags, type TagViewDeps } from './tag-view.ts'

const repository = 'team/app' as RepositoryName
const digestNumber = (number: number): Digest =>
  digestOf('sha256', number.toString(16).padStart(8, '0').padEnd(64, '0'))

const tag = (name: string, number: number, broken = false): TagSummary => {
  const digest = digestNumber(number)
  const image: ImageSummary = {
    digest,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    kind: 'image',
    sizeBytes: number * 10,
    platforms: [],
    platformDigests: [],
    tags: [name as TagName],
    attached: [],
  }
  return { name: name as TagName, updatedAtMs: 1000 - number, digest, image: broken ? null : image }
}

/** Queries that count their calls. */
function countingIndex(tags: () => readonly TagSummary[] | null) {
  const asked = { exclusiveBytes: 0, origins: 0, pulls: 0 }
  const queries: TagViewDeps['queries'] = {
    tags: async () => tags(),
    origins: async (_: RepositoryName, digests: readonly Digest[]) => {
      asked.origins += digests.length
      const architectures = ['amd64', 'arm64']
      return new Map(
        digests.map((digest) => {
          const architecture = architectures[Number.parseInt(digest.slice(7, 15), 16) % 2] ?? ''
          const platform = { os: 'linux', architecture, variant: 'v8' }
          return [digest, { createdAtMs: null, author: null, platform }]
        }),
      )
    },
    exclusiveBytes: async (_: RepositoryName, digests: readonly Digest[]) => {
      asked.exclusiveBytes += digests.length
      return new Map(
        digests.map((digest) => [digest, Number.parseInt(digest.slice(7, 15), 16) % 3]),
      )
    },
  }
  const pullTimes: TagViewDeps['pullTimes'] = async () => {
    asked.pulls += 1
    return { sinceMs: 0, lastOf: () => null }
  }
  const views = (name: RepositoryName, query: Parameters<typeof viewTags>[2]) =>
    viewTags({ queries, pullTimes, pause: async () => {} }, name, query)
  return { views, asked }
}

const byName = { field: 'name', descending: false } as const

describe('views of tags', () => {
  const tags = [tag('1.0', 7), tag('Beta', 2), tag('beta-2', 2), tag('gone', 4, true)]
  const { views } = countingIndex(() => tags)
  const names = async (filter: string, sort: Parameters<typeof views>[1]['sort'] = byName) =>
    (await views(repository, { filter, sort }))?.tags.map(({ name }) => name)

  it('filter by a part of the name in any case', async () => {
    expect(await names('BETA')).toEqual(['Beta', 'beta-2'])
    expect(await names('')).toEqual(['1.0', 'Beta', 'beta-2', 'gone'])
    expect(await names('nothing')).toEqual([])
  })

  it('filter by the beginning of the digest, with and without the algorithm', async () => {
    expect(await names(digestNumber(2))).toEqual(['Beta', 'beta-2'])
    expect(await names('sha256:00000007')).toEqual(['1.0'])
    expect(await names('00000007')).toEqual(['1.0'])
    // Too short to count as a digest.
    expect(await names('00000')).toEqual([])
  })

  it.each([
    ['name', true, ['gone', 'beta-2', 'Beta', '1.0']],
    ['size', false, ['gone', 'Beta', 'beta-2', '1.0']],
    ['size', true, ['1.0', 'beta-2', 'Beta', 'gone']],
    ['updatedAt', false, ['1.0', 'gone', 'Beta', 'beta-2']],
    ['exclusiveSize', true, ['beta-2', 'Beta', '1.0', 'gone']],
  ] as const)('sort by %s, descending: %s', async (field, descending, expected) => {
    expect(await names('', { field, descending })).toEqual(expected)
  })

  it.each([
    [{ pushedBeforeMs: 996 }, ['1.0']],
    [{ pushedBeforeMs: 1000 }, ['1.0', 'Beta', 'beta-2', 'gone']],
    [{ freesMoreThan: 0 }, ['1.0', 'Beta', 'beta-2']],
    [{ freesMoreThan: 1 }, ['Beta', 'beta-2']],
    [{ freesMoreThan: 2 }, []],
    [{ platform: 'linux/amd64' }, ['Beta', 'beta-2']],
    [{ platform: 'linux/arm64/v8' }, ['1.0']],
    [{ platform: 'linux/arm64/v7' }, []],
    [{ platform: 'linux/amd64', freesMoreThan: 1, pushedBeforeMs: 999 }, ['Beta', 'beta-2']],
  ])('filter by %j', async (query, expected) => {
    const found = await views(repository, { filter: '', sort: byName, ...query })
    expect(found?.tags.map(({ name }) => name)).toEqual(expected)
  })

  it('filter by the platforms of an index without reading anything', async () => {
    const [plain] = tags
    const image = plain?.image && {
      ...plain.image,
      kind: 'index' as const,
      platforms: [{ os: 'windows', architecture: 'amd64' }],
    }
    const { views: ofIndex, asked } = countingIndex(() => [{ ...plain!, image: image ?? null }])
    const query = { filter: '', sort: byName, platform: 'windows/amd64' }
    expect((await ofIndex(repository, query))?.tags).toHaveLength(1)
    expect(asked.origins).toBe(0)
  })

  it('are null for a repository that does not exist', async () => {
    const none = countingIndex(() => null)
    expect(await none.views(repository, { filter: '', sort: byName })).toBeNull()
  })

  it('are cached while the queries return the same tags, and rebuilt afterwards', async () => {
    let current: readonly TagSummary[] = tags
    const changing = countingIndex(() => current)
    const query = { filter: 'beta', sort: { field: 'size', descending: true } } as const
    const first = await changing.views(repository, query)
    expect(await changing.views(repository, query)).toBe(first)
    current = [tag('beta-3', 9)]
    expect((await changing.views(repository, query))?.tags.map(({ name }) => name)).toEqual([
      'beta-3',
    ])
  })

  it('ask for exclusive sizes only when they sort by them, and then once per image', async () => {
    const { views: counted, asked } = countingIndex(() => tags)
    await counted(repository, { filter: '', sort: { field: 'size', descending: false } })
    expect(asked.exclusiveBytes).toBe(0)
    await counted(repository, { filter: '', sort: { field: 'exclusiveSize', descending: false } })
    expect(asked.exclusiveBytes).toBe(2)
  })

  it('ask for pulls only when they sort or filter by them', async () => {
    const { views: counted, asked } = countingIndex(() => tags)
    for (const field of ['name', 'size', 'freedSize', 'updatedAt'] as const) {
      await counted(repository, { filter: 'b', sort: { field, descending: false } })
    }
    expect(asked.pulls).toBe(0)
    await counted(repository, { filter: '', sort: { field: 'lastPulledAt', descending: false } })
    await counted(repository, { filter: '', sort: byName, neverPulled: true })
    expect(asked.pulls).toBe(2)
  })
})
