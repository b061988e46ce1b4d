import { describe, expect, test } from 'vitest'
import { formatOwner, parseOwner, strangersBecause, type OwnerRow } from './storage-owner.ts'

const before = { clusterID: 'ours', epoch: 4, run: 'run 4' }
const now = { clusterID: 'ours', epoch: 5, run: 'run 5' }
const settled: OwnerRow = { ...now, mirroredRun: 'run 5' }
/** A start that has not written the file yet, or does not know that it has. */
const starting: OwnerRow = { ...now, mirroredRun: 'run 4' }
const first: OwnerRow = { clusterID: 'ours', epoch: 1, run: 'run 1', mirroredRun: '' }

describe('a state and a storage belong together', () => {
  test.each<[string, OwnerRow | null, string | null]>([
    ['if neither belongs to any other', null, null],
    ['if they name the same run', settled, formatOwner(now)],
    ['after a start that ended before it wrote the file', starting, formatOwner(before)],
    ['after a start that ended just when it had', starting, formatOwner(now)],
    ['after a first start that wrote no file', first, null],
    ['after a first start that wrote it', first, formatOwner(first)],
  ])('%s', (_, row, file) => {
    expect(strangersBecause(row, file)).toBeNull()
  })
})

describe('a state and a storage do not belong together', () => {
  test.each<[string, OwnerRow | null, string | null, string]>([
    ['if the database is new', null, formatOwner(now), 'belongs to another database'],
    ['if the storage is new', settled, null, 'belongs to another storage'],
    ['of two clusters', settled, formatOwner({ ...now, clusterID: 'theirs' }), 'another one'],
    ['after an older storage was restored', settled, formatOwner(before), 'restored'],
    [
      'after an older database was restored',
      { ...before, mirroredRun: 'run 4' },
      formatOwner(now),
      'restored',
    ],
    ['if the file is damaged', settled, '{"clusterID":"ours"', 'damaged'],
    ['if the file is damaged, and the database new', null, '', 'damaged'],
  ])('%s', (_, row, file, reason) => {
    expect(strangersBecause(row, file)).toContain(reason)
  })
})

test.each(['', 'null', '[]', '{}', '{"clusterID":"a","epoch":"1","run":"b"}'])(
  '%j is no owner',
  (text) => {
    expect(parseOwner(text)).toBeNull()
  },
)
