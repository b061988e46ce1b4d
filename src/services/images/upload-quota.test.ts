import { expect, test } from 'vitest'
import { createUploadQuota } from './upload-quota.ts'

const hourMs = 3_600_000

function world() {
  let nowMs = 1_000 * hourMs
  let made = 0
  const uploads = createUploadQuota({ clock: { nowMs: () => nowMs }, maximum: 2 })
  return {
    uploads,
    begin: (account = 'dana') =>
      uploads.beginUpload(account, async () => ({ id: `u${(made += 1)}` })),
    advance: (milliseconds: number) => (nowMs += milliseconds),
  }
}

test('an account may have a limited number, also if they start at the same time', async () => {
  const { begin } = world()
  const begun = await Promise.all([begin(), begin(), begin()])
  expect(begun.map((one) => one !== null)).toEqual([true, true, false])
  expect(await begin('lee')).not.toBeNull()
})

test('one that ends makes room for another', async () => {
  const { begin, uploads } = world()
  const [first] = [await begin(), await begin()]
  expect(await begin()).toBeNull()
  uploads.endUpload('lee', first?.id ?? '')
  uploads.endUpload('dana', 'never begun')
  expect(await begin()).toBeNull()
  uploads.endUpload('dana', first?.id ?? '')
  expect(await begin()).not.toBeNull()
})

test('one that could not start takes no room', async () => {
  const { begin, uploads } = world()
  const failure = uploads.beginUpload('dana', () => Promise.reject(new Error('full')))
  await expect(failure).rejects.toThrow('full')
  expect([await begin(), await begin(), await begin()].map((one) => one !== null)).toEqual([
    true,
    true,
    false,
  ])
})

test('an abandoned one counts for an hour, one that continues for longer', async () => {
  const { begin, uploads, advance } = world()
  const goingOn = await begin()
  await begin()
  advance(hourMs - 1)
  expect(await begin()).toBeNull()
  uploads.touchUpload('dana', goingOn?.id ?? '')
  advance(1)
  expect(await begin()).not.toBeNull()
  expect(await begin()).toBeNull()
})

test('a clock that was set back keeps no upload out', async () => {
  const { begin, advance } = world()
  await begin()
  await begin()
  advance(-24 * hourMs)
  expect(await begin()).not.toBeNull()
})

test('what other servers have ended makes room, as is looked up now and then', async () => {
  let nowMs = 1_000_000
  const there = new Set<string>()
  let looks = 0
  const quota = createUploadQuota({ clock: { nowMs: () => nowMs }, maximum: 3, isShared: true })
  const begin = (id: string) =>
    quota.beginUpload(
      'ci',
      async () => (there.add(id), { id }),
      async (one) => ((looks += 1), there.has(one)),
    )
  for (const id of ['a', 'b', 'c']) expect(await begin(id)).toEqual({ id })
  expect(await begin('d')).toBeNull()
  expect(looks).toBe(3)
  there.delete('a')
  expect(await begin('d')).toBeNull()
  expect(looks).toBe(3)
  nowMs += 10_000
  expect(await begin('d')).toEqual({ id: 'd' })
  expect(await begin('e')).toBeNull()
})

test('of a server alone nothing is looked up', async () => {
  const quota = createUploadQuota({ clock: { nowMs: () => 0 }, maximum: 1 })
  const begin = (id: string) =>
    quota.beginUpload(
      'ci',
      async () => ({ id }),
      () => Promise.reject(new Error('looked up')),
    )
  expect(await begin('a')).toEqual({ id: 'a' })
  expect(await begin('b')).toBeNull()
})
