import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ObjectReader } from '#storage/object-store.ts'
import type { ObjectScanner } from '#storage/scanner.ts'
import { describeObjectStore } from '#testing/conformance/object-store/object-store.ts'
import { listAll } from '#testing/conformance/object-store/samples.ts'
import { describeScanner } from '#testing/conformance/scanner.ts'
import { compareReadsOfHostileTrees } from '#testing/faults/hostile-tree.ts'
import { isRoot, printedWithoutRights } from '#testing/faults/without-rights.ts'
import { createBlockingObjectReader } from './blocking-object-reader.ts'
import { createFileObjectStore } from './file-object-store.ts'
import { createDiskFileTree } from './disk-file-tree.ts'

let scratch = ''
let count = 0
let root = ''
let outside = ''
let locked: string | null = null

beforeAll(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), 'jetsam-reader-')))
})
afterAll(() => rm(scratch, { recursive: true }))

/** A reader caches folders, so each serves only while they do not change. */
const fresh = (): ObjectReader & ObjectScanner => {
  const at = root
  const reader = () => createBlockingObjectReader(at)
  return {
    get: (...call) => reader().get(...call),
    getMany: (...call) => reader().getMany(...call),
    headMany: (...call) => reader().headMany(...call),
    list: (...call) => reader().list(...call),
    scan: (...call) => reader().scan(...call),
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(join(path, 'deep'), { recursive: true })
  await writeFile(join(path, 'below'), 'below')
  await writeFile(join(path, 'deep/below'), 'below')
}

async function open() {
  root = join(scratch, String((count += 1)))
  outside = `${root}-outside`
  await makeFolder(outside)
  const storage = await createDiskFileTree({ root, durable: false })
  const reader = fresh()
  return { objects: { ...createFileObjectStore({ root, storage }), ...reader }, scanner: reader }
}

const obstacles = {
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

/** Root may read everything; what others may not is compared below, without its rights. */
const lockedFolders = {
  'no permission': async (key: string) => {
    locked = join(root, key)
    await makeFolder(locked)
    await chmod(locked, 0)
  },
}

describeObjectStore('the file system, read with blocking calls', {
  open: async () => (await open()).objects,
  hasFolders: true,
  obstacles: { ...obstacles, ...(isRoot ? {} : lockedFolders) },
  async close() {
    if (locked !== null) await chmod(locked, 0o700)
    locked = null
  },
  isOutsideUnchanged: async () =>
    (await readdir(outside, { recursive: true })).toSorted().join() === 'below,deep,deep/below',
})

describeScanner('the file system, read with blocking calls', { open, obstacles })

it('keeps temporary files to itself, as the store does', async () => {
  const { objects } = await open()
  await objects.put('jetsam/v1/trash/a', new Uint8Array())
  await writeFile(join(root, 'jetsam/v1/tmp/left'), '1')
  expect(await listAll(objects)).toEqual([{ kind: 'key', key: 'jetsam/v1/trash/a' }])
  const invalid = { code: 'INVALID_PATH' }
  await expect(objects.get('jetsam/v1/tmp/left')).rejects.toMatchObject(invalid)
  await expect(objects.headMany(['jetsam/v1/tmp'])).rejects.toMatchObject(invalid)
  await expect(listAll(objects, 'jetsam/v1/tmp/')).rejects.toMatchObject(invalid)
})

it('finds again what was only listed, and forgets nothing that a listing left out', async () => {
  const { objects } = await open()
  const keys = Array.from({ length: 300 }, (_, at) => `many/${at % 7}/deep/${at}`)
  for (const key of keys) await objects.put(key, new TextEncoder().encode(key))
  const reader = createBlockingObjectReader(root)
  expect((await listAll({ ...objects, list: reader.list }, 'many/')).length).toBe(keys.length)
  for (const hints of [{}, { listed: true }, { listedAbove: true }]) {
    const asked = [...keys, 'many/8/deep/1']
    const found = await reader.getMany(asked, { maximumBytes: 99, ...hints })
    const texts = found.map((one) => one.kind === 'found' && new TextDecoder().decode(one.bytes))
    expect(texts).toEqual([...keys, false])
    const heads = await reader.headMany(asked, hints)
    expect(heads.map((one) => one.kind === 'found')).toEqual(texts.map((text) => text !== false))
  }
})

it('follows no link below what was listed', async () => {
  const { objects } = await open()
  await objects.put('tags/good/current/link', Uint8Array.of(1))
  await objects.put('tags/no-folder/current', Uint8Array.of(2))
  await mkdir(join(root, 'tags/linked'))
  await symlink(join(root, 'tags/good/current'), join(root, 'tags/linked/current'))
  const reader = createBlockingObjectReader(root)
  const keys = ['good', 'linked', 'no-folder', 'gone'].map((tag) => `tags/${tag}/current/link`)
  const isLink = { kind: 'hidden', obstacle: 'symbolic link' }
  const expected = ['found', isLink.kind, 'absent', 'absent'].map((kind) => ({ kind }))
  const heads = await reader.headMany(keys, { listedAbove: true })
  expect(heads).toMatchObject(expected)
  expect(heads[1]).toEqual(isLink)
  const read = await reader.getMany(keys, { maximumBytes: 9, listedAbove: true })
  expect(read).toMatchObject(expected)
  expect(read[1]).toEqual(isLink)
})

/** Fewer than it takes to be sure; each run of the tests tries others. */
const numRuns = 50

const inThatProcess = `
import { compareReadsOfHostileTrees } from '#testing/faults/hostile-tree.ts'
process.stdout.write(await compareReadsOfHostileTrees(${numRuns}))
`

it('reads from any hostile tree what the store reads', { timeout: 120_000 }, async () => {
  expect(await compareReadsOfHostileTrees(numRuns)).toBe('the same')
})

it.skipIf(!isRoot)('the same without the rights of root', { timeout: 120_000 }, () => {
  expect(printedWithoutRights(inThatProcess)).toBe('the same')
})
