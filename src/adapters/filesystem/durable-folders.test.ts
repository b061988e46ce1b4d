import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDurableFolders } from './durable-folders.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jetsam-folders-'))
})
afterEach(() => rm(root, { recursive: true }))

/** Folders on a disk whose syncs end on demand. */
function slowFolders() {
  const syncing: { readonly folder: string; end(): void }[] = []
  let onSync = (): void => {}
  const folders = createDurableFolders(
    (folder) =>
      new Promise((end) => {
        syncing.push({ folder: relative(root, folder), end })
        onSync()
      }),
  )
  return {
    folders,
    synced: () => syncing.map(({ folder }) => folder).toSorted(),
    begun: (count: number) =>
      new Promise<void>((resolve) => {
        onSync = () => syncing.length >= count && resolve()
        onSync()
      }),
    endAll: () => syncing.forEach(({ end }) => end()),
  }
}

async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = 'waiting'
  void promise.then(() => (state = 'over'))
  for (let turn = 0; turn < 50; turn += 1) await setImmediate()
  return state
}

describe('folders', () => {
  test('are complete once each is durable in the one above it', async () => {
    const { folders, begun, synced, endAll } = slowFolders()
    const making = folders.make(join(root, 'a/b/c'))
    await begun(3)
    expect(synced()).toEqual(['', 'a', 'a/b'])
    expect(await stateOf(making)).toBe('waiting')
    endAll()
    await making
  })

  test('that were made a moment ago delay others, in them and below', async () => {
    const { folders, begun, endAll } = slowFolders()
    const making = folders.make(join(root, 'a/b'))
    await begun(2)
    const others = [
      folders.entered(join(root, 'a/b')),
      folders.make(join(root, 'a/b')),
      folders.entered(join(root, 'a/b/c')),
    ]
    for (const other of others) expect(await stateOf(other)).toBe('waiting')
    endAll()
    await Promise.all([making, ...others])
    // Nothing is left to wait for.
    await folders.entered(join(root, 'a/b'))
  })

  test('need not be durable themselves if their loss does no harm, but those above must', async () => {
    const { folders, begun, synced, endAll } = slowFolders()
    const making = folders.make(join(root, 'a/b/c'), { lazily: true })
    await begun(2)
    endAll()
    await making
    expect(synced()).toEqual(['', 'a'])
  })
})
