import { describe, expect, it } from 'vitest'
import { digestNamed } from '#testing/gc/model-registry.ts'
import { createHolds, type HoldsOptions } from './holds.ts'

const [a, b, c] = ['a', 'b', 'c'].map(digestNamed) as [
  ReturnType<typeof digestNamed>,
  ReturnType<typeof digestNamed>,
  ReturnType<typeof digestNamed>,
]

function open(options: Partial<HoldsOptions> = {}) {
  const time = { nowMs: 0 }
  const holds = createHolds({ clock: { nowMs: () => time.nowMs }, ...options })
  const begin = (withRemembered = true) => holds.begin({ withRemembered })
  const held = () => [a, b, c].filter(holds.isHeld)
  return { holds, time, begin, held }
}

describe('holds', () => {
  it('are for the collection that runs, and over with it', async () => {
    const { holds, begin, held } = open()
    begin()
    await holds.during(async (hold) => hold(a))
    expect(held()).toEqual([a])
    holds.end()
    expect(held()).toEqual([])
    begin()
    expect(held()).toEqual([])
  })

  it('count from the first look on, also when a collection begins in between', async () => {
    const { holds, begin, held } = open()
    await holds.during(async (hold) => {
      hold(a)
      begin(false)
      hold(b)
      expect(held()).toEqual([a, b])
    })
    await holds.during(async (hold) => hold(c)).catch(() => {})
    expect(held()).toEqual([a, b, c])
  })

  it('of what was not there are for as long as it was looked for', async () => {
    const { holds, begin, held } = open()
    begin()
    await holds.during(async (hold) => hold(b))
    await holds.during(async (hold, onlyLooked) => {
      for (const digest of [a, b, a]) hold(digest)
      expect(held()).toEqual([a, b])
      await holds.during(async (also, alsoLooked) => {
        also(a)
        alsoLooked(false)
      })
      expect(held()).toEqual([a, b])
      onlyLooked(false)
    })
    expect(held()).toEqual([b])
  })

  it.each([true, false])('of what was only told matter where pushes go on: %s', async (goOn) => {
    const { holds, begin, held } = open()
    begin(goOn)
    await holds.during(async (hold, onlyLooked) => {
      hold(a)
      onlyLooked(true)
    })
    holds.remember('team/app', b)
    await holds.during(async (hold) => hold(c))
    expect(held()).toEqual(goOn ? [a, b, c] : [c])
  })

  it('of an act that failed before a collection began are none', async () => {
    const { holds, begin, held } = open()
    const failing = holds.during(async (hold) => {
      hold(a)
      throw new Error('no space')
    })
    await expect(failing).rejects.toThrow('no space')
    begin()
    expect(held()).toEqual([])
  })

  it('belong to one collection at a time', () => {
    const { begin } = open()
    begin()
    expect(begin).toThrow('another collection is running')
  })

  it('go back to what pushes were told, for an hour', () => {
    const { holds, time, begin, held } = open()
    holds.remember('team/app', a)
    time.nowMs = 1_800_000
    holds.remember('team/app', b)
    time.nowMs = 3_600_000
    begin()
    expect(held()).toEqual([b])
  })

  it('go back further when the clock was set back', () => {
    const { holds, time, begin, held } = open()
    time.nowMs = 86_400_000
    holds.remember('team/app', a)
    time.nowMs = 0
    begin()
    expect(held()).toEqual([a])
  })

  it('are forgotten by repository', () => {
    const { holds, begin, held } = open()
    for (const name of ['one', 'two']) for (const digest of [a, b]) holds.remember(name, digest)
    holds.forget('one', a)
    holds.forget('one', b)
    holds.forget('two', b)
    holds.forget('two', c)
    begin()
    expect(held()).toEqual([a])
  })

  it('stay for the collection that runs, whatever is forgotten meanwhile', () => {
    const { holds, begin, held } = open()
    begin()
    holds.remember('team/app', a)
    holds.forget('team/app', a)
    expect(held()).toEqual([a])
    holds.end()
    begin()
    expect(held()).toEqual([])
  })

  it('remember the newest when there are too many', () => {
    const { holds, begin, held } = open({ mostRemembered: 2 })
    for (const digest of [a, b, a, c]) holds.remember('team/app', digest)
    begin()
    expect(held()).toEqual([a, c])
  })

  it('are all there is when there are too many: then nothing more is removed', () => {
    const { holds, begin, held } = open({ mostHeld: 1 })
    begin()
    holds.remember('team/app', a)
    expect(held()).toEqual([a])
    holds.remember('team/app', b)
    expect(held()).toEqual([a, b, c])
  })
})
