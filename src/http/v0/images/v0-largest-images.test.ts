import { largestImages } from '#contract/images/largest-images.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'
import { tinyImage, tinyIndex, type TinyManifest } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'

const base = 'b'.repeat(500)
const amd64 = tinyImage({ layers: [base, 'a'.repeat(400)] })
const arm64 = tinyImage({ layers: [base, 'r'.repeat(300)] })
const index = tinyIndex({ amd64, arm64 })
const small = tinyImage({ layers: [base, 's'.repeat(20)] })
const secret = tinyImage({ layers: ['x'.repeat(5000)] })
/** Pushed under two names, so that neither holds anything alone. */
const twice = tinyImage({ layers: ['t'.repeat(9000)] })
let api: TestApi

beforeEach(async () => {
  api = await createTestApi()
  const admin = api.as('admin')
  for (const image of [amd64, arm64]) await admin.pushImage('team/app', image)
  await admin.pushImage('team/app', index, '1.0', 'latest')
  await admin.pushImage('team/web', small, 'small')
  await admin.pushImage('team/web', twice, 'twice')
  await admin.pushImage('team/copy', twice, 'copy')
  await admin.pushImage('other/secret', secret, 's')
})

const list = async (query = '', as: TestPerson = 'reader') => {
  const answer = await api.as(as).ask('GET', `/api/v0/largest-images${query}`)
  return { answer, images: checkedBody(answer, largestImages).images }
}
const names = async (query = '', as: TestPerson = 'reader') =>
  (await list(query, as)).images.map(({ repository, tags }) => `${repository}:${tags.join('+')}`)
const bytesOf = (...contents: readonly (TinyManifest | TinyManifest['blobs'][number])[]): number =>
  [...new Map(contents.map(({ digest, bytes }) => [digest, bytes.length])).values()].reduce(
    (sum, size) => sum + size,
    0,
  )

/** What the others do not have: the configuration is the same in all of them. */
const own = (image: TinyManifest, ...others: readonly TinyManifest[]) => {
  const shared = new Set(others.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)))
  return [image, ...image.blobs.filter(({ digest }) => !shared.has(digest))]
}

describe('the largest images', () => {
  test('are those that free most, to the byte, as their deletion says', async () => {
    const { images } = await list()
    expect(images[0]).toMatchObject({
      repository: 'team/app',
      tags: ['1.0', 'latest'],
      tagCount: 2,
      digest: index.digest,
      exclusiveSize: bytesOf(index, ...own(amd64, small), ...own(arm64, small)),
      accessLevel: 'read-only',
    })
    expect(images.map(({ exclusiveSize }) => exclusiveSize)).toEqual(
      images.map(({ exclusiveSize }) => exclusiveSize).toSorted((a, b) => b - a),
    )
    for (const { repository, digest, exclusiveSize } of images) {
      const impact = await api
        .as('reader')
        .ask('POST', `/api/v0/repositories/${repository}/deletion-impact`, {
          body: JSON.stringify({ references: [digest], whole: true }),
          headers: { 'Content-Type': 'application/json' },
        })
      expect(impact.json).toMatchObject({ bytesFreed: exclusiveSize })
    }
  })

  test('are only those that the person may see, but counted with all others', async () => {
    expect(await names()).toEqual([
      'team/app:1.0+latest',
      'team/web:small',
      'team/web:twice',
      'team/copy:copy',
    ])
    expect((await names('', 'admin'))[0]).toBe('other/secret:s')
    expect(await names('', 'stranger')).toEqual([])
  })

  test('come in pages, and by a part of a name', async () => {
    const { answer } = await list('?pageSize=1&count=true')
    expect(answer.headers.get('X-Resource-Count')).toBe('4')
    const next = answer.headers.get('X-Next-Page-Start') ?? ''
    expect(await names(`?pageSize=1&pageStart=${next}`)).toEqual(['team/web:small'])
    expect(await names('?filter=LATEST')).toEqual(['team/app:1.0+latest'])
    expect(await names('?filter=team/w')).toEqual(['team/web:small', 'team/web:twice'])
  })

  test('change as soon as another image that shared bytes is gone', async () => {
    expect(await names()).toContain('team/copy:copy')
    await api.as('admin').ask('DELETE', '/api/v0/repositories/team/copy/manifests/copy')
    const { images } = await list()
    expect(images[0]).toMatchObject({
      repository: 'team/web',
      tags: ['twice'],
      exclusiveSize: bytesOf(...own(twice, small)),
    })
  })
})

