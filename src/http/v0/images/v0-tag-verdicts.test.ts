import { beforeEach, describe, expect, test } from 'vitest'
import { tagDetails, tagList } from '#contract/images/tags.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'

const dayMs = 24 * 3_600_000
const image = tinyImage({ layers: ['one'] })
const app = '/api/v0/repositories/team/app'

let api: TestApi

const save = (scope: string, ...rules: readonly string[]) =>
  api.as('admin').ask('PUT', `/api/v0/retention/policies/${scope}`, {
    headers: { 'Content-Type': 'application/yaml' },
    body: ['rules:', ...rules.map((rule) => `  - ${rule}`)].join('\n'),
  })
const list = async (query: string) =>
  checkedBody(await api.as('reader').ask('GET', `${app}/tags?${query}`), tagList)
const names = async (query: string) => (await list(query)).tags.map(({ name }) => name)
const verdicts = async () =>
  (await list('verdicts=true')).tags.map(({ name, retention }) => [
    name,
    retention?.verdict,
    retention?.rule?.line ?? null,
  ])

beforeEach(async () => {
  api = await createTestApi()
  await api.as('writer').pushImage('team/app', image, 'latest', 'old', 'pr-1')
  api.clock.advance(dayMs)
  await api.as('writer').pushImage('team/app', tinyImage({ layers: ['two'] }), 'pr-2')
})

describe('the verdicts of tags', () => {
  test('are those of the policy in force, with rule and reason, for who asks', async () => {
    await save('team', 'protect: { tags: [latest] }', `remove: { tags: ['pr-*'], olderThan: 1d }`)
    expect(await verdicts()).toEqual([
      ['latest', 'protected', 2],
      ['old', 'unmatched', null],
      ['pr-1', 'removed', 3],
      ['pr-2', 'unmatched', null],
    ])
    const asked = await list('verdicts=true&filter=pr-1')
    expect(asked.tags[0]?.retention?.reason).toBe(
      'Remove tags pr-* pushed more than 1 day ago (line 3)',
    )
    expect(asked.retention).toEqual({
      scope: 'team',
      judgedAt: new Date(api.clock.nowMs()).toISOString(),
      problem: null,
      nextRunAt: null,
    })
    const plain = await list('')
    expect([plain.retention, plain.tags[0]?.retention]).toEqual([undefined, undefined])
  })

  test('are none without a policy', async () => {
    const { tags, retention } = await list('verdicts=true')
    expect([retention, tags.map((tag) => tag.retention)]).toEqual([null, [null, null, null, null]])
    expect(await names('verdict=unmatched')).toHaveLength(4)
    expect(await names('verdict=removed')).toEqual([])
  })

  test('filter the list, with its pages and counts', async () => {
    await save('team', 'keep: { tags: [old] }', `remove: { tags: ['pr-*', old] }`)
    expect(await names('verdict=removed')).toEqual(['pr-1', 'pr-2'])
    expect(await names('verdict=kept')).toEqual(['old'])
    expect(await names('verdict=unmatched')).toEqual(['latest'])
    const path = `${app}/tags?verdict=removed&pageSize=1&count=true`
    const first = await api.as('reader').ask('GET', path)
    expect(first.headers.get('X-Resource-Count')).toBe('2')
    const start = first.headers.get('X-Next-Page-Start')
    expect(await names(`verdict=removed&pageSize=1&pageStart=${start}`)).toEqual(['pr-2'])
    expect((await api.as('reader').ask('GET', `${app}/tags?verdict=gone`)).status).toBe(400)
  })

  test('follow changes of the policy, of tags, and the clock', async () => {
    await save('team', `remove: { tags: ['pr-*'], olderThan: 1d }`)
    expect(await names('verdict=removed')).toEqual(['pr-1'])
    api.clock.advance(dayMs)
    expect(await names('verdict=removed')).toEqual(['pr-1', 'pr-2'])
    await api.as('writer').pushImage('team/app', image, 'pr-2')
    expect(await names('verdict=removed')).toEqual(['pr-1'])
    await save('team/app', `keep: { tags: ['*'] }`)
    expect(await names('verdict=removed')).toEqual([])
    expect((await list('verdicts=true')).retention?.scope).toBe('team/app')
  })

  test('say when rules run next, also before collections', async () => {
    await save('team', 'keep: { tags: [old] }')
    const body = (schedule: string) => ({
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ schedule }),
    })
    const next = async () => (await list('verdicts=true')).retention?.nextRunAt
    await api.as('admin').ask('PUT', '/api/v0/retention/schedule', body('5 * * *'))
    expect(await next()).toBe('2026-11-26T05:00:00.000Z')
    const schedule = '/api/v0/admin/settings/registry/garbageCollection/schedule'
    const set = await api.as('admin').ask('POST', schedule, body('3 * * *'))
    expect(set.status).toBeLessThan(300)
    expect(await next()).toBe('2026-11-26T05:00:00.000Z')
    await api.as('admin').ask('PUT', '/api/v0/retention/settings', {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        beforeCollections: true,
        maximumShare: 50,
        maximumImages: 1000,
        approveFirst: true,
      }),
    })
    expect(await next()).toBe('2026-11-26T03:00:00.000Z')
  })

  test('are none of a policy that cannot be read, which keeps everything', async () => {
    const unreadable = { text: 'x', format: 9, savedAtMs: 1, savedBy: null }
    await api.services.state.retentionPolicies.add({ scope: 'team', version: 1, ...unreadable })
    const { tags, retention } = await list('verdicts=true')
    expect(retention?.problem).toContain('its policy cannot be read')
    expect(tags[0]?.retention).toBeNull()
    expect(await names('verdict=removed')).toEqual([])
  })

  test('are in the details of a tag, and not of an image without one', async () => {
    await save('team', `remove: { tags: ['pr-*'] }`)
    const details = async (reference: string) =>
      checkedBody(await api.as('reader').ask('GET', `${app}/tags/${reference}`), tagDetails)
    expect(await details('pr-2')).toMatchObject({
      retention: { verdict: 'removed', reason: 'Remove tags pr-* (line 2)' },
      verdicts: { scope: 'team', nextRunAt: null },
    })
    const { digest } = tinyImage({ layers: ['two'] })
    await api.as('writer').pushImage('team/app', image, 'pr-2')
    expect(await details(digest)).toMatchObject({ retention: null, verdicts: null })
  })
})

test('very many tags are listed at once, and their verdicts a moment later', async () => {
  const many = Array.from({ length: 2001 }, (_, number) => `pr-${number + 10}`)
  for (const tag of many) {
    const link = `docker/registry/v2/repositories/team/app/_manifests/tags/${tag}/current/link`
    await api.storage.write(link, new TextEncoder().encode(image.digest))
  }
  api.clock.advance(dayMs)
  await save('team', `remove: { tags: ['pr-*'] }`)
  const first = await list('verdicts=true&pageSize=1&count=true')
  expect(first.retention).toMatchObject({ scope: 'team', judgedAt: null })
  expect(first.tags[0]?.retention).toBeNull()
  // Who filters by them waits for them.
  const found = await api
    .as('reader')
    .ask('GET', `${app}/tags?verdict=removed&pageSize=1&count=true`)
  expect(Number(found.headers.get('X-Resource-Count'))).toBeGreaterThan(2000)
  const then = await list('verdicts=true&pageSize=1')
  expect(then.retention?.judgedAt).not.toBeNull()
})
