import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'
import { contentOf, tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { beforeAll, describe, expect, test } from 'vitest'

const image = tinyImage({ layers: ['app'] })
const missing = tinyImage({ layers: ['never pushed'] })
const annotated = (value: string) => ({ annotations: { 'org.example.note': value } })
const byConfig = tinyImage({
  ...annotated('by config'),
  layers: ['a'],
  configMediaType: 'application/vnd.example.sbom',
  subject: image,
})
const byType = tinyImage({
  ...annotated('by type'),
  layers: ['b'],
  artifactType: 'application/vnd.example.signature',
  subject: image,
})
const orphan = tinyImage({ layers: ['c'], artifactType: 'application/x', subject: missing })
const index = tinyIndex({ amd64: image }, image)

interface ReferrersAnswer {
  readonly manifests: readonly {
    readonly digest: string
    readonly size: number
    readonly mediaType: string
    readonly artifactType?: string
    readonly annotations?: Readonly<Record<string, string>>
  }[]
}

let api: TestApi
const ask = (path: string) => api.as('reader').ask('GET', path)

const listOf = async (name: TestPerson, query = '') => {
  const answer = await api.as(name).ask('GET', `/v2/_catalog${query}`)
  expect(answer.status).toBe(200)
  return answer
}

const referrersOf = async (digest: string, query = '') => {
  const answer = await ask(`/v2/team/app/referrers/${digest}${query}`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toBe('application/vnd.oci.image.index.v1+json')
  return { ...answer, manifests: (answer.json as ReferrersAnswer).manifests }
}

/** The scenarios of the OCI distribution spec's conformance suite, "Content Discovery". */
describe('OCI conformance: content discovery', () => {
  beforeAll(async () => {
    api = await createTestApi()
    const writer = api.as('writer')
    await writer.pushImage('team/app', image, 'test3', 'test1', 'test0', 'test2')
    await writer.pushImage('team/app', byConfig)
    await writer.pushImage('team/app', byType)
    await writer.pushImage('team/app', orphan)
    await writer.pushImage('team/app', index)
    await api.as('admin').pushImage('secret/app', image, '1.0')
    await api.as('admin').pushImage('team', image, '1.0')
  })

  describe('Listing tags', () => {
    test('GET request to list tags should yield 200 response, sorted', async () => {
      const answer = await ask('/v2/team/app/tags/list')
      expect(answer).toMatchObject({
        status: 200,
        json: { name: 'team/app', tags: ['test0', 'test1', 'test2', 'test3'] },
      })
      expect(answer.headers.get('Link')).toBeNull()
    })

    test('GET number of tags should be limitable by `n`, and Link leads to the rest', async () => {
      const seen: string[] = []
      let next: string | undefined = '/v2/team/app/tags/list?n=3'
      while (next !== undefined) {
        const answer = await ask(next)
        expect(answer.status).toBe(200)
        seen.push(...(answer.json as { tags: string[] }).tags, '|')
        next = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('Link') ?? '')?.[1]
      }
      expect(seen).toEqual(['test0', 'test1', 'test2', '|', 'test3', '|'])
    })

    test('GET start of tag is set by `last`, which need not exist', async () => {
      expect((await ask('/v2/team/app/tags/list?n=1&last=test1')).json).toMatchObject({
        tags: ['test2'],
      })
      expect((await ask('/v2/team/app/tags/list?last=test1x')).json).toMatchObject({
        tags: ['test2', 'test3'],
      })
      expect((await ask('/v2/team/app/tags/list?last=zzz')).json).toMatchObject({ tags: [] })
    })

    test('n of 0 is an empty list', async () => {
      const answer = await ask('/v2/team/app/tags/list?n=0')
      expect(answer).toMatchObject({ status: 200, json: { tags: [] } })
      expect(answer.headers.get('Link')).toBeNull()
    })

    test.each(['-1', 'x', '1.5', '', '99999999999'])('n of "%s" is 400', async (n) => {
      const answer = await ask(`/v2/team/app/tags/list?n=${n}`)
      expect(answer).toMatchObject({ status: 400, code: 'PAGINATION_NUMBER_INVALID' })
    })

    test('a repository that is not there is 404', async () => {
      const answer = await ask('/v2/team/none/tags/list')
      expect(answer).toMatchObject({ status: 404, code: 'NAME_UNKNOWN' })
    })
  })

  describe('Listing repositories', () => {
    test('shows each account what it may see', async () => {
      expect((await listOf('admin')).json).toEqual({
        repositories: ['secret/app', 'team', 'team/app'],
      })
      expect((await listOf('reader')).json).toEqual({ repositories: ['team', 'team/app'] })
      expect((await listOf('stranger')).json).toEqual({ repositories: [] })
    })

    test('in pages, without a hint of what is left out', async () => {
      const first = await listOf('admin', '?n=2')
      expect(first.json).toEqual({ repositories: ['secret/app', 'team'] })
      expect(first.headers.get('Link')).toBe('</v2/_catalog?n=2&last=team>; rel="next"')
      const second = await listOf('admin', '?n=2&last=team')
      expect(second.json).toEqual({ repositories: ['team/app'] })
      expect(second.headers.get('Link')).toBeNull()
      expect((await listOf('reader', '?n=2')).headers.get('Link')).toBeNull()
    })
  })

  describe('Listing referrers', () => {
    test('GET request to nonexistent blob should result in empty 200 response', async () => {
      const { json, headers } = await referrersOf(contentOf('nothing').digest)
      expect(json).toEqual({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [],
      })
      expect(headers.get('OCI-Filters-Applied')).toBeNull()
    })

    test('GET request to existing manifest lists what is attached, with type and notes', async () => {
      const { manifests } = await referrersOf(image.digest)
      expect(manifests.map(({ digest }) => digest)).toEqual(
        [byConfig.digest, byType.digest, index.digest].toSorted(),
      )
      expect(manifests.find(({ digest }) => digest === byConfig.digest)).toEqual({
        mediaType: byConfig.mediaType,
        digest: byConfig.digest,
        size: byConfig.bytes.length,
        artifactType: 'application/vnd.example.sbom',
        annotations: { 'org.example.note': 'by config' },
      })
    })

    test('GET request with filter', async () => {
      const type = 'application/vnd.example.signature'
      const { manifests, headers } = await referrersOf(image.digest, `?artifactType=${type}`)
      expect(headers.get('OCI-Filters-Applied')).toBe('artifactType')
      expect(manifests.map(({ digest }) => digest)).toEqual([byType.digest])
    })

    test('GET request to missing manifest should yield 200', async () => {
      const { manifests } = await referrersOf(missing.digest)
      expect(manifests.map(({ digest }) => digest)).toEqual([orphan.digest])
    })

    test('an invalid digest is 400', async () => {
      const answer = await ask('/v2/team/app/referrers/sha256:short')
      expect(answer).toMatchObject({ status: 400, code: 'DIGEST_INVALID' })
    })
  })
})
