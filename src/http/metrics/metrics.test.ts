import { tinyImage } from '#testing/builders/tiny-image.ts'
import { StoreError } from '#storage/errors.ts'
import { expect, test, vi } from 'vitest'
import { createTestApi, type TestApi } from '#testing/builders/test-api.ts'
import { expositionMediaType } from './exposition.ts'
import { readExposition } from '#testing/builders/read-exposition.ts'

const image = tinyImage({ layers: ['a layer'] })
const other = tinyImage({ layers: ['another layer'] })

async function scrape(api: TestApi) {
  const answer = await api.as('stranger').ask('GET', '/metrics')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toBe(expositionMediaType)
  const { values, types } = readExposition(answer.text)
  return { text: answer.text, types, value: (series: string) => values.get(series) }
}

async function collect(api: TestApi, dryRun = false): Promise<void> {
  const { collections, events } = api.services
  const over = new Promise((resolve) => {
    events.subscribe(['collection finished'], resolve)
  })
  await collections.startCollection({
    trigger: 'api',
    actor: { name: 'admin', from: null },
    dryRun,
  })
  await over
  while (collections.runningJob() !== null) await new Promise((resolve) => setTimeout(resolve))
}

test('refuses a scrape without credentials, and answers any account', async () => {
  const api = await createTestApi()
  const refused = await api.as(null).ask('GET', '/metrics')
  expect(refused).toMatchObject({ status: 401, code: 'NOT_AUTHENTICATED' })
  expect(refused.headers.get('WWW-Authenticate')).toMatch(/^Basic /)
  const { value } = await scrape(api)
  expect(value('jetsam_build_info{version="0.0.0-test"}')).toBe(1)
  expect(value('process_start_time_seconds')).toBe(api.clock.nowMs() / 1000)
  expect(value('jetsam_reclaimable_bytes')).toBeUndefined()
  expect(value('jetsam_collection_freed_bytes_total{cause="deleted image"}')).toBe(0)
})

test('exposes the runs, what they freed and what is left to free', async () => {
  const api = await createTestApi()
  await api.as('writer').pushImage('team/app', image, '1.0')
  await api.as('writer').pushImage('team/app', other, '2.0')
  await api.as('writer').ask('DELETE', '/api/v0/repositories/team/app/manifests/1.0')
  api.clock.advance(25 * 3_600_000)
  await collect(api, true)
  await collect(api)
  const freed = [image.bytes, ...image.blobs.map(({ bytes }) => bytes)]
    .map(({ length }) => length)
    .reduce((sum, length) => sum + length, 0)

  const { value, types } = await scrape(api)
  const labels = (dryRun: boolean) => `{status="done",trigger="api",dry_run="${dryRun}"}`
  expect(value(`jetsam_collections_total${labels(true)}`)).toBe(1)
  expect(value(`jetsam_collections_total${labels(false)}`)).toBe(1)
  expect(value('jetsam_collection_duration_seconds_count')).toBe(1)
  expect(types.get('jetsam_collection_duration_seconds')).toBe('histogram')
  const byCause = value('jetsam_collection_freed_bytes_total{cause="deleted image"}') ?? 0
  expect(byCause).toBeGreaterThan(image.bytes.length)
  expect(byCause).toBeLessThanOrEqual(freed)
  expect(value('jetsam_collection_failures_total')).toBe(0)
  expect(value('jetsam_collection_running')).toBe(0)
  expect(value('jetsam_collection_last_success_timestamp_seconds')).toBe(api.clock.nowMs() / 1000)
  expect(value('jetsam_broken_tags')).toBe(0)
  expect(value('jetsam_reclaimable_bytes')).toBe(0)
  expect(value('jetsam_stored_bytes')).toBeGreaterThan(other.bytes.length)
})

test('prefers amounts that the dashboard computed after the last run', async () => {
  const api = await createTestApi()
  await api.as('writer').pushImage('team/app', image, '1.0')
  await collect(api)
  await api.as('writer').ask('DELETE', '/api/v0/repositories/team/app/manifests/1.0')
  api.clock.advance(60_000)
  expect((await scrape(api)).value('jetsam_reclaimable_bytes')).toBe(0)
  const { reclaimable } = await api.services.reclaimable.currentView()
  expect(reclaimable.bytes).toBeGreaterThan(0)
  const { value } = await scrape(api)
  expect(value('jetsam_reclaimable_bytes')).toBe(reclaimable.bytes)
  expect(value('jetsam_amounts_computed_timestamp_seconds')).toBe(api.clock.nowMs() / 1000)
})

test('never reads the storage of images for a scrape', async () => {
  const api = await createTestApi()
  await api.as('writer').pushImage('team/app', image, '1.0')
  const { reader, catalog, queries } = api.services.registry
  const reads = [
    ...(['blobs', 'repositories', 'manifests', 'stat', 'trash'] as const).map((name) =>
      vi.spyOn(reader, name),
    ),
    vi.spyOn(catalog, 'repositories'),
    vi.spyOn(queries, 'repositories'),
    vi.spyOn(api.storage, 'list'),
    vi.spyOn(api.storage, 'open'),
  ]
  await scrape(api)
  for (const read of reads) expect(read).not.toHaveBeenCalled()
})

