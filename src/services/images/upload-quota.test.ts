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
