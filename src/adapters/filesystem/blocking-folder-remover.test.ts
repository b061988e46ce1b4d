import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFolderRemover, type RemoveFolders } from '#registry/removal/folder-remover.ts'
import { removeFolderWith } from '#testing/builders/one-removal.ts'
import { createBlockingRemover } from './blocking-folder-remover.ts'
import { createFileStorage } from './file-storage.ts'

const sinceMs = Date.UTC(2026, 0, 2)
const beforeSeconds = Date.UTC(2026, 0, 1) / 1000

describe.each<[string, (root: string) => Promise<RemoveFolders>]>([
  ['with promises', async (root) => createFolderRemover(await createFileStorage({ root }))],
  [
    'with blocking calls',
    async (root) => {
      const removeNow = createBlockingRemover(root)
      return async (removals) => removeNow(removals)
    },
  ],
])('removing for a collection, %s', (_, open) => {
  let scratch = ''
  let root = ''
  let removeFolders: RemoveFolders
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'jetsam-remover-'))
    root = join(scratch, 'store')
    await mkdir(root)
    removeFolders = await open(root)
  })
  afterEach(() => rm(scratch, { recursive: true }))

  async function write(path: string, bytes: string, seconds = beforeSeconds): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), bytes)
    await utimes(join(root, path), seconds, seconds)
  }
  const remove = (one: Parameters<typeof removeFolderWith>[1]) =>
    removeFolderWith(removeFolders, one)
  const removal = { folder: 'blobs/one', file: 'data', sinceMs, durably: false }

  it.each([false, true])(
    'removes the folder, and returns what its file held (durably: %s)',
    async (durably) => {
      await write('blobs/one/data', 'bytes')
      await write('blobs/two/data', 'other')
      expect(await remove({ ...removal, durably })).toEqual({ kind: 'removed', bytes: 5 })
      expect(await readdir(join(root, 'blobs'))).toEqual(['two'])
      expect(await remove({ ...removal, durably })).toEqual({ kind: 'absent' })
    },
  )

  it('counts what is freed: nothing of a file with another name, of a sparse one what it took', async () => {
    await write('blobs/one/data', 'bytes')
    await link(join(root, 'blobs/one/data'), join(scratch, 'kept'))
    expect(await remove(removal)).toEqual({ kind: 'removed', bytes: 0 })
    await mkdir(join(root, 'blobs/two'), { recursive: true })
    const sparse = join(root, 'blobs/two/data')
    await writeFile(sparse, 'bytes')
    await truncate(sparse, 50_000_000)
    await utimes(sparse, beforeSeconds, beforeSeconds)
    const { blocks } = await stat(sparse)
    expect(blocks * 512).toBeLessThan(1_000_000)
    expect(await remove({ ...removal, folder: 'blobs/two' })).toEqual({
      kind: 'removed',
      bytes: blocks * 512,
    })
  })

  it('keeps what was written since', async () => {
    await write('blobs/one/data', 'bytes', sinceMs / 1000)
    expect(await remove(removal)).toEqual({ kind: 'in use' })
    expect(await readdir(join(root, 'blobs/one'))).toEqual(['data'])
  })

  it('finishes what an earlier removal began, and finds nothing where nothing is', async () => {
    await mkdir(join(root, 'blobs/one'), { recursive: true })
    expect(await remove(removal)).toEqual({ kind: 'absent' })
    expect(await readdir(join(root, 'blobs'))).toEqual([])
    expect(await remove({ ...removal, folder: 'nowhere/one' })).toEqual({ kind: 'absent' })
  })

  it('removes what else is in the folder, including links but not their targets', async () => {
    await mkdir(join(scratch, 'outside'))
    await writeFile(join(scratch, 'outside/kept'), '1')
    await write('blobs/one/data', 'bytes')
    await write('blobs/one/more/stray', '1')
    await symlink(join(scratch, 'outside'), join(root, 'blobs/one/link'))
    expect(await remove(removal)).toEqual({ kind: 'removed', bytes: 5 })
    expect(await readdir(join(root, 'blobs'))).toEqual([])
    expect(await readdir(join(scratch, 'outside'))).toEqual(['kept'])
  })

  it('removes many at once, each by itself', async () => {
    const names = [...Array(50).keys()].map((number) => `blob-${number}`)
    await Promise.all(names.map((name) => write(`blobs/${name}/data`, name)))
    await write('blobs/young/data', 'young', sinceMs / 1000)
    const folders = [...names, 'young', 'nowhere'].map((name) => `blobs/${name}`)
    const outcomes = await removeFolders({ folders, file: 'data', sinceMs, durably: false })
    expect(outcomes).toEqual([
      ...names.map((name) => ({ kind: 'removed', bytes: name.length })),
      { kind: 'in use' },
      { kind: 'absent' },
    ])
    expect(await readdir(join(root, 'blobs'))).toEqual(['young'])
  })

  it('fails for a folder that it may not remove, and removes the others', async () => {
    await mkdir(join(scratch, 'outside/two'), { recursive: true })
    await writeFile(join(scratch, 'outside/two/data'), '1')
    await symlink(join(scratch, 'outside'), join(root, 'linked'))
    const folders = ['blobs/one', 'linked/two', '../outside/two', 'blobs/three']
    for (const durably of [false, true]) {
      await write('blobs/one/data', 'bytes')
      await write('blobs/three/data', 'three')
      const outcomes = await removeFolders({ folders, file: 'data', sinceMs, durably })
      const refused = { kind: 'failed', error: { code: 'INVALID_PATH' } }
      const removed = { kind: 'removed', bytes: 5 }
      expect(outcomes).toMatchObject([removed, refused, refused, removed])
    }
    expect(await readdir(join(scratch, 'outside/two'))).toEqual(['data'])
  })

  it('removes a link in place of the folder, but not its target', async () => {
    await mkdir(join(scratch, 'outside'))
    await writeFile(join(scratch, 'outside/data'), '1')
    await mkdir(join(root, 'blobs'))
    await symlink(join(scratch, 'outside'), join(root, 'blobs/one'))
    expect(await remove(removal)).toEqual({ kind: 'absent' })
    expect(await readdir(join(scratch, 'outside'))).toEqual(['data'])
    expect(await readdir(join(root, 'blobs'))).toEqual([])
  })

  it('does not follow a link on the path', async () => {
    await mkdir(join(scratch, 'outside/one'), { recursive: true })
    await writeFile(join(scratch, 'outside/one/data'), '1')
    await symlink(join(scratch, 'outside'), join(root, 'blobs'))
    await expect(remove(removal)).rejects.toMatchObject({ code: 'INVALID_PATH' })
    expect(await readdir(join(scratch, 'outside/one'))).toEqual(['data'])
  })

  it('refuses a path that leads elsewhere', async () => {
    const outside = remove({ ...removal, folder: '../outside' })
    await expect(outside).rejects.toMatchObject({ code: 'INVALID_PATH' })
  })
})

it('leaves the rest of a batch when its time is up, but tries the first', async () => {
  const root = await mkdtemp(join(tmpdir(), 'jetsam-remover-'))
  try {
    const folders = ['one', 'two', 'three', 'four'].map((name) => `blobs/${name}`)
    for (const folder of folders) {
      await mkdir(join(root, folder), { recursive: true })
      await writeFile(join(root, folder, 'data'), '1')
    }
    const remove = createBlockingRemover(root)
    const removals = { folders, file: 'data', sinceMs: Infinity, durably: false }
    let looks = 0
    const kinds = (isTimeUp: () => boolean): string[] =>
      remove(removals, isTimeUp).map(({ kind }) => kind)
    expect(kinds(() => (looks += 1) > 1)).toEqual(['removed', 'removed', 'not tried', 'not tried'])
    expect((await readdir(join(root, 'blobs'))).toSorted()).toEqual(['four', 'three'])
    expect(kinds(() => true)).toEqual(['absent', 'not tried', 'not tried', 'not tried'])
  } finally {
    await rm(root, { recursive: true })
  }
})
