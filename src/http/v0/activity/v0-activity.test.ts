import { activityList } from '#contract/activity.ts'
import { activityKinds } from '#domain/events/activity-kind.ts'
import { eventVersion, type DomainEvent } from '#domain/events/domain-event.ts'
import { sampleData } from '#testing/builders/event-samples.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const digest = `sha256:${'a'.repeat(64)}`
let api: TestApi
let count = 0
beforeEach(async () => {
  api = await createTestApi()
  count = 0
})

/** Events a minute apart, the first at noon. */
const record = (event: Partial<DomainEvent>) => {
  count += 1
  const { kind = 'image deleted' } = event
  return api.services.state.activity.record({
    id: `e${count}`,
    atMs: Date.UTC(2026, 10, 24, 12, count),
    version: eventVersion,
    kind,
    actor: 'writer',
    from: '192.0.2.7',
    repository: 'team/app',
    data: sampleData[kind],
    ...event,
  } as DomainEvent)
}

const get = (query = '', by: TestPerson = 'admin') =>
  api.as(by).ask('GET', `/api/v0/activity${query}`)
const ids = async (query = '', by: TestPerson = 'admin') =>
  checkedBody(await get(query, by), activityList)
    .entries.map(({ id }) => id)
    .join(' ')

describe('the activity', () => {
  beforeEach(async () => {
    await record({})
    await record({ kind: 'image restored', repository: 'other/app', actor: 'admin' })
    await record({ kind: 'collection started', actor: null, repository: null })
    const data = { account: 'stranger', changes: [] }
    await record({ kind: 'access changed', actor: 'admin', repository: null, data })
    await record({
      kind: 'sign-in refused',
      actor: null,
      repository: null,
      data: { account: 'reader', reason: 'wrong password' },
    })
    await record({ kind: 'image pushed', repository: 'team/a/b', actor: 'stranger' })
  })

  test('lists actor, act, place and time, newest first', async () => {
    const { entries } = checkedBody(await get('?pageSize=100'), activityList)
    expect(entries.map(({ id }) => id)).toEqual(['e6', 'e5', 'e4', 'e3', 'e2', 'e1'])
    expect(entries.at(-1)).toEqual({
      id: 'e1',
      at: '2026-11-24T12:01:00.000Z',
      kind: 'image deleted',
      actor: 'writer',
      from: '192.0.2.7',
      repository: 'team/app',
      subject: '1.2',
      detail: `${digest} with tags 1.2, latest`,
      data: { reference: '1.2', digest, tags: ['1.2', 'latest'] },
    })
  })

  test.each(activityKinds)('has the data of the kind "%s"', async (kind) => {
    await record({ kind, repository: null })
    const { entries } = checkedBody(await get('?pageSize=1'), activityList)
    expect(entries).toMatchObject([{ kind, data: sampleData[kind] }])
  })

  test('has what an earlier version recorded in words', async () => {
    const legacy = { subject: 'reader', text: 'created as the first administrator' }
    await record({ kind: 'account changed', repository: null, data: { legacy } })
    const { entries } = checkedBody(await get('?pageSize=1', 'reader'), activityList)
    expect(entries).toMatchObject([
      { subject: legacy.subject, detail: legacy.text, data: { legacy } },
    ])
  })

  test.each([
    ['person=writer', 'e1'],
    ['person=@server', 'e5 e3'],
    ['kind=image+deleted', 'e1'],
    ['kind=image+deleted,access+changed', 'e4 e1'],
    ['repository=team/app', 'e1'],
    ['repository=team/', 'e6 e1'],
    ['from=2026-11-24T12:03:00Z&to=2026-11-24T12:05:00Z', 'e4 e3'],
    ['from=2026-11-24T13:03:00%2B01:00', 'e6 e5 e4 e3'],
    ['person=writer&repository=other/app', ''],
  ])('?%s selects the expected entries', async (query, expected) => {
    expect(await ids(`?pageSize=100&${query}`)).toBe(expected)
    const counted = await get(`?count=true&${query}`)
    expect(Number(counted.headers.get('X-Resource-Count'))).toBe(
      expected.split(' ').filter(Boolean).length,
    )
  })

  test.each([
    'kind=deleted',
    'kind=image+deleted,',
    'repository=Team',
    'repository=/',
    'from=yesterday',
    'from=2026-11-25&to=2026-11-24',
    'pageStart=rubbish',
    `pageStart=${btoa('["a","b"]')}`,
    'pageSize=many',
  ])('?%s is refused', async (query) => {
    expect(await get(`?${query}`)).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
  })

  test('comes in pages that new events do not shift', async () => {
    const first = await get('?pageSize=2')
    const start = first.headers.get('X-Next-Page-Start')
    await record({})
    const second = await get(`?pageSize=3&pageStart=${start}`)
    expect(checkedBody(second, activityList).entries.map(({ id }) => id)).toEqual([
      'e4',
      'e3',
      'e2',
    ])
    const last = await get(
      `?pageSize=3&pageStart=${second.headers.get('X-Next-Page-Start')}&count=true`,
    )
    expect(checkedBody(last, activityList).entries.map(({ id }) => id)).toEqual(['e1'])
    expect(last.headers.get('X-Next-Page-Start')).toBeNull()
    expect(last.headers.get('X-Resource-Count')).toBe('7')
  })

  test.each<[TestPerson, string]>([
    ['reader', 'e6 e5 e1'],
    ['writer', 'e6 e1'],
    ['stranger', 'e6 e4'],
  ])('shows %s what concerns them', async (person, expected) => {
    expect(await ids('', person)).toBe(expected)
  })

  test('shows addresses to administrators, and to others their own', async () => {
    const from = async (by: TestPerson) =>
      Object.fromEntries(
        checkedBody(await get('', by), activityList).entries.map((entry) => [entry.id, entry.from]),
      )
    const address = '192.0.2.7'
    expect(await from('reader')).toEqual({ e6: null, e5: address, e1: null })
    expect(await from('stranger')).toEqual({ e6: address, e4: null })
    expect(await from('admin')).toMatchObject({ e6: address, e1: address })
  })

  test('does not reveal whether a hidden repository exists', async () => {
    for (const query of ['?repository=other/app', '?repository=no/such', '?repository=other/']) {
      expect(await ids(query, 'reader')).toBe('')
    }
  })
})

