import { fill, images, openWorld, settled } from '#testing/answer-snapshots/world.ts'
import { StoreError } from '#storage/errors.ts'
import { expect, test, vi } from 'vitest'

/** The part of the metrics that monitoring relies on: names, types, help texts and labels. */
test('the metrics of a server that has done a bit of everything', async () => {
  const world = await openWorld()
  const { api, ask, must } = world
  const { entry } = await fill(world)
  await must(`POST /api/v0/trash/${entry}/restore`)
  await ask('reader', 'GET /v2/team/app/manifests/1.0')
  await ask('reader', `GET /v2/team/app/blobs/${images.base.blobs[1]?.digest}`)
  await ask('reader', 'PUT /v2/team/app/manifests/1.0', '{}')
  await ask(null, 'POST /api/v0/session', { name: 'reader', password: 'wrong' })
  // A collection that is stopped before it can start, because it waits for a push.
  await must('PUT /api/v0/garbage-collection/policy', {
    timeLimitMinutes: null,
    whileCollecting: 'reject-pushes',
    trashRetentionHours: 24,
    collectUntagged: false,
    untaggedMinimumAgeHours: 24,
  })
  const pass = await api.gate.enter({ repository: 'team/app', step: 'upload' })
  const location = (await must('POST /api/v0/admin/jobs', { job: 'registryGC' })).get('Location')
  await must(`POST ${location}/cancel`)
  if (pass.entered) pass.leave()
  await settled(api)
  vi.spyOn(api.storage, 'write').mockRejectedValueOnce(new StoreError('FULL', 'somewhere'))
  await ask('writer', 'POST /v2/team/app/blobs/uploads/')

  const { status, headers, text } = await ask('stranger', 'GET /metrics')
  expect([status, headers.get('Content-Type'), headers.get('Cache-Control')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
    'no-store',
  ])
  // Other tests check the values.
  const shapes = text
    .split('\n')
    .map((line) => (line.startsWith('#') ? line : line.replace(/ \S+$/, '')))
  await expect(shapes.join('\n')).toMatchFileSnapshot('metrics.txt')
})
