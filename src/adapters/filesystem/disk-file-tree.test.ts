import { once } from 'node:events'
import { mkdtemp, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeStorage } from '#testing/conformance/file-tree.ts'
import { StoreError } from '#storage/errors.ts'
import { storageErrorOf } from './file-errors.ts'
import { createDiskFileTree } from './disk-file-tree.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
let scratch = ''
let count = 0

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'file-storage-'))
})
afterAll(() => rm(scratch, { recursive: true }))

const newRoot = () => join(scratch, String((count += 1)))

/** Without the temporary folder, so that an empty storage looks empty to the suite. */
const opened = async () => {
  const storage = await createDiskFileTree({ root: newRoot(), durable: false })
  return {
    ...storage,
    list: async (path: string) =>
      (await storage.list(path)).filter(({ name }) => !(path === '' && name === 'jetsam')),
  }
}

describeStorage('the file system', { open: opened })

describe('file storage', () => {
  it('leaves no temporary file behind', async () => {
    const root = newRoot()
    const storage = await createDiskFileTree({ root })
    await storage.write('a/b', bytes('1'))
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error('x')) })
    await expect(storage.write('a/c', broken)).rejects.toThrow('x')
    expect(await readdir(join(root, 'jetsam/v1/tmp'))).toEqual([])
    expect(await readFile(join(root, 'a/b'), 'utf8')).toBe('1')
  })

  it('removes at start what a crash left, but not what another process may be writing', async () => {
    const root = newRoot()
    const folder = join(root, 'jetsam/v1/tmp')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'old'), '1')
    await writeFile(join(folder, 'fresh'), '1')
    await utimes(join(folder, 'old'), 1, 1)
    await createDiskFileTree({ root })
    expect(await readdir(folder)).toEqual(['fresh'])
  })

  it('lists symbolic links as such, and does not follow them', async () => {
    const root = newRoot()
    const outside = newRoot()
    await mkdir(outside, { recursive: true })
    await writeFile(join(outside, 'secret'), 'secret')
    const storage = await createDiskFileTree({ root })
    await storage.write('a/real', bytes('1'))
    await symlink(outside, join(root, 'a/folder'))
    await symlink(join(outside, 'secret'), join(root, 'a/file'))
    await symlink(join(root, 'a/loop'), join(root, 'a/loop'))

    const kinds = new Map((await storage.list('a')).map(({ name, kind }) => [name, kind]))
    expect(kinds).toEqual(
      new Map([
        ['real', 'file'],
        ['folder', 'other'],
        ['file', 'other'],
        ['loop', 'other'],
      ]),
    )
    expect(await storage.list('a/folder')).toEqual([])
    expect(await storage.open('a/file')).toBeNull()
    expect(await storage.open('a/loop')).toBeNull()
    expect(await storage.open('a/folder/secret')).toBeNull()
    const invalid = { code: 'INVALID_PATH' }
    await expect(storage.write('a/folder/new', bytes('1'))).rejects.toMatchObject(invalid)
    await expect(storage.write('a/folder/x/y/new', bytes('1'))).rejects.toMatchObject(invalid)
    await expect(storage.write('a/folder/new', bytes('1'), { append: true })).rejects.toMatchObject(
      invalid,
    )
    await expect(storage.remove('a/folder/secret')).rejects.toMatchObject(invalid)
    await expect(storage.move('a/folder/secret', 'b')).rejects.toMatchObject(invalid)
    await expect(storage.move('a/real', 'a/folder/b')).rejects.toMatchObject(invalid)

    // Removing a folder removes the links in it, but never their targets.
    await storage.remove('a')
    expect(await readdir(outside)).toEqual(['secret'])
  })

  it('finds no file in the place of a socket, with any kind of read', async () => {
    const root = newRoot()
    const storage = await createDiskFileTree({ root, durable: false })
    await storage.write('a/real', bytes('1'))
    const server = createServer().unref()
    await once(server.listen(join(root, 'a/socket')), 'listening')
    for (const whole of [false, true]) {
      expect(await storage.open('a/socket', { whole })).toBeNull()
    }
    expect(await storage.list('a')).toContainEqual({ name: 'socket', kind: 'other' })
    server.close()
  })

  it('replaces a symbolic link instead of writing through it', async () => {
    const root = newRoot()
    const outside = newRoot()
    await mkdir(outside, { recursive: true })
    await writeFile(join(outside, 'secret'), 'secret')
    const storage = await createDiskFileTree({ root })
    await storage.write('a/real', bytes('1'))
    await symlink(join(outside, 'secret'), join(root, 'a/file'))
    await storage.write('a/file', bytes('2'))
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret')
    expect(await readFile(join(root, 'a/file'), 'utf8')).toBe('2')
  })

  it('opens a root that is itself reached through a link', async () => {
    const root = newRoot()
    const link = newRoot()
    await mkdir(root)
    await symlink(root, link)
    const storage = await createDiskFileTree({ root: link })
    await storage.write('a', bytes('1'))
    expect((await storage.open('a'))?.sizeBytes).toBe(1)
  })

  it.each([
    ['ENOSPC', 'FULL'],
    ['EDQUOT', 'FULL'],
    ['EROFS', 'READ_ONLY'],
    ['EACCES', 'DENIED'],
    ['ENOENT', 'NOT_FOUND'],
    ['EIO', 'FAILED'],
  ])('reports %s as %s, with the cause', (systemCode, code) => {
    const cause = Object.assign(new Error(systemCode), { code: systemCode, syscall: 'write' })
    const error = storageErrorOf(cause, 'a/b')
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ code, key: 'a/b', cause })
  })

  it('reports a name that the file system cannot hold', async () => {
    const storage = await createDiskFileTree({ root: newRoot() })
    await expect(storage.write('a'.repeat(300), bytes('1'))).rejects.toMatchObject({
      code: 'FAILED',
      cause: { code: 'ENAMETOOLONG' },
    })
  })
})
