import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StoreError } from '#storage/errors.ts'
import type { FileTree } from './file-tree.ts'
import { createBlockingDeleter } from './blocking-key-deleter.ts'
import { createDiskFileTree } from './disk-file-tree.ts'
import { createLeaseDeadline } from './lease/lease-deadline.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const twoPieces = () =>
  new ReadableStream({
    start(controller) {
      for (const piece of ['1', '2']) controller.enqueue(bytes(piece))
      controller.close()
    },
  })

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'jetsam-held-'))
})
afterAll(() => rm(scratch, { recursive: true }))

/**
 * All files and folders with their content, except temporary ones, and except the folders that are
 * made before a file moves there.
 */
async function treeOf(root: string): Promise<Readonly<Record<string, string>>> {
  const tree: Record<string, string> = {}
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1)
    if (path.startsWith('jetsam') || path === 'new' || path === 'b') continue
    tree[path] = entry.isFile() ? await readFile(join(root, path), 'utf8') : ''
  }
  return tree
}

const acts: readonly [name: string, act: (storage: FileTree) => Promise<unknown>][] = [
  ['a write', (storage) => storage.write('new/file', bytes('1'))],
  ['a write over a file', (storage) => storage.write('a/one', bytes('1'))],
  ['a stream', (storage) => storage.write('new/file', twoPieces())],
  ['an addition', (storage) => storage.write('a/one', bytes('1'), { append: true })],
  ['a move', (storage) => storage.move('a/one', 'b/one')],
  ['a removal of a file', (storage) => storage.remove('a/one')],
  ['a removal of a folder', (storage) => storage.remove('a')],
  ['a removal of empty folders', (storage) => storage.removeEmpty('empty')],
]

describe.each(acts)('%s in a locked storage', (_, act) => {
  /** @param checks how many of the checks pass before the lease is lost */
  async function actWhileLosing(checks: number) {
    const root = await mkdtemp(join(scratch, 'store-'))
    const written = await createDiskFileTree({ root, durable: false })
    for (const path of ['a/one', 'a/two', 'a/deep/three']) await written.write(path, bytes(path))
    mkdirSync(join(root, 'empty', 'deep', 'deeper'), { recursive: true })
    let checked = 0
    let treeWhenLost: Readonly<Record<string, string>> | null = null
    const storage = await createDiskFileTree({
      root,
      durable: false,
      async mayWrite() {
        checked += 1
        if (checked <= checks) return
        treeWhenLost ??= await treeOf(root)
        throw new StoreError('NOT_HELD', 'lock')
      },
    })
    const end = await act(storage).then(
      () => 'done',
      (error: StoreError) => error.code,
    )
    return { checked, end, treeWhenLost, tree: await treeOf(root) }
  }

  it('stops when the lease is lost, and changes nothing more', async () => {
    const { checked: checks, end } = await actWhileLosing(Infinity)
    expect([checks > 0, end]).toEqual([true, 'done'])
    for (let passed = 0; passed < checks; passed += 1) {
      const { end: stopped, tree, treeWhenLost } = await actWhileLosing(passed)
      expect([passed, stopped]).toEqual([passed, 'NOT_HELD'])
      expect(tree).toEqual(treeWhenLost)
    }
  })
})

it.each(acts)('%s compares the token once, and last where it becomes visible', async (_, act) => {
  const root = await mkdtemp(join(scratch, 'store-'))
  const written = await createDiskFileTree({ root, durable: false })
  for (const path of ['a/one', 'a/two', 'a/deep/three']) await written.write(path, bytes(path))
  mkdirSync(join(root, 'empty', 'deep', 'deeper'), { recursive: true })
  const before = await treeOf(root)
  const checks: string[] = []
  const trees: unknown[] = []
  const storage = await createDiskFileTree({
    root,
    durable: false,
    async mayWrite(part) {
      checks.push(part ?? 'whole')
      if (part === undefined) trees.push(await treeOf(root))
    },
  })
  await act(storage)
  expect(checks.filter((check) => check === 'whole')).toHaveLength(1)
  expect(trees).toEqual([before])
  expect(await treeOf(root)).not.toEqual(before)
})

it('a removal for a collection changes nothing once the deadline is over', async () => {
  const root = await mkdtemp(join(scratch, 'store-'))
  const storage = await createDiskFileTree({ root, durable: false })
  await storage.write('blobs/one/data', bytes('1'))
  const clock = { monotonicMs: () => 5_000, wallMs: () => 5_000 }
  const deadline = createLeaseDeadline(clock)
  const deleteNow = createBlockingDeleter(root, { ...deadline, isTaken: () => false })
  const remove = () => deleteNow(['blobs/one/data'], { durability: 'lazy', prunes: true })
  expect(remove()).toMatchObject([{ kind: 'failed', code: 'NOT_HELD' }])
  expect(await treeOf(root)).toHaveProperty(['blobs/one/data'], '1')
  deadline.extend({ monotonicMs: 0, wallMs: 0 }, 5_001)
  expect(remove()).toEqual([{ kind: 'removed', bytes: 1 }])
})

it('a read-only storage is not made, tidied or written', async () => {
  const root = join(await mkdtemp(join(scratch, 'store-')), 'store')
  await expect(createDiskFileTree({ root, mayWrite: null })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  const left = join(root, 'jetsam', 'v1', 'tmp')
  mkdirSync(left, { recursive: true })
  await writeFile(join(left, 'left'), '')
  await utimes(join(left, 'left'), 1, 1)
  const storage = await createDiskFileTree({ root, mayWrite: null })
  expect(await readdir(left)).toEqual(['left'])
  await expect(storage.write('a', bytes('1'))).rejects.toMatchObject({ code: 'READ_ONLY' })
})
