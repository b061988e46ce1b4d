import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failedOf, type DeleteBatch, type ObjectStore } from '#storage/object-store.ts'
import { objectsOverFiles } from './objects-over-file-tree.ts'
import { StoreError } from '#storage/errors.ts'
import type { FileTree } from './file-tree.ts'
import { scannerOver } from '#storage/scanner-over-lists.ts'
import { uploadsOverFiles } from './uploads-over-files.ts'
import { describeGivenTimes } from '#testing/conformance/object-store/given-times.ts'
import { describeObjectStore } from '#testing/conformance/object-store/object-store.ts'
import { listAll } from '#testing/conformance/object-store/samples.ts'
import { describeScanner } from '#testing/conformance/scanner.ts'
import { describeUploadStore } from '#testing/conformance/upload-store.ts'
import { createBlockingDeleter, type DeleteNow } from './blocking-key-deleter.ts'
import { createFileObjectStore } from './file-object-store.ts'
import { createClaimableFiles } from './claimable-files.ts'
import { createDiskFileTree } from './disk-file-tree.ts'
import { sharedUploadsOverFiles } from './shared-uploads-over-files.ts'

let scratch = ''
let count = 0
/**
 * The root of the last opened store, the place outside of it, and the paths that may not be read.
 */
let root = ''
let outside = ''
let denied: string | null = null
let locked: string | null = null

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'jetsam-objects-'))
})
afterAll(() => rm(scratch, { recursive: true }))

function expectAllowed(path: string): void {
  if (denied === null || !`${path}/`.startsWith(`${denied}/`)) return
  throw new StoreError('DENIED', path)
}

/** Acts like an account without rights, because the one that runs the tests may have all. */
const denying = (storage: FileTree): FileTree => ({
  open: async (path, how) => (expectAllowed(path), await storage.open(path, how)),
  list: async (path) => (expectAllowed(path), await storage.list(path)),
  write: async (path, body, how) => (expectAllowed(path), await storage.write(path, body, how)),
  move: async (from, to) => (expectAllowed(from), expectAllowed(to), await storage.move(from, to)),
  remove: async (path, how) => (expectAllowed(path), await storage.remove(path, how)),
  removeEmpty: async (path) => (expectAllowed(path), await storage.removeEmpty(path)),
})

const denyingDeletes =
  (deleteNow: DeleteNow): DeleteBatch =>
  async (keys, how) =>
    keys.flatMap((key) => {
      try {
        expectAllowed(key)
        return deleteNow([key], how)
      } catch (error) {
        return failedOf(error)
      }
    })

/** Puts a folder in the place of a key. */
async function makeFolder(key: string, at = root): Promise<void> {
  await mkdir(join(at, key, 'deep'), { recursive: true })
  await writeFile(join(at, key, 'below'), 'below')
  await writeFile(join(at, key, 'deep/below'), 'below')
}

async function open() {
  root = join(await realpath(scratch), String((count += 1)))
  outside = `${root}-outside`
  denied = null
  await makeFolder('', outside)
  const storage = denying(await createDiskFileTree({ root, durable: false }))
  const deleteBatch = denyingDeletes(createBlockingDeleter(root))
  const objects = createFileObjectStore({ root, storage, deleteBatch })
  const uploads = uploadsOverFiles(storage, objects)
  return { storage, objects, uploads, scanner: scannerOver(objects) }
}

/** A store that removes even few keys with blocking calls. */
async function openInBatches(): Promise<ObjectStore> {
  const { objects } = await open()
  const unlessModifiedSinceMs = Number.MAX_SAFE_INTEGER
  return {
    ...objects,
    deleteMany: (keys, how) => objects.deleteMany(keys, { unlessModifiedSinceMs, ...how }),
  }
}

const linksAndPipes = {
  'symbolic link': async (key: string) => {
    await mkdir(dirname(join(root, key)), { recursive: true })
    await symlink(outside, join(root, key))
  },
  'strange file': async (key: string) => {
    await mkdir(dirname(join(root, key)), { recursive: true })
    const socket = createServer().unref()
    await once(socket.listen(join(root, key)), 'listening')
  },
}

