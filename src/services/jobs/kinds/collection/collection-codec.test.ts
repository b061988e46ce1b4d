import { expect, it } from 'vitest'
import { noStoredParts } from '#domain/collection/stored-parts.ts'
import { job } from '#testing/conformance/state/state-samples.ts'
import { readJob } from '../../job-kind.ts'
import { dryRunCodec } from '../dry-run/dry-run-codec.ts'
import { collectionCodec } from './collection-codec.ts'

const stored = (result: unknown, phase = '') =>
  job('one', {
    result,
    progress: {
      phase,
      done: 3,
      total: 0,
      bytesFreed: 0,
      bytesPerSecond: 0,
      remainingMs: null,
      repository: null,
    },
  })

it('a stored collection of an older version is completed', () => {
  const result = { removed: { bytes: 7 }, byCause: { 'orphaned layer': { bytes: 7 }, luck: {} } }
  expect(readJob(collectionCodec, stored(result))).toMatchObject({
    request: { planID: null },
    progress: { phase: 'marking', done: 3 },
    result: {
      removed: { bytes: 7, layers: 0, manifests: 0 },
      left: { bytes: 0, layers: 0, manifests: 0 },
      byCause: { 'orphaned layer': { bytes: 7, layers: 0, manifests: 0 } },
      byRepository: {},
      failures: [],
      endedBy: 'done',
      verification: null,
    },
  })
  expect(readJob(dryRunCodec, stored(result)).result).toMatchObject({ planID: null })
})

it('a stored verification has all that it had', () => {
  const verification = {
    tags: 3,
    wholeTags: 2,
    broken: [{ repository: 'team/app', tag: '1', reason: 'gone' }],
    unread: [{ repository: 'team/closed', reason: 'no rights' }],
    absentPlatforms: 4,
  }
  const { result } = readJob(collectionCodec, stored({ verification }))
  expect(result?.verification).toEqual(verification)
})

it('what was stored before it is read as it was noted, and is absent if it was not', () => {
  const storedParts = { ...noStoredParts, oneImage: 7, reclaimable: 2 }
  const read = (found: object) => readJob(collectionCodec, stored(found)).result
  expect(read({ storedParts, freeBytes: 9 })).toMatchObject({ storedParts, freeBytes: 9 })
  expect(read({ storedParts: { oneImage: 7, reclaimable: 2, shared: 'x' }, freeBytes: null }))
    // Completed, as all that is stored.
    .toMatchObject({ storedParts, freeBytes: null })
  expect(read({})).not.toHaveProperty('storedParts')
  expect(read({})).not.toHaveProperty('freeBytes')
})

it('a stored phase that is one stays', () => {
  expect(readJob(collectionCodec, stored({}, 'sweeping')).progress?.phase).toBe('sweeping')
})

it.each([null, [], 7])('what is no result, as %j, is none', (found) => {
  expect(readJob(collectionCodec, stored(found)).result).toBeNull()
  expect(readJob(dryRunCodec, stored(found)).result).toBeNull()
})

it.each([null, 7, { planID: 7 }])('what is no plan, as %j, is none', (request) => {
  expect(collectionCodec.readRequest(request)).toEqual({ planID: null, spareDeletedHours: null })
})
