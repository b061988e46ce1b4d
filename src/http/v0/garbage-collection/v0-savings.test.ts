import {
  explanation,
  lastSavings,
  reclaimable,
  savings,
} from '#contract/jobs/garbage-collection.ts'
import { noStoredParts } from '#domain/collection/stored-parts.ts'
import { checkedBody } from '#testing/builders/checked-body.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createTestApi, type TestApi, type TestPerson } from '#testing/builders/test-api.ts'

const image = tinyImage({ layers: ['of the image'], config: '{"a":1}' })
const imageBytes = [image, ...image.blobs].reduce((sum, { bytes }) => sum + bytes.length, 0)
const kept = tinyImage({ layers: ['kept'], config: '{"b":2}' })

describe('what collections save', () => {
  let api: TestApi

  beforeEach(async () => {
    api = await createTestApi()
    await api.as('admin').pushImage('team/app', kept, 'kept')
  })

  const get = (path: string, as: TestPerson = 'reader') => api.as(as).ask('GET', `/api/v0${path}`)
  const last = async () =>
    checkedBody(await get('/admin/settings/registry/garbageCollection/lastSavings'), lastSavings)
  const pushAndDelete = async () => {
    await api.as('admin').pushImage('team/app', image, '1.0')
    await api.as('writer').ask('DELETE', '/api/v0/repositories/team/app/tags/1.0')
    // A run leaves what was written at the instant of its start to the next run.
    api.clock.advance(1000)
  }
  const collect = async (dryRun = false) => {
    const { collections } = api.services
    const actor = { name: 'admin', from: null }
    await collections.startCollection({ trigger: 'api', actor, dryRun })
    while (collections.runningJob() !== null) await new Promise((resolve) => setTimeout(resolve))
    api.clock.advance(60_000)
  }
  const failStorage = () => {
    const { list } = api.storage
    Object.assign(api.storage, {
      list: async (path: string) => {
        if (path.includes('_manifests')) throw new Error('EIO at team/app')
        return list(path)
      },
    })
    return () => Object.assign(api.storage, { list })
  }

  test('are null before the first run other than a dry run', async () => {
    expect(await last()).toBeNull()
    await collect(true)
    expect(await last()).toBeNull()
    expect(checkedBody(await get('/garbage-collection/savings'), savings)).toEqual({
      savings: [],
      failedRuns: [],
    })
  })

  test('are reported for the last run, by cause and repository', async () => {
    await pushAndDelete()
    await collect()
    const removed = { bytes: imageBytes, layers: 2, manifests: 1 }
    expect(await last()).toEqual({
      jobID: expect.stringMatching(/./),
      trigger: 'api',
      startedAt: '2026-11-24T12:00:01.000Z',
      finishedAt: '2026-11-24T12:00:01.000Z',
      status: 'done',
      bytesFreed: imageBytes,
      layersRemoved: 2,
      manifestsRemoved: 1,
      byCause: { 'deleted image': removed },
      byRepository: { 'team/app': removed },
      failures: [],
    })
    await collect()
    expect(await last()).toMatchObject({ bytesFreed: 0, layersRemoved: 0, byCause: {} })
  })

  test('are listed by the end of the runs', async () => {
    await pushAndDelete()
    await collect()
    await collect(true)
    await collect()
    const list = async (query: string) =>
      checkedBody(await get(`/garbage-collection/savings${query}`), savings).savings
    const all = await list('')
    expect(all.map(({ bytesFreed }) => bytesFreed)).toEqual([imageBytes, 0])
    const keptBytes = [kept, ...kept.blobs].reduce((sum, { bytes }) => sum + bytes.length, 0)
    expect(all[0]).toMatchObject({
      storedBytes: imageBytes + keptBytes,
      reclaimableBytes: imageBytes,
      stored: {
        parts: { ...noStoredParts, oneImage: keptBytes, reclaimable: imageBytes },
        free: null,
      },
    })
    expect(all[0]).not.toHaveProperty('byRepository')
    expect(all[1]).toMatchObject({ storedBytes: keptBytes, reclaimableBytes: 0 })
    expect(await list('?to=2026-11-24T12:01:00Z')).toEqual([all[0]])
    expect(await list('?from=2026-11-24T13:01:00%2B01:00')).toEqual([all[1]])
    expect(await list('?from=2026-11-25')).toEqual([])
  })

  test('are listed by repository, of those that the caller may see', async () => {
    await pushAndDelete()
    await collect()
    const by = async (as: TestPerson) => {
      const answer = await get('/garbage-collection/savings?repositories=true', as)
      return checkedBody(answer, savings).savings.map(({ byRepository }) => byRepository)
    }
    expect(await by('reader')).toEqual([
      { 'team/app': { bytes: imageBytes, layers: 2, manifests: 1 } },
    ])
    expect(await by('stranger')).toEqual([{}])
  })

  test.each(['from=yesterday', 'to=1', 'from=2026-11-25&to=2026-11-24', 'from=2026-02-30'])(
    'are not listed for %s',
    async (query) => {
      expect(await get(`/garbage-collection/savings?${query}`)).toMatchObject({
        status: 400,
        code: 'INVALID_PARAMETERS',
      })
    },
  )

  test('are estimated: what a collection would free now', async () => {
    const now = async (as?: TestPerson) =>
      checkedBody(await get('/garbage-collection/reclaimable', as), reclaimable)
    expect(await now()).toMatchObject({ reclaimable: { bytes: 0 }, tagCount: 1, error: null })
    await pushAndDelete()
    expect(await now()).toMatchObject({
      asOf: '2026-11-24T12:00:00.000Z',
      isCurrent: true,
      reclaimable: { bytes: imageBytes, layers: 2, manifests: 1 },
      byCause: { 'deleted image': { bytes: imageBytes } },
      tagCount: 1,
      repositoryCount: 1,
      verification: null,
    })
    await collect()
    expect(await now()).toMatchObject({
      reclaimable: { bytes: 0 },
      verification: { tags: 1, wholeTags: 1, at: '2026-11-24T12:00:01.000Z' },
    })
  })

  test('are estimated for untagged images before the policy collects them', async () => {
    await api.as('admin').pushImage('team/app', image, '1.0')
    await api.as('admin').pushImage('team/app', kept, '1.0')
    api.clock.advance(3 * 3_600_000)
    const path = '/garbage-collection/reclaimable'
    const withAge = async (hours: number) =>
      checkedBody(await get(`${path}?untaggedMinimumAgeHours=${hours}`, 'admin'), reclaimable)
    expect(checkedBody(await get(path), reclaimable).reclaimable.bytes).toBe(0)
    expect((await withAge(4)).reclaimable.bytes).toBe(0)
    expect(await withAge(2)).toMatchObject({
      reclaimable: { bytes: imageBytes },
      byCause: { 'replaced tag': { bytes: imageBytes } },
    })
    expect(checkedBody(await get(path), reclaimable).reclaimable.bytes).toBe(0)
    expect((await get(`${path}?untaggedMinimumAgeHours=2`, 'owner')).status).toBe(403)
    for (const wrong of ['-1', 'a', '9000']) {
      const answer = await get(`${path}?untaggedMinimumAgeHours=${wrong}`, 'admin')
      expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMETERS' })
    }
  })

  test('are not estimated while storage fails, and only administrators read why', async () => {
    const now = async (as: TestPerson) =>
      checkedBody(await get('/garbage-collection/reclaimable', as), reclaimable).error
    await api.services.registry.queries.repositories()
    const mend = failStorage()
    expect(await now('admin')).toMatch(/EIO|team\/app/)
    expect(await now('stranger')).toMatch(/administrator/)
    expect(await now('stranger')).not.toMatch(/EIO|team/)
    await collect()
    expect(await last()).toMatchObject({ status: 'errored', bytesFreed: 0 })
    mend()
    // A run without a result saved nothing: a chart marks where it was.
    expect(checkedBody(await get('/garbage-collection/savings'), savings)).toEqual({
      savings: [],
      failedRuns: [
        {
          jobID: expect.stringMatching(/./),
          startedAt: '2026-11-24T12:00:00.000Z',
          finishedAt: '2026-11-24T12:00:00.000Z',
          trigger: 'api',
        },
      ],
    })
    const jobs = await get('/jobs', 'stranger')
    expect(jobs.json).toMatchObject({ jobs: [{ status: 'errored' }] })
    expect(jobs.text).not.toContain('team/app')
  })

  test('are explained digest by digest', async () => {
    await pushAndDelete()
    const explain = async (digest: string, as?: TestPerson) =>
      checkedBody(await get(`/garbage-collection/explain/${digest}`, as), explanation)
    const [, layer] = kept.blobs
    expect(await explain(layer?.digest ?? '')).toMatchObject({
      kept: true,
      reason: 'The tag team/app:kept needs it.',
      path: [{ kind: 'tag', label: 'team/app:kept' }, { kind: 'manifest' }, { kind: 'layer' }],
    })
    for (const digest of [layer?.digest, image.digest, kept.digest]) {
      // A hidden digest answers like a missing one.
      expect(await get(`/garbage-collection/explain/${digest}`, 'stranger')).toMatchObject({
        status: 404,
        code: 'NO_SUCH_REF',
        message: `nothing here has the digest ${digest}`,
      })
      expect((await get(`/garbage-collection/explain/${digest}`, 'reader')).status).toBe(200)
    }
    expect(await explain(encodeURIComponent(image.digest))).toMatchObject({ kept: false })
    expect(await get(`/garbage-collection/explain/sha256:${'0'.repeat(64)}`)).toMatchObject({
      status: 404,
      code: 'NO_SUCH_REF',
    })
    expect(await get('/garbage-collection/explain/latest')).toMatchObject({
      status: 400,
      code: 'INVALID_DIGEST',
    })
  })
})
