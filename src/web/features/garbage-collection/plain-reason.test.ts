import { expect, it } from 'vitest'
import { hasDetail, plainReason } from './plain-reason.ts'

it.each([
  [
    'nothing was deleted: reading the blobs: storage: failed: docker/registry/v2/blobs/sha256/',
    'Nothing was deleted: reading the blobs: the storage failed.',
  ],
  [
    'storage: denied: docker/registry/v2/repositories/team/app; all of it is kept',
    'The server may not read it; all of it is kept.',
  ],
  [
    `the manifest sha256:${'ab'.repeat(32)} of team/app cannot be read; nothing was deleted`,
    'An image of team/app cannot be read; nothing was deleted.',
  ],
  [`reading sha256:${'ab'.repeat(32)}: it is gone`, 'Reading sha256:ababababab…: it is gone.'],
  ['storage: full: jetsam/v1/trash/x.json', 'The disk is full.'],
])('says %j without paths', (reason, plain) => {
  expect(plainReason(reason)).toBe(plain)
  expect(hasDetail(reason)).toBe(true)
})

it('leaves other words as they are', () => {
  expect(plainReason('it was stopped')).toBe('It was stopped.')
  expect(hasDetail('it was stopped')).toBe(false)
})
