import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claimToken, newestToken } from './fencing-token.ts'

describe('the numbers of terms', () => {
  let folder = ''
  let lock = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jetsam-terms-'))
    lock = join(folder, 'lock')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('begin with one, and only grow', async () => {
    expect(await newestToken(lock)).toBe(0)
    for (const token of [1, 2, 3]) {
      expect(await claimToken(lock)).toBe(token)
      expect(await newestToken(lock)).toBe(token)
    }
    expect(await readdir(`${lock}.terms`)).toEqual(['3'])
  })

  it('have one newest, which one of many got who asked at the same time', async () => {
    const tokens = await Promise.all(Array.from({ length: 30 }, () => claimToken(lock)))
    const newest = await newestToken(lock)
    expect(newest).toBe(Math.max(...tokens))
    expect(tokens.filter((token) => token === newest)).toHaveLength(1)
    expect(await claimToken(lock)).toBe(newest + 1)
  })

  it('are no names of anything else', async () => {
    await claimToken(lock)
    for (const name of ['.DS_Store', '12.tmp', '-7', '1e9']) {
      await writeFile(join(`${lock}.terms`, name), '')
    }
    expect(await claimToken(lock)).toBe(2)
  })
})