test('measures how long the gate was closed, and which writers waited or were refused', async () => {
  const api = await createTestApi({ wait: () => new Promise(() => {}) })
  const { gate, clock } = api
  const entering = vi.spyOn(api.gate, 'enter')
  await gate.close({ mode: 'reject-pushes', maximumWaitMs: 0 })
  clock.advance(3_000)
  const push = () => api.as('writer').ask('POST', '/v2/team/app/blobs/uploads/')
  expect((await push()).status).toBe(405)
  let { value } = await scrape(api)
  expect(value('jetsam_push_gate_closed')).toBe(1)
  expect(value('jetsam_push_gate_closed_seconds_total')).toBe(3)
  expect(value('jetsam_push_gate_refusals_total')).toBe(1)
  expect(value('jetsam_push_gate_waits_total')).toBe(0)
  await expect(gate.close({ mode: 'hold-pushes', maximumWaitMs: 0 })).rejects.toThrow()
  await gate.open()
  clock.advance(5_000)

  await gate.close({ mode: 'hold-pushes', maximumWaitMs: 0 })
  const held = push()
  await expect.poll(() => entering).toHaveBeenCalledTimes(2)
  clock.advance(2_000)
  await gate.open()
  expect((await held).status).toBe(202)
  ;({ value } = await scrape(api))
  expect(value('jetsam_push_gate_closed')).toBe(0)
  expect(value('jetsam_push_gate_closed_seconds_total')).toBe(5)
  expect(value('jetsam_push_gate_waits_total')).toBe(1)
  expect(value('jetsam_push_gate_wait_seconds_total')).toBe(2)
  expect(value('jetsam_push_gate_refusals_total')).toBe(1)
})

test('counts pushes, pulls and requests, with labels that no client chooses', async () => {
  const api = await createTestApi()
  await api.as('writer').pushImage('team/app', image, '1.0')
  await api.as('reader').ask('GET', '/v2/team/app/manifests/1.0')
  await api.as('reader').ask('HEAD', '/v2/team/app/manifests/1.0')
  await api.as('reader').ask('GET', '/v2/team/app/manifests/none')
  await api.as('reader').ask('PURGE', '/v2/team/app/manifests/1.0')
  const { value, text } = await scrape(api)
  expect(value('jetsam_manifest_pushes_total')).toBe(1)
  expect(value('jetsam_manifest_pulls_total')).toBe(1)
  expect(value('jetsam_http_requests_total{api="v2",method="HEAD",status="200"}')).toBe(1)
  expect(value('jetsam_http_requests_total{api="v2",method="GET",status="404"}')).toBe(1)
  expect(value('jetsam_http_requests_total{api="v2",method="other",status="405"}')).toBe(1)
  expect(value('jetsam_http_request_duration_seconds_count{api="v2"}')).toBeGreaterThan(4)
  for (const secret of ['team', 'PURGE', '"writer"', image.digest])
    expect(text).not.toContain(secret)
})

test('asks a storage on the network in its own way, which ends soon', async () => {
  let isThere = true
  const api = await createTestApi({
    reachStorage: async () => {
      if (!isThere) throw new StoreError('FAILED', '')
    },
  })
  const status = async () => (await api.as(null).ask('GET', '/healthz')).status
  expect(await status()).toBe(200)
  isThere = false
  expect(await status()).toBe(503)
  expect((await scrape(api)).value('jetsam_dependency_up{dependency="storage"}')).toBe(0)
})

test('shows read-only storage in the metrics and in /healthz, until a write succeeds', async () => {
  const api = await createTestApi()
  const write = vi
    .spyOn(api.storage, 'write')
    .mockRejectedValueOnce(new StoreError('READ_ONLY', 'somewhere'))
  const push = () => api.as('writer').ask('POST', '/v2/team/app/blobs/uploads/')
  const health = async () => (await api.as(null).ask('GET', '/healthz')).json
  const state = { writable: true, reserve: 'none', reachable: true, latencyMs: 0 }
  const healthWith = (writable: boolean) => ({
    status: 'ok',
    writable,
    storage: { writable, reserve: 'none', reachable: true, latencyMs: 0 },
    state,
  })
  expect(await health()).toEqual(healthWith(true))
  expect((await push()).status).toBe(500)
  expect(await health()).toEqual(healthWith(false))
  const { value } = await scrape(api)
  expect(value('jetsam_storage_writable')).toBe(0)
  expect(value('jetsam_storage_write_failures_total{reason="read_only"}')).toBe(1)
  expect((await push()).status).toBe(202)
  expect(write).toHaveBeenCalledTimes(2)
  expect(await health()).toEqual(healthWith(true))
})