describe.each([
  ['with promises', async () => (await open()).objects],
  ['with blocking calls', openInBatches],
])('removing %s', (_, openObjects) => {
  describeGivenTimes('the file system', async () => {
    const folder = await realpath(await mkdtemp(join(scratch, 'times-')))
    return createFileObjectStore({
      root: folder,
      storage: await createDiskFileTree({ root: folder }),
    })
  })

  describeObjectStore('the file system', {
    open: openObjects,
    hasFolders: true,
    obstacles: {
      ...linksAndPipes,
      'no permission': async (key) => {
        await makeFolder(key)
        await chmod(join(root, key), 0)
        const mayRead = await readdir(join(root, key)).catch(() => null)
        if (mayRead !== null) denied = key
        locked = join(root, key)
      },
    },
    async close() {
      if (locked !== null) await chmod(locked, 0o700)
      locked = null
    },
    isOutsideUnchanged: async () =>
      (await readdir(outside, { recursive: true })).toSorted().join() === 'below,deep,deep/below',
  })
})

describeUploadStore('the file system', { open, obstacles: linksAndPipes })

describeUploadStore('the file system of several servers', {
  async open() {
    const { storage, objects } = await open()
    const uploads = sharedUploadsOverFiles({
      storage,
      objects,
      claimable: createClaimableFiles({ root }),
      createId: () => `call-${(count += 1)}`,
      nowMs: () => Date.now(),
    })
    return { objects, uploads }
  },
  obstacles: linksAndPipes,
})

describeScanner('the file system', { open, obstacles: linksAndPipes })

it('keeps its temporary files to itself', async () => {
  const { objects } = await open()
  await objects.put('jetsam/v1/trash/a', new Uint8Array())
  await writeFile(join(root, 'jetsam/v1/tmp/left'), '1')
  expect(await listAll(objects)).toEqual([{ kind: 'key', key: 'jetsam/v1/trash/a' }])
  expect(await listAll(objects, 'jetsam/v1/', { delimiter: '/' })).toEqual([
    { kind: 'prefix', prefix: 'jetsam/v1/trash/' },
  ])
  const invalid = { code: 'INVALID_PATH' }
  await expect(objects.get('jetsam/v1/tmp/left')).rejects.toMatchObject(invalid)
  await expect(objects.put('jetsam/v1/tmp', new Uint8Array())).rejects.toMatchObject(invalid)
  await expect(objects.deleteMany(['jetsam/v1/tmp/left'])).rejects.toMatchObject(invalid)
  await expect(objects.pruneMany(['docker/', 'jetsam/v1/tmp/'])).rejects.toMatchObject(invalid)
  await expect(listAll(objects, 'jetsam/v1/tmp/')).rejects.toMatchObject(invalid)
  expect(await readdir(join(root, 'jetsam/v1/tmp'))).toEqual(['left'])
})

it('reports a name that no key can have, because it could not be opened by its key', async () => {
  const { objects } = await open()
  await objects.put('a/seen', new Uint8Array())
  const names = [Buffer.from('a/b\\c'), Buffer.from([...Buffer.from('a/'), 0xff, 0xfe])]
  for (const name of names) await mkdir(Buffer.concat([Buffer.from(`${root}/`), name]))
  expect(await listAll(objects, 'a/')).toEqual([
    { kind: 'blind spot', key: 'a/b\\c', obstacle: 'strange file' },
    { kind: 'key', key: 'a/seen' },
    { kind: 'blind spot', key: 'a/\uFFFD\uFFFD', obstacle: 'strange file' },
  ])
})

it('fails for an object that may not be read, and tells that it is there', async () => {
  const storage = await createDiskFileTree({ root: join(scratch, 'rights'), durable: false })
  await storage.write('a/b', new Uint8Array(3))
  const objects = objectsOverFiles({
    ...storage,
    async open(path, how) {
      const file = await storage.open(path, how)
      return file && { ...file, bytes: () => Promise.reject(new StoreError('DENIED', path)) }
    },
  })
  expect(await objects.getMany(['a/b', 'a/c'], { maximumBytes: 9 })).toMatchObject([
    { kind: 'failed', code: 'DENIED' },
    { kind: 'absent' },
  ])
  const [head] = await objects.headMany(['a/b'])
  expect(head?.kind).toBe('found')
  const [large] = await objects.getMany(['a/b'], { maximumBytes: 2 })
  expect(large?.kind).toBe('too large')
})
