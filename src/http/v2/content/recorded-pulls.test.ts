import { beforeEach, describe, expect, test } from 'vitest'
import type { Tag, TagList } from '#contract/images/tags.ts'
import {
  app,
  createCleaningWorld,
  dayMs,
  image,
  imageOf,
  type CleaningWorld,
} from '#testing/builders/cleaning-world.ts'
import { tinyIndex } from '#testing/builders/tiny-image.ts'

let world: CleaningWorld

const get = (reference: string, method = 'GET', headers = {}) =>
  world.api.as('reader').ask(method, `/v2/${app}/manifests/${reference}`, { headers })

async function tag(name: string): Promise<Tag | undefined> {
  const list = await world.ask<TagList>('GET', `/repositories/${app}/tags?pageSize=100`)
  return list.tags.find((one) => one.name === name)
}

/** Removes what was not pulled for thirty days. */
const unused = { remove: { tags: ['pr-*'], notPulledFor: '30d' } }

beforeEach(async () => {
  world = await createCleaningWorld()
  await world.api.services.pullRecorder.begin()
})

describe('a pull', () => {
  test('shows at the tag, and by digest at each tag of the image', async () => {
    const atMs = world.api.clock.nowMs()
    expect(await tag('pr-0')).toMatchObject({ lastPulledAt: null, lastPulledBy: null, pulls30d: 0 })
    await get('pr-0')
    await get(imageOf(0).digest)
    world.api.clock.advance(1000)
    await get('stable', 'HEAD')
    const seen = { lastPulledBy: 'reader', pulls30d: 3 }
    expect(await tag('pr-0')).toMatchObject(seen)
    expect(await tag('stable')).toMatchObject({
      ...seen,
      lastPulledAt: new Date(atMs + 1000).toISOString(),
    })
    expect(await tag('pr-1')).toMatchObject({ lastPulledAt: null })
    const details = await world.ask('GET', `/repositories/${app}/tags/pr-0`)
    expect(details).toMatchObject(seen)
  })

  test('that is answered with 304 is one, and one that is refused is none', async () => {
    const etag = `"${imageOf(0).digest}"`
    expect((await get('pr-0', 'GET', { 'If-None-Match': etag })).status).toBe(304)
    await world.api.as('stranger').ask('GET', `/v2/${app}/manifests/pr-1`)
    expect([(await tag('pr-0'))?.pulls30d, (await tag('pr-1'))?.pulls30d]).toEqual([1, 0])
  })

  test('keeps an image from a rule, until it is long ago; without one the push counts', async () => {
    await world.save(unused)
    world.api.clock.advance(29 * dayMs)
    await get('pr-0')
    world.api.clock.advance(2 * dayMs)
    expect((await world.run()).result).toMatchObject({ removed: 5 })
    expect(await world.tags()).toEqual(['pr-0', 'stable'])
    world.api.clock.advance(30 * dayMs)
    expect((await world.run()).result).toMatchObject({ removed: 1 })
  })

  test('of a platform keeps the image that lists it', async () => {
    const amd64 = image('amd64')
    await world.push(amd64)
    await world.push(tinyIndex({ amd64 }), 'pr-multi')
    await world.save(unused)
    world.api.clock.advance(20 * dayMs)
    await get(amd64.digest)
    world.api.clock.advance(20 * dayMs)
    await world.run()
    expect(await world.tags()).toEqual(['pr-multi', 'stable'])
  })

  test('between the look and the removal keeps its image', async () => {
    await world.save(unused)
    world.api.clock.advance(31 * dayMs)
    world.beforeRemoval(() => get('pr-0'))
    expect((await world.run()).result).toMatchObject({ removed: 5, skipped: 1 })
    expect(await world.tags()).toEqual(['pr-0', 'stable'])
  })

  test('may have been lost in a crash: nothing goes until all is known for so long again', async () => {
    await world.save(unused)
    world.api.clock.advance(29 * dayMs)
    await get('pr-0')
    // Killed with the pull in memory; another process begins.
    await world.api.services.pullRecorder.begin()
    world.api.clock.advance(2 * dayMs)
    expect((await world.run()).result).toMatchObject({ planned: 0 })
    world.api.clock.advance(28 * dayMs)
    expect((await world.run()).result).toMatchObject({ removed: 6 })
  })
})

test('tags say which rule protects them', async () => {
  expect((await tag('stable'))?.protectedBy).toEqual({ scope: 'team', rule: 'Protect tags stable' })
  expect((await tag('pr-0'))?.protectedBy).toBeNull()
})

test('the settings say since when pulls are known, and take what counts', async () => {
  const before = await world.ask<{ pullsSince: string }>('GET', '/retention/settings')
  expect(before.pullsSince).toBe(new Date(world.api.clock.nowMs()).toISOString())
  const pulls = { headCounts: false, ignoredAccounts: ['reader'], ignoredUserAgents: [] }
  await world.settings({ pulls })
  expect(await world.ask('GET', '/retention/settings')).toMatchObject({ pulls })
  await get('pr-0')
  expect((await tag('pr-0'))?.pulls30d).toBe(0)
  // A client that knows nothing of it changes the rest.
  await world.settings()
  expect(await world.ask('GET', '/retention/settings')).toMatchObject({ pulls })
})
