import { expect, test } from 'vitest'
import { digestOf, type Digest } from '#domain/values/digest.ts'
import {
  countOf,
  packDigests,
  unpackDigests,
  type PackedDigests,
} from '#domain/values/packed-digests.ts'
import type { RepositoryParts } from '../ports/store-changes.ts'
import { createModelRegistry } from '#testing/gc/model-registry.ts'
import { rememberReads } from './remember-reads.ts'

const numbered = (number: number): Digest =>
  number % 3 === 0
    ? digestOf('sha512', number.toString(16).padStart(128, '0'))
    : digestOf('sha256', number.toString(16).padStart(64, '0'))
const numberOf = (digest: Digest): number => Number.parseInt(digest.split(':')[1] ?? '', 16)

test('sizes are asked for once, in any order, of any algorithm, also of what is gone', async () => {
  const asked: number[] = []
  const reader = rememberReads({
    ...createModelRegistry().reader,
    async stat(digests) {
      const numbers = unpackDigests(digests).map(numberOf)
      asked.push(...numbers)
      return Float64Array.from(numbers, (number) => (number === 4 ? -1 : number * 100))
    },
  })
  const sizes = async (numbers: readonly number[]) => [
    ...(await reader.stat(packDigests(numbers.map(numbered)))),
  ]
  expect(await sizes([1, 3, 4])).toEqual([100, 300, -1])
  expect(await sizes([6, 4, 5, 3, 1, 2])).toEqual([600, -1, 500, 300, 100, 200])
  expect(await sizes([2, 6])).toEqual([200, 600])
  expect(asked).toEqual([1, 3, 4, 6, 5, 2])
})

test('ages are asked for once in each repository, also of what is not linked', async () => {
  const asked: string[] = []
  const reader = rememberReads({
    ...createModelRegistry().reader,
    async linkedAtMs(repository, digest) {
      asked.push(`${repository} ${numberOf(digest)}`)
      return repository === 'one' ? numberOf(digest) * 1000 : null
    },
  })
  for (let round = 0; round < 2; round += 1) {
    expect(await reader.linkedAtMs('one', numbered(1))).toBe(1000)
    expect(await reader.linkedAtMs('one', numbered(3))).toBe(3000)
    expect(await reader.linkedAtMs('other', numbered(1))).toBeNull()
  }
  expect(asked).toEqual(['one 1', 'one 3', 'other 1'])
})

test('what was written since is asked for again, and the earlier answers stay', async () => {
  let now = 1
  const reads = {
    ...createModelRegistry().reader,
    stat: async (digests: PackedDigests) => new Float64Array(countOf(digests)).fill(now),
    linkedAtMs: async () => now,
  }
  const before = rememberReads(reads)
  const answers = async (reader: Pick<typeof before, 'stat' | 'linkedAtMs'>) => [
    ...(await reader.stat(packDigests([1, 2].map(numbered)))),
    ...(await Promise.all(
      ['one', 'other', 'third'].flatMap((name) =>
        [1, 2, 4].map((number) => reader.linkedAtMs(name, numbered(number))),
      ),
    )),
  ]
  expect(await answers(before)).toEqual(Array.from({ length: 11 }, () => 1))
  const links = { tags: new Set(['1']), uploads: false }
  const after = before.after(
    {
      blobs: new Set([numbered(2)]),
      repositories: new Map<string, RepositoryParts | 'whole'>([
        ['one', { ...links, revisions: new Set([numbered(2)]), layers: new Set([numbered(4)]) }],
        ['other', 'whole'],
      ]),
      trash: true,
    },
    reads,
  )
  now = 2
  expect(await answers(after)).toEqual([1, 2, 1, 2, 2, 2, 2, 2, 1, 1, 1])
  expect(await answers(before)).toEqual(Array.from({ length: 11 }, () => 1))
})

test('a read that fails is asked again', async () => {
  let failures = 2
  const fail = async () => {
    failures -= 1
    if (failures >= 0) throw new Error('EIO')
  }
  const { reader } = createModelRegistry()
  const remembering = rememberReads({
    ...reader,
    stat: async () => fail().then(() => Float64Array.of(7)),
    linkedAtMs: async () => fail().then(() => 7),
  })
  const sizes = async () => [...(await remembering.stat(packDigests([numbered(1)])))]
  await expect(sizes()).rejects.toThrow('EIO')
  await expect(remembering.linkedAtMs('one', numbered(1))).rejects.toThrow('EIO')
  expect(await sizes()).toEqual([7])
  expect(await remembering.linkedAtMs('one', numbered(1))).toBe(7)
})
