import { listJobs } from '#services/jobs/job-views.ts'
import { getPolicy, setPolicy } from '#services/settings/policy.ts'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'

const image = tinyImage({ layers: ['app'] })
const layer = image.blobs[1]
const closing = { mode: 'reject-pushes', maximumWaitMs: 0 } as const

describe('the push gate while a collection runs', () => {
  let api: TestApi
  let session: string
  const ask = (method: string, path: string, body?: string) =>
    api.as('writer').ask(method, path, body === undefined ? {} : { body })

  beforeEach(async () => {
    api = await createTestApi()
    await api.as('writer').pushImage('team/app', image, '1.0', 'old')
    session = (await ask('POST', '/v2/team/app/blobs/uploads/')).headers.get('Location') ?? ''
    await api.gate.close(closing)
  })

  const writes = () =>
    [
      ['start an upload', 'POST', '/v2/team/app/blobs/uploads/'],
      ['upload at once', 'POST', `/v2/team/app/blobs/uploads/?digest=${contentOf('x').digest}`],
      ['mount', 'POST', `/v2/team/new/blobs/uploads/?mount=${layer?.digest}&from=team/app`],
      ['go on with an upload', 'PATCH', session],
      ['finish an upload', 'PUT', `${session}?digest=${contentOf('x').digest}`],
      ['commit by tag', 'PUT', '/v2/team/app/manifests/2.0'],
      ['commit by digest', 'PUT', `/v2/team/app/manifests/${image.digest}`],
    ] as const

  test('refuses every write with 405 and the message that clients print', async () => {
    api.gate.estimate(40_000)
    for (const [what, method, path] of writes()) {
      expect(await ask(method, path, 'x'), what).toMatchObject({
        status: 405,
        json: {
          errors: [
            {
              code: 'UNSUPPORTED',
              message:
                'garbage collection is running, pushes are rejected until it finishes (about 40 s left); try again later',
            },
          ],
        },
      })
    }
  })

  test('promises no time in the message while it is unknown', async () => {
    const { message } = await ask('POST', '/v2/team/app/blobs/uploads/')
    expect(message).toBe(
      'garbage collection is running, pushes are rejected until it finishes; try again later',
    )
  })

  test('does not stop reads', async () => {
    for (const path of [
      '/v2/',
      '/v2/_catalog',
      '/v2/team/app/tags/list',
      '/v2/team/app/manifests/1.0',
      `/v2/team/app/blobs/${layer?.digest}`,
      `/v2/team/app/referrers/${image.digest}`,
    ]) {
      expect((await ask('GET', path)).status, path).toBe(200)
    }
    expect((await ask('GET', session)).status).toBe(204)
  })

  test('does not stop deletions, nor the cancellation of an upload', async () => {
    expect((await ask('DELETE', '/v2/team/app/manifests/old')).status).toBe(202)
    expect((await ask('DELETE', session)).status).toBe(204)
  })

  test('is checked after access: a caller without the right to push gets that refusal', async () => {
    const answer = await api.as('reader').ask('POST', '/v2/team/app/blobs/uploads/')
    expect(answer).toMatchObject({ status: 403, code: 'DENIED' })
  })

  test('lets pushes continue where they were after it opens', async () => {
    await api.gate.open()
    const put = await ask('PUT', `${session}?digest=${contentOf('x').digest}`, 'x')
    expect(put.status).toBe(201)
  })

  test('is released by a push that failed', async () => {
    await api.gate.open()
    const refused = await ask('PUT', '/v2/team/app/manifests/2.0', 'no manifest')
    expect(refused.status).toBe(400)
    await expect(api.gate.close(closing)).resolves.toBe('closed')
  })
})

