import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StoreError } from '#storage/errors.ts'
import { bytesOf } from '#testing/conformance/object-store/samples.ts'
import { createClaimableFiles } from './claimable-files.ts'

let root = ''
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'jetsam-claims-')))
  await mkdir(join(root, 'a'))
  await writeFile(join(root, 'a/data'), 'one ')
})
afterEach(() => rm(root, { recursive: true }))

test('a file is given to one of those that take it at once', async () => {
  const { rename, unlink } = createClaimableFiles({ root })
  const names = Array.from({ length: 9 }, (_, at) => `a/data.by-${at}`)
  const taken = await Promise.all(names.map((name) => rename('a/data', name)))
  expect(taken.filter(Boolean)).toHaveLength(1)
  const path = names[taken.indexOf(true)] ?? ''
  const unlinked = await Promise.all(names.map(() => unlink(path)))
  expect(unlinked.filter(Boolean)).toHaveLength(1)
})

test('bytes are added to a file that is there, and to no other', async () => {
  const { append } = createClaimableFiles({ root })
  expect(await append('a/data', bytesOf('two'))).toBe(3)
  expect(await readFile(join(root, 'a/data'), 'utf8')).toBe('one two')
  expect(await append('a/none', bytesOf('x'))).toBeNull()
  expect(await append('none/data', bytesOf('x'))).toBeNull()
  await symlink(join(root, 'a'), join(root, 'link'))
  await expect(append('link/data', bytesOf('x'))).rejects.toMatchObject({ code: 'INVALID_PATH' })
})

test('a server that may not write any more takes nothing', async () => {
  const lost = new StoreError('FAILED', 'x')
  const claimable = createClaimableFiles({ root, mayWrite: () => Promise.reject(lost) })
  await expect(claimable.rename('a/data', 'a/data.by-x')).rejects.toBe(lost)
  await expect(claimable.unlink('a/data')).rejects.toBe(lost)
  await expect(claimable.append('a/data', bytesOf('x'))).rejects.toBe(lost)
  expect(await readFile(join(root, 'a/data'), 'utf8')).toBe('one ')
})
