import fs from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ObjectStore } from '#storage/object-store.ts'
import { StoreError } from '#storage/errors.ts'
import { uploadsOverFiles } from './uploads-over-files.ts'
import type { UploadStore } from '#storage/upload-store.ts'
import { bytesOf, listAll, readText } from '#testing/conformance/object-store/samples.ts'
import { createFileObjectStore } from './file-object-store.ts'
import { createDiskFileTree } from './disk-file-tree.ts'
import type { MayWrite } from '#coordination/leadership.ts'

let scratch = ''
beforeEach(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), 'jetsam-durable-')))
})
afterEach(() => rm(scratch, { recursive: true }))

interface Stores {
  readonly objects: ObjectStore
  readonly uploads: UploadStore
}

async function openIn(root: string, mayWrite?: MayWrite): Promise<Stores> {
  const durable = mayWrite === undefined
  const storage = await createDiskFileTree({ root, durable, ...(mayWrite && { mayWrite }) })
  const objects = createFileObjectStore({ root, storage, ...(mayWrite && { mayWrite }) })
  return { objects, uploads: uploadsOverFiles(storage, objects) }
}

/** The calls of the platform while `act` runs: renames, syncs and removals, in order. */
async function callsOf(root: string, act: () => Promise<unknown>): Promise<string[]> {
  const calls: string[] = []
  const nameOf = (path: unknown): string => {
    const name = relative(root, String(path))
    return name.startsWith('jetsam/v1/tmp/') ? 'temporary' : name
  }
  const { openSync, fsyncSync, unlinkSync } = fs
  const own = { openSync, fsyncSync, unlinkSync }
  const promises = {
    open: fs.promises.open,
    rename: fs.promises.rename,
    unlink: fs.promises.unlink,
  }
  const descriptors = new Map<number, string>()
  Object.assign(fs, {
    openSync: (path: string, flags: string) => {
      const descriptor = own.openSync(path, flags)
      descriptors.set(descriptor, nameOf(path))
      return descriptor
    },
    fsyncSync: (descriptor: number) => {
      calls.push(`sync ${descriptors.get(descriptor)}`)
      own.fsyncSync(descriptor)
    },
    unlinkSync: (path: string) => (calls.push(`unlink ${nameOf(path)}`), own.unlinkSync(path)),
  })
  Object.assign(fs.promises, {
    open: async (...words: Parameters<typeof promises.open>) => {
      const handle = await promises.open(...words)
      const sync = handle.sync.bind(handle)
      handle.sync = () => (calls.push(`sync ${nameOf(words[0])}`), sync())
      return handle
    },
    rename: async (from: string, to: string) => {
      await promises.rename(from, to)
      calls.push(`rename ${nameOf(from)} to ${nameOf(to)}`)
    },
    unlink: (path: string) => (calls.push(`unlink ${nameOf(path)}`), promises.unlink(path)),
  })
  syncBuiltinESMExports()
  try {
    await act()
  } finally {
    Object.assign(fs, own)
    Object.assign(fs.promises, promises)
    syncBuiltinESMExports()
  }
  return calls
}

