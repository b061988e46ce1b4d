import { recentlyDeleted } from '#contract/jobs/garbage-collection.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, expect, test } from 'vitest'

const hourMs = 3_600_000
const base = 'in both'
const old = tinyImage({ layers: [base, 'of the old'], config: '{"a":1}' })
const recent = tinyImage({ layers: [base, 'of the recent one'], config: '{"b":2}' })
const bytesOf = (image: typeof old): number =>
  [image, ...image.blobs].reduce((sum, { bytes }) => sum + bytes.length, 0)

let api: TestApi

beforeEach(async () => {
  api = await createTestApi()
  await api.as('admin').pushImage('team/app', old, 'old')
  await api.as('admin').pushImage('team/app', recent, 'recent')
  await deleteImage('old')
  api.clock.advance(30 * hourMs)
  await deleteImage('recent')
  api.clock.advance(1000)
})

const deleteImage = (tag: string) =>
  api.as('writer').ask('DELETE', `/api/v0/repositories/team/app/manifests/${tag}`)
const ask = async (query = '') =>
  checkedBody(
    await api.as('admin').ask('GET', `/api/v0/garbage-collection/recently-deleted${query}`),
    recentlyDeleted,
  )

async function start(more: object) {
  const answer = await api.as('admin').ask('POST', '/api/v0/admin/jobs', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ job: 'registryGC', ...more }),
  })
  const { collections } = api.services
  while (collections.runningJob() !== null) await new Promise((resolve) => setTimeout(resolve))
  return answer
}

const deletedAt = new Date(Date.UTC(2026, 10, 24, 12) + 30 * hourMs).toISOString()

test('what was deleted a short time ago is listed, with the bytes that sparing it keeps', async () => {
  expect(await ask()).toEqual({
    images: 1,
    // The layer of both stays too.
    bytes: bytesOf(recent),
    named: [
      {
        repository: 'team/app',
        tags: ['recent'],
        digest: recent.digest,
        deletedAt,
        deletedBy: 'writer',
      },
    ],
  })
  const both = await ask('?hours=48')
  expect(both).toMatchObject({ images: 2, bytes: bytesOf(old) + bytesOf(recent) - base.length })
})

test('a run that spares it leaves it in the trash, whole', async () => {
  expect((await start({ spareDeletedHours: 24 })).status).toBe(202)
  const entries = await api.services.registry.trash.list()
  expect(entries.map(({ reference }) => reference)).toEqual(['recent'])
  const restored = await api.as('writer').ask('POST', `/api/v0/trash/${entries[0]?.id}/restore`)
  expect(restored.status).toBe(204)
  const pulled = await api.as('reader').ask('GET', '/v2/team/app/manifests/recent')
  expect(pulled.status).toBe(200)
  for (const { digest } of recent.blobs) {
    const blob = await api.as('reader').ask('GET', `/v2/team/app/blobs/${digest}`)
    expect(blob.status).toBe(200)
  }
})

test('a run without it takes it, as the policy says', async () => {
  await start({})
  expect(await api.services.registry.trash.list()).toEqual([])
  expect(await ask()).toEqual({ images: 0, bytes: 0, named: [] })
})

test('what the policy keeps anyway is not listed', async () => {
  const policy = await api.as('admin').ask('GET', '/api/v0/garbage-collection/policy')
  await api.as('admin').ask('PUT', '/api/v0/garbage-collection/policy', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...(JSON.parse(policy.text) as object), trashRetentionHours: 24 }),
  })
  await api.as('admin').pushImage('team/app', recent, 'again')
  await deleteImage('again')
  expect((await ask()).images).toBe(1)
})

test.each([0, 8761, 1.5, '24'])('a number of hours must be one: %j', async (spareDeletedHours) => {
  expect((await start({ spareDeletedHours })).status).toBe(400)
})
