import { expect, it } from 'vitest'
import { describeStorage } from '#testing/conformance/file-tree.ts'
import { createMemoryFileTree, type SnapshotFile } from './memory-file-tree.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describeStorage('memory', { open: async () => createMemoryFileTree() })

it('is the same again when rebuilt from its reported changes', async () => {
  const kept = new Map<string, SnapshotFile>()
  const storage = createMemoryFileTree({
    onChange(path, file) {
      if (file) kept.set(path, file)
      else kept.delete(path)
    },
    clock: { nowMs: () => 1_700_000_000_000 },
  })
  await storage.write('a/b', bytes('1'))
  await storage.write('a/c', bytes('2'), { append: true })
  await storage.write('a/c', bytes('3'), { append: true })
  await storage.write('x/y/z', bytes('4'))
  await storage.move('x/y', 'moved')
  await storage.write('gone/1', bytes('5'))
  await storage.remove('gone')
  expect(new Map(storage.files())).toEqual(kept)

  const again = createMemoryFileTree({ files: kept })
  expect(new Map(again.files())).toEqual(kept)
  expect((await again.open('a/c'))?.modifiedAtMs).toBe(1_700_000_000_000)
  expect([...kept.keys()].toSorted()).toEqual(['a/b', 'a/c', 'moved/z'])
})

it('reads a file as it was when it was opened', async () => {
  const storage = createMemoryFileTree()
  await storage.write('a', bytes('old'))
  const file = await storage.open('a')
  await storage.write('a', bytes('new'))
  await storage.remove('a')
  expect(await new Response(file?.stream()).text()).toBe('old')
})