test('the activity has every kind of write of the product', async () => {
  const admin = api.as('admin')
  const image = tinyImage({ layers: ['a'] })
  const body = (value: unknown) => ({
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(value),
  })
  const settings = '/api/v0/admin/settings/registry/garbageCollection'
  await admin.pushImage('team/app', image, '1.0')
  await admin.pushImage('team/app', image, '2.0')
  const only = await admin.ask('DELETE', '/api/v0/repositories/team/app/tags/2.0')
  expect(only.status).toBe(204)
  await admin.ask('PUT', '/api/v0/repositories/team/app/tags/2.0', body({ digest: image.digest }))
  const remove = () => admin.ask('DELETE', '/api/v0/repositories/team/app/manifests/1.0')
  const entryOf = (answer: { headers: Headers }) => answer.headers.get('Jetsam-Trash-Entry')
  await admin.ask('POST', `/api/v0/trash/${entryOf(await remove())}/restore`)
  await admin.ask('DELETE', `/api/v0/trash/${entryOf(await remove())}`)
  await admin.ask('POST', `${settings}/schedule`, body({ schedule: '@daily' }))
  await admin.ask('DELETE', `${settings}/schedule`)
  const policy = JSON.parse((await admin.ask('GET', '/api/v0/garbage-collection/policy')).text)
  await admin.ask('PUT', '/api/v0/garbage-collection/policy', body(policy))
  const { events } = api.services
  const over = new Promise((resolve) => events.subscribe(['collection finished'], resolve))
  await admin.ask('POST', '/api/v0/admin/jobs', body({ job: 'registryGC' }))
  await over
  await api.services.jobs.shutdown()
  await admin.ask('POST', '/api/v0/session', body({ name: 'admin', password: 'admin-password' }))
  await admin.ask('POST', '/api/v0/session', body({ name: 'admin', password: 'wrong' }))

  const { entries } = checkedBody(await get('?pageSize=100'), activityList)
  expect(entries.map(({ kind }) => kind).toReversed()).toEqual([
    'image pushed',
    'image pushed',
    'tag deleted',
    'tag restored',
    'image deleted',
    'image restored',
    'image deleted',
    'image deleted forever',
    'schedule changed',
    'schedule changed',
    'policy changed',
    'collection started',
    'image collected',
    'collection finished',
    'signed in',
    'sign-in refused',
  ])
  expect(entries.find(({ kind }) => kind === 'image collected')).toMatchObject({
    actor: null,
    repository: 'team/app',
    subject: image.digest,
    detail: 'with tags 1.0, 2.0',
  })
})