describe('the largest images by their last pull', () => {
  const dayMs = 24 * 3_600_000
  const dayAgo = (days: number) => new Date(api.clock.nowMs() - days * dayMs).toISOString()
  const [app, webSmall, copy, web] = [
    'team/app:1.0+latest',
    'team/web:small',
    'team/copy:copy',
    'team/web:twice',
  ]

  /** 40 days ago pulls began to be known, 30 days ago `small` was pulled, 10 days ago the index. */
  beforeEach(async () => {
    await api.services.pullRecorder.begin()
    const pull = (path: string) => api.as('reader').ask('GET', `/v2/${path}`)
    api.clock.advance(10 * dayMs)
    await pull('team/web/manifests/small')
    api.clock.advance(20 * dayMs)
    await pull(`team/app/manifests/${index.digest}`)
    api.clock.advance(10 * dayMs)
  })

  test('say it, and since when pulls are known', async () => {
    const { answer, images } = await list()
    expect(checkedBody(answer, largestImages).pullsSince).toBe(dayAgo(40))
    expect(images.map((one) => [one.lastPulledAt, one.lastPulledBy])).toEqual([
      [dayAgo(10), 'reader'],
      [dayAgo(30), 'reader'],
      [null, null],
      [null, null],
    ])
  })

  test('are sorted by it, of equals those first that free most, in pages that skip none', async () => {
    await api.as('admin').pushImage('team/web', tinyImage({ layers: ['z'.repeat(800)] }), 'big')
    const longAgoFirst = ['team/web:big', copy, web, webSmall, app]
    expect(await names('?sort=lastPulledAt')).toEqual(longAgoFirst)
    expect(await names('?sort=-lastPulledAt')).toEqual([app, webSmall, 'team/web:big', web, copy])
    expect(await names('?sort=exclusiveSize')).toEqual(
      (await names('?sort=-exclusiveSize')).toReversed(),
    )
    const seen: string[] = []
    for (let start: string | null = ''; start !== null;) {
      const paged: string = `?sort=lastPulledAt&pageSize=2&pageStart=${start}`
      seen.push(...(await names(paged)))
      start = (await list(paged)).answer.headers.get('X-Next-Page-Start')
    }
    expect(seen).toEqual(longAgoFirst)
  })

  test('are only those that certainly were not pulled, or of which no pull was seen', async () => {
    expect(await names('?neverPulled=true')).toEqual([web, copy])
    expect(await names(`?notPulledSince=${dayAgo(20)}`)).toEqual([webSmall, web, copy])
    // Nothing is known of what was before.
    expect(await names(`?notPulledSince=${dayAgo(41)}`)).toEqual([])
    // What came only since then may be new.
    await api.as('admin').pushImage('team/web', small, 'new')
    expect(await names(`?notPulledSince=${dayAgo(20)}`)).toEqual([web, copy])
  })

  test('have untagged images among them, as old as the repository has them', async () => {
    const lost = tinyImage({ layers: ['l'.repeat(300)] })
    await api.as('admin').pushImage('team/web', lost, lost.digest)
    expect(await names('?neverPulled=true')).toContain('team/web:')
    expect(await names(`?notPulledSince=${dayAgo(1)}`)).not.toContain('team/web:')
    api.clock.advance(2 * dayMs)
    expect(await names(`?notPulledSince=${dayAgo(1)}`)).toContain('team/web:')
  })
})