describe('the calls of the disk', () => {
  let stores: Stores
  const calls = (act: () => Promise<unknown>) => callsOf(scratch, act)
  const prepare = async () => {
    stores = await openIn(scratch)
    for (const key of ['a/1', 'a/2', 'a/3/data', 'b/4']) await stores.objects.put(key, bytesOf(key))
  }

  it('for a durable put: its bytes before its name, and its name before the answer', async () => {
    await prepare()
    expect(await calls(() => stores.objects.put('a/1', bytesOf('new')))).toEqual([
      'sync temporary',
      'rename temporary to a/1',
      'sync a',
    ])
    const deep = await calls(() => stores.objects.put('a/deep/er/5', bytesOf('new')))
    expect(deep.indexOf('sync temporary')).toBeLessThan(
      deep.indexOf('rename temporary to a/deep/er/5'),
    )
    expect(deep).toEqual(expect.arrayContaining(['sync a', 'sync a/deep']))
    expect(deep.at(-1)).toBe('sync a/deep/er')
  })

  it('for a lazy put: no sync, because its loss does no harm', async () => {
    await prepare()
    expect(
      await calls(() => stores.objects.put('a/1', bytesOf('new'), { durability: 'lazy' })),
    ).toEqual(['rename temporary to a/1'])
  })

  it('for a move: the bytes first, then both folders', async () => {
    await prepare()
    const moved = await calls(() => stores.objects.move('a/1', 'b/5'))
    expect(moved.slice(0, 2)).toEqual(['sync a/1', 'rename a/1 to b/5'])
    expect(moved.slice(2).toSorted()).toEqual(['sync a', 'sync b'])
  })

  it('for a durable removal of many: each folder once, after all removals', async () => {
    await prepare()
    const keys = ['a/1', 'a/2', 'a/3/data', 'b/4', 'b/nothing']
    const inOneCall = { unlessModifiedSinceMs: Number.MAX_SAFE_INTEGER, prunes: true }
    expect(await calls(() => stores.objects.deleteMany(keys, inOneCall))).toEqual([
      'unlink a/1',
      'unlink a/2',
      'unlink a/3/data',
      'unlink b/4',
      'sync a',
      'sync ',
    ])
  })

  it('for a durable removal of few: each folder after the removal in it', async () => {
    await prepare()
    const one = await calls(() => stores.objects.deleteMany(['a/3/data'], { prunes: true }))
    expect(one).toEqual(['unlink a/3/data', 'sync a/3', 'sync a'])
    expect(await calls(() => stores.objects.deleteMany(['b/4']))).toEqual(['unlink b/4', 'sync b'])
  })

  it('for a lazy removal: no sync', async () => {
    await prepare()
    const removal = () => stores.objects.deleteMany(['a/1', 'b/4'], { durability: 'lazy' })
    // Each key is removed by a call of its own, and any of them may come first.
    expect((await calls(removal)).toSorted()).toEqual(['unlink a/1', 'unlink b/4'])
  })

  it('for an upload: no sync until it is committed, nor when the rest of it is removed', async () => {
    await prepare()
    const upload = 'r/_uploads/1/'
    await stores.uploads.begin(upload, 0)
    expect(
      await calls(() => stores.uploads.append(upload, { offset: 0, body: bytesOf('1') })),
    ).toEqual([])
    const committed = await calls(() => stores.uploads.commit(upload, 'a/1', { sizeBytes: 1 }))
    expect(committed.slice(0, 3)).toEqual([
      `sync ${upload}data`,
      `rename ${upload}data to a/1`,
      'sync a',
    ])
    expect(committed.filter((call) => call.startsWith('unlink'))).toEqual([])
    const discarded = await calls(() => stores.uploads.discard(upload))
    expect(discarded.filter((call) => call.startsWith('sync'))).toEqual([])
    expect(discarded.at(-1)).toBe(`unlink ${upload}startedat`)
  })
})

describe('a process that ends at any point', () => {
  const upload = 'u/_uploads/1/'
  const acts: readonly [
    name: string,
    act: (stores: Stores) => Promise<unknown>,
    then: string | null,
  ][] = [
    ['a put', ({ objects }) => objects.put('a/1', bytesOf('new')), 'new'],
    [
      'a put of a stream',
      ({ objects }) => objects.put('a/1', new Blob(['n', 'ew']).stream()),
      'new',
    ],
    ['a move', ({ objects }) => objects.move('b/2', 'a/1'), 'new'],
    ['a commit', ({ uploads }) => uploads.commit(upload, 'a/1', { sizeBytes: 3 }), 'new'],
    ['a removal', ({ objects }) => objects.deleteMany(['a/1']), null],
  ]

  it.each(acts)(
    'of %s has left the old object or the new one, and no part',
    async (_, act, then) => {
      for (let checks = 0, isOver = false; !isOver; checks += 1) {
        const root = join(scratch, String(checks))
        const before = await openIn(root, () => undefined)
        await before.objects.put('a/1', bytesOf('old'))
        await before.objects.put('b/2', bytesOf('new'))
        await before.uploads.begin(upload, 0)
        await before.uploads.append(upload, { offset: 0, body: bytesOf('new') })
        let left = checks
        const ending = await openIn(root, async () => {
          left -= 1
          if (left < 0) throw new StoreError('NOT_HELD', 'lock')
        })
        await act(ending).catch(() => {})
        isOver = left >= 0
        const after = await openIn(root, () => undefined)
        const text = await readText(after.objects, 'a/1')
        expect(isOver ? [then] : ['old', then]).toContain(text)
        for (const listed of await listAll(after.objects)) {
          expect(listed).toMatchObject({
            kind: 'key',
            key: expect.stringMatching(/^(a\/1|b\/2|u\/.*)$/),
          })
        }
      }
    },
  )
})
