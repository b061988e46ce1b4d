import { expect, it } from 'vitest'
import { createMemoryStorage } from '#adapters/memory/memory-storage.ts'
import type { DeleteOutcome } from '#storage/object-store.ts'
import { watchStorage } from './storage-metrics.ts'

const failed = (code: 'FULL' | 'DENIED' | 'INVALID_PATH'): DeleteOutcome => ({
  kind: 'failed',
  code,
  reason: 'said the platform',
})

it('counts each key that the storage refused in a removal of many, by its code', async () => {
  const watched = watchStorage(createMemoryStorage())
  let outcomes: readonly DeleteOutcome[] = []
  const deleteBatch = watched.watchDeletes(async () => outcomes)
  const failures = () =>
    watched.families().flatMap(({ samples }) => samples.map(({ labels, value }) => [labels, value]))

  outcomes = [failed('DENIED'), { kind: 'removed', bytes: 1 }, failed('INVALID_PATH')]
  expect(await deleteBatch(['a', 'b', 'c'], {})).toBe(outcomes)
  expect(watched.isWritable()).toBe(false)
  expect(failures()).toContainEqual([{ reason: 'denied' }, 1])

  // An invalid key says nothing about the storage as a whole.
  outcomes = [failed('INVALID_PATH'), { kind: 'absent' }, { kind: 'modified' }]
  await deleteBatch(['a', 'b', 'c'], {})
  expect(watched.isWritable()).toBe(true)
  expect(failures()).toContainEqual([{ reason: 'denied' }, 1])
})
