import { expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { callTable, countingStorage } from './counting-storage.ts'
import { describeStorage } from '../conformance/file-tree.ts'

describeStorage('a storage that is counted', {
  open: async () => countingStorage(createMemoryFileTree()).storage,
})

it('is counted by calls, whose answers are those of the storage itself', async () => {
  const inner = createMemoryFileTree()
  const { storage, take } = countingStorage(inner)
  await storage.write('a/b', new Uint8Array([1]))
  const file = await storage.open('a/b')
  // The same file: nothing is copied.
  expect(file).toBe(inner.reads.open('a/b'))
  await storage.remove('a/b')
  expect(callTable(new Map([['one file', take()]]))).toBe(
    [
      '          open  list  write  move  remove  removeEmpty  all',
      'one file     1     0      1     0       1            0    3',
    ].join('\n'),
  )
  expect(Object.values(take())).toEqual([0, 0, 0, 0, 0, 0])
})
