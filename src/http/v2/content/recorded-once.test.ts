import { subjectOf } from '#domain/events/domain-event.ts'
import { describe, expect, test, vi } from 'vitest'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { recoverActs } from '#services/images/record-exactly-once.ts'
import { StateError } from '#state/state-error.ts'
import { createTestApi } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['base', 'app'] })

async function filled() {
  const api = await createTestApi()
  const writer = api.as('writer')
  await writer.pushImage('team/app', image, 'before')
  const { state } = api.services
  const recover = () => recoverActs(api.services)
  const put = () =>
    writer.ask('PUT', '/v2/team/app/manifests/1.0', {
      headers: { 'Content-Type': image.mediaType },
      body: image.bytes,
    })
  const pushed = async () => {
    const { events } = await state.activity.list({ kinds: ['image pushed'], limit: 9 })
    return events.filter((event) => subjectOf(event) === '1.0')
  }
  return { api, state, recover, put, pushed }
}

test('a push whose record fails succeeds, and recovery records it once', async () => {
  const { state, recover, put, pushed } = await filled()
  const complete = vi.spyOn(state.pendingActs, 'complete').mockRejectedValueOnce(new Error('gone'))
  expect((await put()).status).toBe(201)
  expect(await pushed()).toEqual([])
  expect(await recover()).toBe(1)
  expect(await recover()).toBe(0)
  expect(await pushed()).toMatchObject([{ actor: 'writer', data: { digest: image.digest } }])
  expect(await state.pushes.latest('team/app', ['1.0'])).toMatchObject([{ actor: 'writer' }])
  expect(complete).toHaveBeenCalledTimes(2)
})

test('a push that cannot be noted first is refused, and sets no tag', async () => {
  const { api, state, put, pushed } = await filled()
  const full = new StateError('FULL', 'the disk that holds the state is full: add space')
  vi.spyOn(state.pendingActs, 'add').mockRejectedValueOnce(full)
  const refused = await put()
  expect(refused.status).toBe(507)
  expect(refused.json).toMatchObject({ errors: [{ message: full.message }] })
  expect((await api.as('writer').ask('GET', '/v2/team/app/manifests/1.0')).status).toBe(404)
  expect(await pushed()).toEqual([])
  expect((await put()).status).toBe(201)
  expect(await pushed()).toHaveLength(1)
})

test('a push that was noted but failed is not recorded', async () => {
  const { state, recover, put, pushed, api } = await filled()
  const write = vi.spyOn(api.storage, 'write').mockRejectedValueOnce(new Error('no disk'))
  expect((await put()).status).toBe(500)
  write.mockRestore()
  expect(await state.pendingActs.all()).toHaveLength(1)
  expect(await recover()).toBe(0)
  expect(await state.pendingActs.all()).toEqual([])
  expect(await pushed()).toEqual([])
})

describe.each(['manifest pushed', 'blob mounted'] as const)('by its digest alone: %s', (kind) => {
  async function prepared() {
    const { api, state, recover } = await filled()
    const writer = api.as('writer')
    const layer = image.blobs[1]?.digest ?? ''
    const act = () =>
      kind === 'blob mounted'
        ? writer.ask('POST', `/v2/team/copy/blobs/uploads/?mount=${layer}&from=team/app`)
        : writer.ask('PUT', `/v2/team/app/manifests/${image.digest}`, {
            headers: { 'Content-Type': image.mediaType },
            body: image.bytes,
          })
    const recorded = async () => (await state.activity.list({ kinds: [kind], limit: 9 })).events
    const digest = kind === 'blob mounted' ? layer : image.digest
    return { api, state, recover, act, recorded, digest }
  }

  test('it is recorded with its end, and nothing is left to recover', async () => {
    const { state, recover, act, recorded, digest } = await prepared()
    expect((await act()).status).toBe(201)
    expect(await recorded()).toMatchObject([{ actor: 'writer', data: { digest } }])
    expect(await state.pendingActs.all()).toEqual([])
    expect(await recover()).toBe(0)
  })

  test('if its record fails it succeeds, and recovery records it once', async () => {
    const { state, recover, act, recorded, digest } = await prepared()
    vi.spyOn(state.pendingActs, 'complete').mockRejectedValueOnce(new Error('gone'))
    expect((await act()).status).toBe(201)
    expect(await recorded()).toEqual([])
    expect(await recover()).toBe(1)
    expect(await recover()).toBe(0)
    expect(await recorded()).toMatchObject([{ actor: 'writer', data: { digest } }])
  })

  test('if it was noted but failed it is not recorded, though it was linked long before', async () => {
    const { api, state, recover, act, recorded } = await prepared()
    expect((await act()).status).toBe(201)
    api.clock.advance(60_000)
    const write = vi.spyOn(api.storage, 'write').mockRejectedValueOnce(new Error('no disk'))
    expect((await act()).status).toBe(500)
    write.mockRestore()
    expect(await state.pendingActs.all()).toHaveLength(1)
    expect(await recover()).toBe(0)
    expect(await state.pendingActs.all()).toEqual([])
    expect(await recorded()).toHaveLength(1)
  })

  test('if it cannot be noted first it is refused, and nothing is linked', async () => {
    const { api, state, act, recorded } = await prepared()
    const full = new StateError('FULL', 'the disk that holds the state is full: add space')
    vi.spyOn(state.pendingActs, 'add').mockRejectedValueOnce(full)
    const write = vi.spyOn(api.storage, 'write')
    expect((await act()).status).toBe(507)
    expect(write).not.toHaveBeenCalled()
    expect(await recorded()).toEqual([])
  })
})
