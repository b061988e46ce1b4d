import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { revisionFolder } from '#registry/layout.ts'
import { openOnDisk } from '#testing/builders/registry-on-disk.ts'
import { repositoryName } from '#testing/builders/test-registry.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collect } from './collect.ts'
import { verify } from './verify.ts'

const app = repositoryName('team/app')
const amd64 = tinyImage({ layers: ['amd64'] })
const arm64 = tinyImage({ layers: ['arm64'] })
const index = tinyIndex({ amd64, arm64 })

let storageFolder = ''
/** An index whose repository does not link one of its platforms. */
beforeEach(async () => {
  storageFolder = await mkdtemp(join(tmpdir(), 'jetsam-cli-'))
  const registry = await openOnDisk(storageFolder, false)
  for (const image of [amd64, arm64]) await registry.push('team/app', image)
  await registry.push('team/app', index, '1.0')
  await rm(join(storageFolder, revisionFolder(app, arm64.digest)), { recursive: true })
})
afterEach(() => rm(storageFolder, { recursive: true }))

describe('an index that lacks a platform, offline', () => {
  const check = async (acceptSparseIndexes: boolean) => {
    const lines: string[] = []
    const command = { name: 'verify', storageFolder, json: false, full: false } as const
    const isWhole = await verify({ ...command, acceptSparseIndexes }, (line) => lines.push(line))
    return { isWhole, lines }
  }

  it('is not whole', async () => {
    const reason = `${arm64.digest} is not linked in its repository`
    const lines = ['0 of 1 tags verified', `team/app:1.0: ${reason}`]
    expect(await check(false)).toEqual({ isWhole: false, lines })
  })

  it('is whole where sparse indexes are accepted, and what is absent is counted', async () => {
    const lines = ['1 of 1 tags verified; 1 platform that an index lists is not here']
    expect(await check(true)).toEqual({ isWhole: true, lines })
  })

  it('is verified by a collection in the same way', async () => {
    const verified = async (acceptSparseIndexes: boolean) => {
      const lines: string[] = []
      const print = (line: string) => void lines.push(line)
      const printed = async (line: string) => print(line)
      const command = { storageFolder, dryRun: false, json: false, collectUntagged: false }
      await collect(
        { name: 'collect', ...command, timeLimitMinutes: null, acceptSparseIndexes },
        { print, printed, complain: print },
      )
      return lines.filter((line) => line.includes('verified'))
    }
    expect(await verified(false)).toEqual([expect.stringContaining('0 of 1 tags verified')])
    expect(await verified(true)).toEqual([expect.stringContaining('1 of 1 tags verified')])
  })
})
