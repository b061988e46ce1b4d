import { deletionImpact } from '#contract/images/deletion.ts'
import { tagDetails, tagList } from '#contract/images/tags.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { tinyImage, tinyIndex, type TinyContent } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const configOf = (architecture: string) =>
  JSON.stringify({ architecture, os: 'linux', created: '2026-01-02T03:04:05Z' })

const base = tinyImage({ layers: ['the base'], config: configOf('base') })
const one = tinyImage({ layers: ['the base', 'of one'], config: configOf('amd64') })
const two = tinyImage({ layers: ['the base', 'of two, longer'], config: configOf('arm64') })
const both = tinyIndex({ amd64: one, arm64: two })
const sbom = tinyImage({
  layers: ['the sbom'],
  subject: both,
  artifactType: 'application/spdx+json',
})

const bytesOf = (...contents: readonly TinyContent[]): number =>
  contents.reduce((sum, { bytes }) => sum + bytes.length, 0)

describe('tags', () => {
  let api: TestApi

  beforeEach(async () => {
    api = await createTestApi()
    const writer = api.as('writer')
    await api.as('admin').pushImage('secret/base', base, '12')
    await writer.pushImage('team/app', one, '1.0', 'stable')
    api.clock.advance(60_000)
    await writer.pushImage('team/app', two, '2.0')
    await writer.pushImage('team/app', both, 'multi')
    await writer.pushImage('team/app', sbom)
  })

  const get = (path: string, as: TestPerson = 'reader') =>
    api.as(as).ask('GET', `/api/v0/repositories/${path}`)
  const list = async (query = '') => checkedBody(await get(`team/app/tags${query}`), tagList).tags
  const names = async (query: string) => (await list(query)).map(({ name }) => name)

  test('are listed with their image, and what deleting it would free', async () => {
    const tags = await list()
    expect(tags.map(({ name }) => name)).toEqual(['1.0', '2.0', 'multi', 'stable'])
    expect(tags[0]).toEqual({
      name: '1.0',
      digest: one.digest,
      mediaType: one.mediaType,
      size: bytesOf(one, ...one.blobs),
      // The index holds every part of it.
      exclusiveSize: 0,
      freedSize: 0,
      platforms: [{ os: 'linux', architecture: 'amd64' }],
      aliases: ['stable'],
      aliasCount: 1,
      attached: [],
      author: 'writer',
      createdAt: '2026-01-02T03:04:05.000Z',
      updatedAt: '2026-11-24T12:00:00.000Z',
      lastPulledAt: null,
      lastPulledBy: null,
      pulls30d: 0,
      protectedBy: null,
      broken: null,
    })
    expect(tags[2]).toMatchObject({
      digest: both.digest,
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64' },
      ],
      attached: [{ digest: sbom.digest, artifactType: 'application/spdx+json', label: 'SBOM' }],
      // Of the unit, only the index and its SBOM have no other holder: both platforms have tags.
      exclusiveSize: bytesOf(both, sbom, ...sbom.blobs),
    })
  })

  test('promise to free what the deletion of the tag alone frees', async () => {
    await api.as('writer').pushImage('team/aliases', tinyImage({ layers: ['own'] }), 'a', 'b')
    await api.as('writer').pushImage('team/aliases', tinyImage({ layers: ['other'] }), 'c')
    for (const repository of ['team/app', 'team/aliases']) {
      const { tags } = checkedBody(await get(`${repository}/tags`), tagList)
      for (const { name, freedSize } of tags) {
        const told = await api
          .as('reader')
          .ask('POST', `/api/v0/repositories/${repository}/deletion-impact`, {
            body: JSON.stringify({ references: [name], whole: false }),
            headers: { 'Content-Type': 'application/json' },
          })
        expect([name, freedSize]).toEqual([name, checkedBody(told, deletionImpact).bytesFreed])
      }
    }
    const rows = checkedBody(await get('team/aliases/tags?sort=-freedSize'), tagList).tags
    expect(rows.map(({ name, freedSize }) => [name, freedSize > 0])).toEqual([
      ['c', true],
      ['b', false],
      ['a', false],
    ])
    expect(rows[1]?.exclusiveSize).toBeGreaterThan(0)
  })

  test.each([
    ['?filter=STA', ['stable']],
    [`?filter=${two.digest}`, ['2.0']],
    [`?filter=${one.digest.slice(7, 20)}`, ['1.0', 'stable']],
    ['?filter=nothing', []],
    ['?sort=-name', ['stable', 'multi', '2.0', '1.0']],
    ['?sort=-size&pageSize=1', ['multi']],
    ['?sort=-exclusiveSize&pageSize=1', ['multi']],
    ['?sort=updatedAt&pageSize=2', ['1.0', 'stable']],
  ])('%s returns %j', async (query, expected) => {
    expect(await names(query)).toEqual(expected)
  })

  test('come in consecutive pages, in any order', async () => {
    for (const sort of ['name', '-size', 'exclusiveSize', '-updatedAt']) {
      const seen: string[] = []
      let next: string | null = ''
      while (next !== null) {
        const start: string = next === '' ? '' : `&pageStart=${next}`
        const answer = await get(`team/app/tags?pageSize=3&count=true&sort=${sort}${start}`)
        expect(answer.headers.get('X-Resource-Count')).toBe('4')
        seen.push(...checkedBody(answer, tagList).tags.map(({ name }) => name))
        next = answer.headers.get('X-Next-Page-Start')
      }
      expect(seen).toEqual(await names(`?sort=${sort}`))
    }
  })

  test('come with their manifests on request', async () => {
    const [tag] = await list('?includeManifests=true&pageSize=1')
    expect(tag?.manifest).toEqual(JSON.parse(new TextDecoder().decode(one.bytes)))
  })

  test('come with a limited amount of manifest bytes', async () => {
    const large = tinyImage({ layers: ['large'], annotations: { text: 'x'.repeat(3_500_000) } })
    await api.as('writer').pushImage('team/large', large, 'a', 'b', 'c', 'd', 'e')
    const path = 'team/large/tags?includeManifests=true'
    const few = checkedBody(await get(`${path}&pageSize=2`), tagList).tags
    expect(few.map(({ manifest }) => manifest !== undefined)).toEqual([true, true])
    const all = await get(path)
    expect(all).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
    expect(all.message).toContain('pageSize')
  })

  test.each([
    ['sort=digest', 'sort'],
    ['includeManifests=1', 'includeManifests'],
    ['count=yes', 'count'],
  ])('refuse %s', async (query, field) => {
    const answer = await get(`team/app/tags?${query}`)
    expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
    expect(answer.json).toMatchObject({ errors: [{ detail: { field } }] })
  })

  test('show a push at once', async () => {
    await list()
    await api.as('writer').pushImage('team/app', base, '1.0')
    expect((await list())[0]).toMatchObject({ digest: base.digest, aliases: [] })
    expect((await list('?filter=stable'))[0]).toMatchObject({ digest: one.digest, aliases: [] })
  })

  test('of one image name twenty others in lists, and all in details', async () => {
    const more = Array.from({ length: 30 }, (_, at) => `a${at}`)
    await api.as('writer').pushImage('team/app', base, ...more)
    const [row] = await list('?filter=a0')
    expect(row).toMatchObject({ name: 'a0', aliasCount: 29 })
    expect(row?.aliases).toHaveLength(20)
    expect(row?.aliases).not.toContain('a0')
    const details = checkedBody(await get('team/app/tags/a0'), tagDetails)
    expect(details.aliases.toSorted()).toEqual(more.slice(1).toSorted())
  })

  test('that cannot be pulled are listed, with the reason', async () => {
    const hex = two.digest.slice(7)
    const path = `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`
    expect(await api.storage.open(path)).not.toBeNull()
    await api.storage.remove(path)
    const [tag] = await list('?filter=2.0')
    expect(tag).toMatchObject({ name: '2.0', digest: two.digest, size: 0 })
    expect(tag?.broken).toContain('missing')
  })

  test('with a layer that cannot be pulled say so, in lists and details', async () => {
    const layer = two.blobs.at(-1)?.digest ?? ''
    const hex = layer.slice(7)
    const path = `docker/registry/v2/repositories/team/app/_layers/sha256/${hex}`
    expect(await api.storage.open(`${path}/link`)).not.toBeNull()
    await api.storage.remove(path)
    const broken = `${layer} is not linked in its repository`
    expect((await list('?filter=2.0'))[0]).toMatchObject({ name: '2.0', broken })
    for (const reference of ['2.0', two.digest]) {
      expect((await get(`team/app/tags/${reference}`)).json).toMatchObject({ broken })
    }
    expect((await list('?filter=1.0'))[0]).toMatchObject({ name: '1.0', broken: null })
  })

  test('have details: layers, which images share them, and what the tag showed before', async () => {
    await api.as('writer').pushImage('team/app', two, '1.0')
    const details = checkedBody(await get('team/app/tags/1.0', 'admin'), tagDetails)
    expect(details).toMatchObject({ name: '1.0', digest: two.digest, aliases: ['2.0'] })
    expect(details.history).toEqual([
      { digest: one.digest, at: '2026-11-24T12:00:00.000Z', isHere: true },
    ])
    const layer = details.layers.find(({ size }) => size === 'the base'.length)
    expect(layer).toMatchObject({ exclusive: false })
    expect(layer?.sharedWith).toContainEqual({
      repository: 'secret/base',
      tag: '12',
      digest: base.digest,
    })
  })

  test('of a platform show that its index holds every layer', async () => {
    const { layers, exclusiveSize } = checkedBody(await get('team/app/tags/1.0'), tagDetails)
    const index = { repository: 'team/app', tag: 'multi', digest: both.digest }
    expect(exclusiveSize).toBe(0)
    // The configuration is listed with them.
    expect(layers).toHaveLength(3)
    for (const layer of layers) {
      expect(layer).toMatchObject({ exclusive: false })
      expect(layer.sharedWith).toContainEqual(index)
    }
  })

  test('count, but do not name, holders that the account may not see', async () => {
    const answer = await get('team/app/tags/1.0')
    expect(answer.text).not.toContain('secret')
    const hidden = checkedBody(answer, tagDetails).layers
    const all = checkedBody(await get('team/app/tags/1.0', 'admin'), tagDetails).layers
    expect(hidden.map(({ sharedWithCount }) => sharedWithCount)).toEqual(
      all.map(({ sharedWithCount }) => sharedWithCount),
    )
  })

  test('are found by digest too, also untagged images', async () => {
    const byDigest = checkedBody(await get(`team/app/tags/${one.digest}`), tagDetails)
    expect(byDigest).toMatchObject({ name: '1.0', aliases: ['stable'] })
    const untagged = checkedBody(await get(`team/app/tags/${sbom.digest}`), tagDetails)
    expect(untagged).toMatchObject({ name: sbom.digest, updatedAt: null, history: [] })
  })

  test.each([
    ['team/app/tags/nothing', 404, 'NO_SUCH_TAG'],
    ['team/app/tags/..%2f..', 404, 'NO_SUCH_TAG'],
    [`team/app/tags/sha256:${'0'.repeat(64)}`, 404, 'NO_SUCH_REF'],
    ['team/app/tags/sha256:abc', 400, 'INVALID_DIGEST'],
    ['team/none/tags', 404, 'NO_SUCH_REPOSITORY'],
    ['team/none/tags/1.0', 404, 'NO_SUCH_REPOSITORY'],
    ['secret/base/tags', 404, 'NO_SUCH_REPOSITORY'],
    ['secret/base/tags/12', 404, 'NO_SUCH_REPOSITORY'],
  ])('%s: %i %s', async (path, status, code) => {
    expect(await get(path)).toMatchObject({ status, code })
  })
})
