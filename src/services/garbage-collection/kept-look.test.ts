import type { Look } from '#gc/look.ts'
import { expect, test } from 'vitest'
import { createKeptLook } from './kept-look.ts'

function createLooks() {
  const looks: { finish: () => Look; fail: (error: Error) => void }[] = []
  /** Of each look: whether it reads each repository again; null: it reads everything. */
  const rereads: (((repository: string) => boolean) | null)[] = []
  let [nowMs, isCollecting] = [1_000_000, false]
  function take(hasChanged: (typeof rereads)[number], readAtMs: number): Promise<Look> {
    rereads.push(hasChanged)
    const startedAtMs = nowMs
    return new Promise((resolve, reject) => {
      const look: Look = {
        startedAtMs,
        readAtMs,
        plan: () => Promise.reject(new Error('not asked')),
        stored: () => Promise.reject(new Error('not asked')),
        explain: async () => ({ kind: 'absent' }),
        again: (changed) => take(changed, readAtMs),
      }
      const finish = (): Look => {
        resolve(look)
        return look
      }
      looks.push({ finish, fail: reject })
    })
  }
  const keptLook = createKeptLook({
    clock: { nowMs: () => nowMs },
    lookAtStore: () => take(null, nowMs),
    isCollecting: () => isCollecting,
  })
  /** One that is kept. */
  async function taken(): Promise<Look> {
    const asked = keptLook.current()
    looks.at(-1)?.finish()
    return asked
  }
  return {
    keptLook,
    looks,
    rereads,
    taken,
    pass: (milliseconds: number) => (nowMs += milliseconds),
    collect: (is: boolean) => (isCollecting = is),
  }
}

test('concurrent questions share one look, and later ones use it', async () => {
  const { keptLook, looks } = createLooks()
  const asked = [keptLook.current(), keptLook.current()]
  expect(looks).toHaveLength(1)
  const look = looks[0]?.finish()
  expect(await Promise.all(asked)).toEqual([look, look])
  expect(await keptLook.current()).toBe(look)
  expect(looks).toHaveLength(1)
})

test('a question after a change waits for a look of its own, one at a time', async () => {
  const { keptLook, looks } = createLooks()
  const early = keptLook.current()
  keptLook.registryChanged()
  const late = [keptLook.current(), keptLook.current()]
  expect(looks).toHaveLength(1)
  const first = looks[0]?.finish()
  expect(await early).toBe(first)
  await Promise.resolve()
  expect(looks).toHaveLength(2)
  const second = looks[1]?.finish()
  expect(await Promise.all(late)).toEqual([second, second])
  expect(await keptLook.current()).toBe(second)
  keptLook.registryChanged()
  void keptLook.current()
  expect(looks).toHaveLength(3)
})

test('is used for a minute, and not if the clock was set back', async () => {
  const { keptLook, looks, pass, taken } = createLooks()
  const look = await taken()
  pass(59_999)
  expect(await keptLook.current()).toBe(look)
  pass(1)
  void keptLook.current()
  expect(looks).toHaveLength(2)
  await taken()
  pass(-1)
  void keptLook.current()
  expect(looks).toHaveLength(3)
})

test('is forgotten once it answers no more, whether or not anything is asked', async () => {
  const { keptLook, looks, pass, taken } = createLooks()
  const look = await taken()
  keptLook.forgetOld()
  expect(await keptLook.current()).toBe(look)
  pass(60_000)
  keptLook.forgetOld()
  pass(-60_000)
  void keptLook.current()
  expect(looks).toHaveLength(2)
})

test('while a collection removes things, each question looks itself', async () => {
  const { keptLook, looks, taken, collect } = createLooks()
  await taken()
  collect(true)
  const [one, other] = [keptLook.current(), keptLook.current()]
  expect(looks).toHaveLength(2)
  const look = looks[1]?.finish()
  expect(await Promise.all([one, other])).toEqual([look, look])
  void keptLook.current()
  expect(looks).toHaveLength(3)
})

test('a look that fails rejects all that wait for it, but not the next', async () => {
  const { keptLook, looks } = createLooks()
  const asked = [keptLook.current(), keptLook.current()]
  looks[0]?.fail(new Error('EIO'))
  for (const question of asked) await expect(question).rejects.toThrow('EIO')
  const next = keptLook.current()
  const look = looks[1]?.finish()
  expect(await next).toBe(look)
})

/** Which of three repositories the last look reads again; null: everything. */
const readAgain = ({ rereads }: ReturnType<typeof createLooks>) => {
  const hasChanged = rereads.at(-1)
  return hasChanged ? ['a', 'b', 'c'].filter((name) => hasChanged(name)) : null
}

test('after a change in some repositories, only these are read again', async () => {
  const world = createLooks()
  const { keptLook, taken } = world
  await taken()
  keptLook.registryChanged('a')
  keptLook.registryChanged('b')
  await taken()
  expect(readAgain(world)).toEqual(['a', 'b'])
  keptLook.registryChanged('c')
  await taken()
  expect(readAgain(world)).toEqual(['c'])
  keptLook.registryChanged('c')
  keptLook.registryChanged()
  await taken()
  expect(readAgain(world)).toBeNull()
})

test('what changes during a look is read again by the next', async () => {
  const world = createLooks()
  const { keptLook, looks, taken } = world
  await taken()
  keptLook.registryChanged('a')
  const asked = keptLook.current()
  keptLook.registryChanged('b')
  looks.at(-1)?.finish()
  await asked
  await taken()
  expect(readAgain(world)).toEqual(['b'])
  keptLook.registryChanged('a')
  const last = keptLook.current()
  keptLook.registryChanged()
  looks.at(-1)?.finish()
  await last
  await taken()
  expect(readAgain(world)).toBeNull()
})

test('a minute after everything was read, everything is read again', async () => {
  const world = createLooks()
  const { keptLook, looks, pass, taken } = world
  await taken()
  pass(40_000)
  keptLook.registryChanged('a')
  await taken()
  pass(19_999)
  keptLook.registryChanged('a')
  await taken()
  expect(readAgain(world)).toEqual(['a'])
  pass(1)
  void keptLook.current()
  expect(looks).toHaveLength(4)
  expect(readAgain(world)).toBeNull()
})

test('after a look that failed, and after a collection, everything is read again', async () => {
  const world = createLooks()
  const { keptLook, looks, collect, taken } = world
  await taken()
  keptLook.registryChanged('a')
  const asked = keptLook.current()
  looks.at(-1)?.fail(new Error('EIO'))
  await expect(asked).rejects.toThrow('EIO')
  await taken()
  expect(readAgain(world)).toBeNull()
  collect(true)
  keptLook.registryChanged('a')
  collect(false)
  await taken()
  expect(readAgain(world)).toBeNull()
})
