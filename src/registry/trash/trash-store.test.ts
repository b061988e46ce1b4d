import { expect, it } from 'vitest'
import { createMemoryObjectStore } from '#adapters/memory/memory-object-store.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import type { GetOutcome, ObjectStore } from '#storage/object-store.ts'
import { createTrashStore } from './trash-store.ts'

const key = 'jetsam/v1/trash/one.json'

/** A trash with one entry, whose read has this outcome. */
async function openTrash(outcome: GetOutcome | undefined) {
  const objects = createMemoryObjectStore(createMemoryFileTree())
  await objects.put(key, new TextEncoder().encode('{}'))
  const store: ObjectStore = {
    ...objects,
    getMany: async (keys, how) => {
      const outcomes = await objects.getMany(keys, how)
      return outcomes.flatMap((found, at) => (keys[at] === key ? (outcome ?? []) : found))
    },
  }
  return createTrashStore(store)
}

it.each<readonly [string, GetOutcome | undefined, string]>([
  ['may not be read', { kind: 'hidden', obstacle: 'no permission' }, 'DENIED'],
  ['may not be reached', { kind: 'failed', code: 'DENIED', reason: 'a test' }, 'DENIED'],
  ['cannot be read', { kind: 'failed', code: 'FAILED', reason: 'a test' }, 'FAILED'],
  ['has no outcome', undefined, 'FAILED'],
])('an entry that %s is never taken for gone', async (_, outcome, code) => {
  const trash = await openTrash(outcome)
  for (const act of [() => trash.read('one'), trash.all, trash.readable]) {
    await expect(act()).rejects.toMatchObject({ code, key })
  }
})

it.each<readonly [string, GetOutcome]>([
  ['is gone', { kind: 'absent' }],
  ['is no file any more', { kind: 'hidden', obstacle: 'symbolic link' }],
])('an entry that %s once it was listed is left out', async (_, outcome) => {
  const trash = await openTrash(outcome)
  expect(await trash.read('one')).toBeNull()
  expect(await trash.all()).toEqual([])
})
