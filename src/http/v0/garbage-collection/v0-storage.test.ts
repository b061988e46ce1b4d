import { storage, type WireStorageParts } from '#contract/jobs/storage.ts'
import { repository } from '#contract/images/repositories.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, expect, test } from 'vitest'

const base = 'shared by both'
const one = tinyImage({ layers: [base, 'of the one'], config: '{"a":1}' })
const other = tinyImage({ layers: [base, 'of the other'], config: '{"b":2}' })
const bytesOf = (image: typeof one): number =>
  [image, ...image.blobs].reduce((sum, { bytes }) => sum + bytes.length, 0)
const own = (image: typeof one): number => bytesOf(image) - base.length
const nothing = { oneImage: 0, shared: 0, untagged: 0, trash: 0, inDoubt: 0, reclaimable: 0 }

let api: TestApi

beforeEach(async () => {
  api = await createTestApi()
  await api.as('admin').pushImage('team/app', one, '1.0')
  await api.as('admin').pushImage('team/app', other, '2.0')
  // What was written at the instant of a look is left to the next.
  api.clock.advance(1000)
})

const ask = async () => checkedBody(await api.as('reader').ask('GET', '/api/v0/storage'), storage)
const ofRepository = async (): Promise<WireStorageParts | null> =>
  checkedBody(await api.as('reader').ask('GET', '/api/v0/repositories/team/app'), repository)
    .storage

const retainTrash = (trashRetentionHours: number) =>
  api.as('admin').ask('PUT', '/api/v0/garbage-collection/policy', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      timeLimitMinutes: null,
      whileCollecting: 'reject-pushes',
      trashRetentionHours,
      collectUntagged: false,
      untaggedMinimumAgeHours: 24,
    }),
  })

const deleteOther = () =>
  api.as('writer').ask('DELETE', '/api/v0/repositories/team/app/manifests/2.0')

test('its parts add up, of the registry and of a repository', async () => {
  const parts = { ...nothing, oneImage: own(one) + own(other), shared: base.length }
  expect(await ask()).toEqual({
    asOf: '2026-11-24T12:00:01.000Z',
    isCurrent: true,
    parts,
    stored: bytesOf(one) + own(other),
    imageBytes: bytesOf(one) + bytesOf(other),
    free: null,
  })
  expect(await ofRepository()).toEqual(parts)
})

test('a deleted image moves to the trash, and back', async () => {
  await retainTrash(24)
  const before = (await ask()).parts
  await deleteOther()
  const deleted = { ...nothing, oneImage: bytesOf(one), trash: own(other) }
  expect((await ask()).parts).toEqual(deleted)
  expect(await ofRepository()).toEqual(deleted)
  const [entry] = await api.services.registry.trash.list()
  await api.as('writer').ask('POST', `/api/v0/trash/${entry?.id}/restore`)
  expect((await ask()).parts).toEqual(before)
})

test('without retention it is reclaimable, and gone after a collection', async () => {
  await deleteOther()
  const deleted = { ...nothing, oneImage: bytesOf(one), reclaimable: own(other) }
  expect(await ask()).toMatchObject({ parts: deleted, stored: bytesOf(one) + own(other) })
  const { collections } = api.services
  await collections.startCollection({ trigger: 'api', actor: { name: 'admin', from: null } })
  while (collections.runningJob() !== null) await new Promise((resolve) => setTimeout(resolve))
  const collected = { ...nothing, oneImage: bytesOf(one) }
  expect(await ask()).toMatchObject({ parts: collected, stored: bytesOf(one) })
  expect(await ofRepository()).toEqual(collected)
})

test('is not known where a collection would refuse to run', async () => {
  const { list } = api.storage
  Object.assign(api.storage, {
    list: async (path: string) => {
      if (path.endsWith('jetsam/v1/trash')) throw new Error('EIO')
      return list(path)
    },
  })
  api.services.reclaimable.registryChanged()
  expect(await ask()).toMatchObject({ parts: null, stored: null, imageBytes: null })
  expect(await ofRepository()).toBeNull()
})
