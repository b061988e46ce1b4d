import { chmod, mkdtemp, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBlockingReader } from './blocking-reader.ts'

const minuteMs = 60_000

describe('the stamp of a file', () => {
  let root = ''
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'jetsam-stamp-'))
    await writeFile(join(root, 'file'), 'bytes')
  })
  afterEach(() => rm(root, { recursive: true }))

  const stampOf = async (options = {}, aheadMs = minuteMs) => {
    const reader = createBlockingReader(root, () => Date.now() + aheadMs)
    const file = await reader.open('file', options)
    return file?.stamp?.()
  }

  it('stays the same, however the file is opened', async () => {
    const stamp = await stampOf()
    expect(stamp).toMatch(/^[\d.:]+$/)
    expect(await stampOf({ whole: true })).toBe(stamp)
  })

  it('cannot be told just after a change', async () => {
    expect(await stampOf({}, 0)).toBeNull()
    expect(await stampOf({ whole: true }, 0)).toBeNull()
  })

  it.each<[string, (file: string) => Promise<void>]>([
    ['written over, though it looks as old', (file) => writeFile(file, 'other')],
    ['longer', (file) => writeFile(file, 'bytes and more')],
    [
      'another file',
      (file) => writeFile(`${file}-2`, 'bytes').then(() => rename(`${file}-2`, file)),
    ],
    ['not to be read any more', (file) => chmod(file, 0)],
  ])('differs when the file is %s', async (_, change) => {
    const file = join(root, 'file')
    await utimes(file, 1_000_000, 1_000_000)
    const stamp = await stampOf()
    const { ctimeMs } = await stat(file)
    await change(file)
    // The clock of a file system ticks every few milliseconds only.
    do await utimes(file, 1_000_000, 1_000_000)
    while ((await stat(file)).ctimeMs === ctimeMs)
    expect(await stampOf()).not.toBe(stamp)
  })
})
