import { beforeEach, describe, expect, test } from 'vitest'
import { layerMap } from '#contract/images/layer-map.ts'
import { largestImages } from '#contract/images/largest-images.ts'
import { tagList } from '#contract/images/tags.ts'
import { untaggedImages } from '#contract/images/untagged.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'

const dayMs = 24 * 3_600_000
const [used, idle, late] = ['used', 'idle', 'late'].map((layer) => tinyImage({ layers: [layer] }))
if (used === undefined || idle === undefined || late === undefined) throw new Error('no images')

let api: TestApi

const pull = (reference: string) =>
  api.as('reader').ask('GET', `/v2/team/app/manifests/${reference}`)
const dayAgo = (days: number) => new Date(api.clock.nowMs() - days * dayMs).toISOString()
const list = async (query: string) =>
  checkedBody(
    await api.as('reader').ask('GET', `/api/v0/repositories/team/app/tags?${query}`),
    tagList,
  )
const names = async (query: string) => (await list(query)).tags.map(({ name }) => name)
const mapped = async (query: string) => {
  const path = `/api/v0/repositories/team/app/layer-map?${query}`
  const { images } = checkedBody(await api.as('reader').ask('GET', path), layerMap)
  return images.map(({ digest }) => digest)
}

/** 40 days ago pulls began to be known, 30 days ago `used` was pulled, 10 days ago `alias`. */
beforeEach(async () => {
  api = await createTestApi()
  const { pushImage } = api.as('writer')
  await pushImage('team/app', idle, 'idle')
  await pushImage('team/app', used, 'used')
  api.clock.advance(5 * dayMs)
  await api.services.pullRecorder.begin()
  api.clock.advance(10 * dayMs)
  await pull('used')
  await pushImage('team/app', used, 'alias')
  api.clock.advance(20 * dayMs)
  await pull(used.digest)
  await pushImage('team/app', late, 'late')
  api.clock.advance(10 * dayMs)
})

describe('tags by their last pull', () => {
  test('are sorted by it, those without one first', async () => {
    expect(await names('sort=lastPulledAt')).toEqual(['idle', 'late', 'alias', 'used'])
    expect(await names('sort=-lastPulledAt')).toEqual(['used', 'alias', 'late', 'idle'])
    const { tags } = await list('sort=-lastPulledAt&pageSize=2')
    expect(tags.map(({ lastPulledAt }) => lastPulledAt)).toEqual([dayAgo(10), dayAgo(10)])
  })

  test('come in pages that skip and repeat none', async () => {
    const seen: string[] = []
    for (let start: string | null = ''; start !== null;) {
      const path = `/api/v0/repositories/team/app/tags?sort=-lastPulledAt&pageSize=1&pageStart=${start}`
      const answer = await api.as('reader').ask('GET', path)
      seen.push(...checkedBody(answer, tagList).tags.map(({ name }) => name))
      start = answer.headers.get('X-Next-Page-Start')
    }
    expect(seen).toEqual(['used', 'alias', 'late', 'idle'])
  })

  test('are listed without any that was pulled', async () => {
    expect(await names('neverPulled=true')).toEqual(['idle', 'late'])
    expect(await names('neverPulled=false')).toHaveLength(4)
  })

  test('are listed as not pulled only where that is certain', async () => {
    // Not `late`: it came only then.
    expect(await names(`notPulledSince=${dayAgo(15)}`)).toEqual(['idle'])
    expect(await names(`notPulledSince=${dayAgo(5)}`)).toEqual(['alias', 'idle', 'late', 'used'])
    // At that moment itself.
    expect(await names(`notPulledSince=${dayAgo(10)}`)).toEqual(['idle'])
    // Pulls are known for forty days.
    expect(await names(`notPulledSince=${dayAgo(40)}`)).toEqual(['idle'])
    expect(await names(`notPulledSince=${dayAgo(41)}`)).toEqual([])
    expect(await names(`notPulledSince=${dayAgo(15)}&neverPulled=true&filter=id`)).toEqual(['idle'])
  })

  test('are none that was certainly not pulled, where pulls are not recorded', async () => {
    await api.services.pullRecorder.end()
    expect(await names(`notPulledSince=${dayAgo(1)}`)).toEqual([])
    expect((await list('')).pullsSince).toBeNull()
  })

  test('refuse what is no instant', async () => {
    const path = '/api/v0/repositories/team/app/tags?notPulledSince=yesterday'
    expect((await api.as('reader').ask('GET', path)).status).toBe(400)
  })
})

test('the layer map sorts and filters images by the pulls of all their tags', async () => {
  expect(await mapped('sort=-lastPulledAt')).toEqual([
    used.digest,
    ...[idle.digest, late.digest].toSorted().toReversed(),
  ])
  expect(await mapped('neverPulled=true&sort=updatedAt')).toEqual([idle.digest, late.digest])
  expect(await mapped(`notPulledSince=${dayAgo(15)}`)).toEqual([idle.digest])
})

test('a pull of a platform by its digest is a pull of the index that lists it, in every list', async () => {
  const amd64 = tinyImage({ layers: ['amd64'] })
  const index = tinyIndex({ amd64 })
  const { pushImage, ask } = api.as('writer')
  await pushImage('team/app', amd64)
  await pushImage('team/app', index, 'multi')
  api.clock.advance(dayMs)
  await pull(amd64.digest)
  const lastPulledAt = dayAgo(0)
  api.clock.advance(dayMs)
  expect((await list('filter=multi')).tags[0]).toMatchObject({
    lastPulledAt,
    lastPulledBy: 'reader',
    pulls30d: 1,
  })
  expect((await names('sort=-lastPulledAt'))[0]).toBe('multi')
  expect(await names(`notPulledSince=${encodeURIComponent(dayAgo(1.5))}`)).not.toContain('multi')
  expect((await mapped('sort=-lastPulledAt'))[0]).toBe(index.digest)
  const largest = await api.as('admin').ask('GET', '/api/v0/largest-images?sort=-lastPulledAt')
  expect(checkedBody(largest, largestImages).images[0]).toMatchObject({
    digest: index.digest,
    lastPulledAt,
  })
  // Without its tag.
  const later = tinyIndex({ amd64: used })
  await pushImage('team/app', later, 'multi')
  const untagged = await ask('GET', '/api/v0/repositories/team/app/untagged?sort=-lastPulledAt')
  expect(checkedBody(untagged, untaggedImages).images[0]).toMatchObject({
    digest: index.digest,
    lastPulledAt,
  })
})
