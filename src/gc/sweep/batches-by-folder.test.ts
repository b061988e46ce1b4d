import { expect, test } from 'vitest'
import { parseDigest } from '#domain/values/digest.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import { directoryBatches } from './batches-by-folder.ts'

function digest(hex: string) {
  const parsed = parseDigest(`sha256:${hex.padEnd(64, '0')}`)
  if (!parsed.ok) throw new Error(parsed.refusal.message)
  return parsed.value
}

const item = (changes: Partial<PlannedRemoval>): PlannedRemoval => ({
  step: 'blob',
  cause: 'orphaned layer',
  repository: null,
  digest: null,
  name: '',
  isManifest: false,
  sizeBytes: 1,
  ...changes,
})
const blob = (hex: string) => item({ digest: digest(hex) })
const link = (repository: string, hex: string) =>
  item({ step: 'layer-link', repository, digest: digest(hex) })

test('items of one directory are in one batch, in order', () => {
  const [a, b, c, d] = [blob('aa1'), blob('ab1'), blob('aa0'), blob('ab2')]
  expect([...directoryBatches([a, b, c, d], 1)]).toEqual([
    [a, c],
    [b, d],
  ])
  const [e, f, g] = [link('team/app', 'a'), link('team/web', 'a'), link('team/app', 'b')]
  expect([...directoryBatches([e, f, g], 1)]).toEqual([[e, g], [f]])
})

test('what has a folder of its own is beside the neighbours of others', () => {
  const entries = [1, 2, 3].map((number) =>
    item({ step: 'trash-claim', repository: 'team/app', name: `entry ${number}` }),
  )
  const neighbours = [link('team/app', 'a'), link('team/app', 'b')]
  expect([...directoryBatches([...entries, ...neighbours], 1)]).toEqual([entries, neighbours])
})

test('what is removed under the lock of a repository shares its batch with no other', () => {
  const upload = (repository: string, name: string) => item({ step: 'upload', repository, name })
  const [a, b, c] = [upload('team/app', '1'), upload('team/web', '2'), upload('team/app', '3')]
  expect([...directoryBatches([a, b, c], 100)]).toEqual([[a, c], [b]])
  const [d, e] = [link('team/app', 'a'), link('team/web', 'a')]
  expect([...directoryBatches([d, e], 100)]).toEqual([[d], [e]])
})

test('small directories share a batch', () => {
  const [a, b, c, d, e] = [blob('aa1'), blob('ab1'), blob('aa0'), blob('ac1'), blob('ad0')]
  expect([...directoryBatches([a, b, c, d, e], 3)]).toEqual([
    [a, c, b],
    [d, e],
  ])
})

test('each of very many items is in one batch, and few are in memory at a time', () => {
  let taken = 0
  function* many() {
    for (; taken < 20_000; taken += 1) yield blob((taken % 256).toString(16).padStart(2, '0'))
  }
  const batches = directoryBatches(many(), 1)
  batches.next()
  expect(taken).toBeLessThan(5000)
  let items = 0
  for (const batch of batches) items += batch.length
  // The first batch was taken before.
  expect(items).toBe(20_000 - 16)
})