test('an upload that trickles neither delays a collection nor is lost', async () => {
  const api = await createTestApi()
  const blob = contentOf('one byte after the other')
  let finish = (): void => {}
  const isSlow = new Promise<void>((trickles) => {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          controller.enqueue(Uint8Array.from(blob.bytes.subarray(0, 5)))
          trickles()
          await new Promise<void>((resolve) => (finish = resolve))
          controller.enqueue(Uint8Array.from(blob.bytes.subarray(5)))
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const path = `/v2/team/app/blobs/uploads/?digest=${blob.digest}`
    void api.as('writer').ask('POST', path, { body })
  })
  await isSlow
  api.clock.advance(6000)
  const startedMs = api.clock.nowMs()
  expect(await api.gate.close({ mode: 'reject-pushes', maximumWaitMs: 30_000 })).toBe('closed')
  expect(api.clock.nowMs()).toBe(startedMs)
  finish()
  const head = () => api.as('writer').ask('HEAD', `/v2/team/app/blobs/${blob.digest}`)
  await expect.poll(async () => (await head()).status).toBe(200)
})

describe('the push gate while a collection holds pushes', () => {
  const holding = { mode: 'hold-pushes', maximumWaitMs: 0 } as const
  const begin = '/v2/team/app/blobs/uploads/'

  test('answers a write when the gate opens', async () => {
    let held = () => {}
    const isHeld = new Promise<void>((resolve) => (held = resolve))
    const api = await createTestApi({
      wait: () => {
        held()
        return new Promise(() => {})
      },
    })
    await api.gate.close(holding)
    let status: number | null = null
    const answered = api
      .as('writer')
      .ask('POST', begin)
      .then((answer) => (status = answer.status))
    await isHeld
    expect(status).toBeNull()
    await api.gate.open()
    await answered
    expect(status).toBe(202)
  })

  test('refuses after the longest wait, with the message of an immediate refusal', async () => {
    const api = await createTestApi()
    await api.gate.close(holding)
    const beforeMs = api.clock.nowMs()
    expect(await api.as('writer').ask('POST', begin)).toMatchObject({
      status: 405,
      code: 'UNSUPPORTED',
      message:
        'garbage collection is running, pushes are rejected until it finishes; try again later',
    })
    expect(api.clock.nowMs() - beforeMs).toBe(120_000)
  })

  test('does not stop reads and deletions', async () => {
    const api = await createTestApi({ wait: () => new Promise(() => {}) })
    await api.as('writer').pushImage('team/app', image, '1.0')
    await api.gate.close(holding)
    const ask = (method: string) => api.as('writer').ask(method, '/v2/team/app/manifests/1.0')
    expect((await ask('GET')).status).toBe(200)
    expect((await ask('DELETE')).status).toBe(202)
  })

  test('lets a push that meets a real collection succeed afterwards', async () => {
    let held = () => {}
    const isHeld = new Promise<void>((resolve) => (held = resolve))
    const api = await createTestApi({
      wait: () => {
        held()
        return new Promise(() => {})
      },
    })
    const { collections } = api.services
    const actor = { name: 'admin', from: null }
    const policy = await getPolicy(api.services)
    await setPolicy(api.services, { ...policy, whileCollecting: 'hold-pushes' }, actor)
    await api.as('writer').pushImage('team/app', image, '1.0')
    expect((await api.as('writer').ask('DELETE', '/v2/team/app/manifests/1.0')).status).toBe(202)
    // A run leaves what was written at the instant of its start to the next run.
    api.clock.advance(1000)
    let goOn = () => {}
    const mayRemove = new Promise<void>((resolve) => (goOn = resolve))
    const { remove } = api.storage
    const removing = new Promise<void>((resolve) => {
      Object.assign(api.storage, {
        async remove(...file: Parameters<typeof remove>) {
          resolve()
          await mayRemove
          return remove(...file)
        },
      })
    })

    await collections.startCollection({ trigger: 'api', actor })
    await removing
    const pushed = api.as('writer').pushImage('team/other', image, '2.0')
    await isHeld
    goOn()
    await pushed
    expect((await api.as('writer').ask('GET', '/v2/team/other/manifests/2.0')).status).toBe(200)
    const { jobs } = await listJobs(api.services, { offset: 0, limit: 1 })
    expect(jobs[0]?.job).toMatchObject({ status: 'done', result: { removed: { manifests: 1 } } })
  })
})
