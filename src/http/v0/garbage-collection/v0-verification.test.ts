import { otherJobList } from '#contract/jobs/jobs.ts'
import { jobList, logLines } from '#contract/jobs/collection-jobs.ts'
import { reclaimable, wholeness } from '#contract/jobs/garbage-collection.ts'
import { tagDetails, tagList } from '#contract/images/tags.ts'
import { requestedVerification } from '#contract/jobs/verification.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { blobFile } from '#registry/layout.ts'
import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['base', 'app'] })
const path = '/api/v0/garbage-collection/verification'

async function verified(api: TestApi, body?: object) {
  const admin = api.as('admin')
  const started = await admin.ask(
    'POST',
    path,
    body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } },
  )
  expect(started.status).toBe(202)
  expect(checkedBody(started, requestedVerification)?.finishedAt).toBeNull()
  for (let looks = 0; looks < 1000; looks += 1) {
    const now = checkedBody(await admin.ask('GET', path), requestedVerification)
    if (now?.finishedAt) return now
    await new Promise((resolve) => setTimeout(resolve))
  }
  throw new Error('the verification does not end')
}

test('there is no verification until a person requests one', async () => {
  const api = await createTestApi()
  expect((await api.as('admin').ask('GET', path)).json).toBeNull()
})

test('a full verification finds a layer of the right length with other bytes', async () => {
  const api = await createTestApi()
  await api.as('admin').pushImage('team/app', image, '1.0')
  const layer = image.blobs[1] ?? image
  const other = contentOf('BASE')
  await api.storage.write(blobFile(layer.digest), other.bytes)
  expect(await verified(api)).toMatchObject({ full: false, result: { tags: 1, wholeTags: 1 } })
  expect(await verified(api, { full: true })).toMatchObject({
    full: true,
    error: null,
    result: {
      tags: 1,
      wholeTags: 0,
      broken: [
        {
          repository: 'team/app',
          tag: '1.0',
          digest: image.digest,
          reason: `${layer.digest} has other content: its bytes are ${other.digest}`,
        },
      ],
    },
  })
})

test('damage that a full verification found is told with the tag, and to all who may see it', async () => {
  const api = await createTestApi()
  await api.as('admin').pushImage('team/app', image, '1.0')
  await api.as('admin').pushImage('team/app', tinyImage({ layers: ['other'] }), '2.0')
  const ask = (line: string, name: 'admin' | 'stranger' = 'admin') =>
    api.as(name).ask('GET', `/api/v0${line}`)
  const known = async (name?: 'stranger') =>
    checkedBody(await ask('/garbage-collection/wholeness', name), wholeness)
  expect(await known()).toEqual({ verification: null, broken: [], brokenCount: 0 })
  const layer = image.blobs[1] ?? image
  await api.storage.write(blobFile(layer.digest), contentOf('BASE').bytes)
  // Asked before, so that an answer from then would be found out.
  checkedBody(await ask('/garbage-collection/reclaimable'), reclaimable)
  await verified(api, { full: true })

  const found = await known()
  expect(found).toMatchObject({
    verification: { tags: 2, wholeTags: 1, unread: 0, full: true },
    broken: [{ repository: 'team/app', tag: '1.0', foundAt: found.verification?.at }],
    brokenCount: 1,
  })
  const look = checkedBody(await ask('/garbage-collection/reclaimable'), reclaimable)
  expect(look.verification).toEqual(found.verification)
  const flaws = async () =>
    checkedBody(await ask('/repositories/team/app/tags'), tagList).tags.map(({ broken }) => broken)
  expect(await flaws()).toEqual([expect.stringContaining('has other content'), null])
  const details = checkedBody(await ask('/repositories/team/app/tags/1.0'), tagDetails)
  expect(details.broken).toContain('has other content')

  // Sizes tell nothing of it.
  await verified(api)
  expect(await known()).toMatchObject({ verification: { wholeTags: 2 }, brokenCount: 1 })
  expect(await flaws()).toEqual([expect.stringContaining('has other content'), null])
  // Those who cannot see the repository are told the number, and no name.
  expect(await known('stranger')).toMatchObject({ broken: [], brokenCount: 1 })

  await api.as('admin').ask('DELETE', '/api/v0/repositories/team/app/tags/1.0')
  expect(await known()).toMatchObject({ broken: [], brokenCount: 0 })
})

test('a verification is a job of its own kind, with a log, and no collection', async () => {
  const api = await createTestApi()
  await api.as('admin').pushImage('team/app', image, '1.0')
  await verified(api, { full: true })
  const ask = (line: string) => api.as('admin').ask('GET', `/api/v0${line}`)
  const [only] = checkedBody(await ask('/jobs?kind=verification'), otherJobList).jobs
  expect(only).toMatchObject({
    kind: 'verification',
    status: 'done',
    trigger: 'api',
    actor: 'admin',
    request: { full: true },
    result: { tags: 1, wholeTags: 1, broken: [] },
  })
  const log = checkedBody(await ask(`/jobs/${only?.id}/logs`), logLines)
  expect(log.at(-1)).toMatchObject({ level: 'info', data: '1 of 1 tags verified' })
  expect(checkedBody(await ask('/jobs'), jobList).jobs).toEqual([])
})

test('a verification can be stopped as a job', async () => {
  const api = await createTestApi()
  await api.as('admin').pushImage('team/app', image, '1.0')
  const admin = api.as('admin')
  await admin.ask('POST', path)
  const [running] = api.services.jobs.runningJobs()
  const id = running?.job.id ?? ''
  expect((await admin.ask('POST', `/api/v0/jobs/${id}/cancel`)).status).toBe(204)
  await api.services.jobs.jobEnd(id)
  expect(checkedBody(await admin.ask('GET', path), requestedVerification)).toMatchObject({
    result: null,
    error: 'it was stopped',
  })
})

test('a request with an unknown field is refused', async () => {
  const api = await createTestApi()
  const answer = await api.as('admin').ask('POST', path, {
    body: '{"ful":true}',
    headers: { 'Content-Type': 'application/json' },
  })
  expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
})
