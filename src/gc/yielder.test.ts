import { describe, expect, it } from 'vitest'
import { inParallel } from './in-parallel.ts'
import { createYielder, CollectionStopped, type YielderOptions } from './yielder.ts'

function pacedBy(over?: YielderOptions['over'], clientPriority?: YielderOptions['clientPriority']) {
  const time = { nowMs: 0, pauses: 0 }
  const yielder = createYielder({
    clock: { nowMs: () => time.nowMs },
    pause: async () => void (time.pauses += 1),
    over,
    clientPriority,
  })
  return { yielder, time }
}

describe('a yielder', () => {
  it('rests after ten milliseconds of work, and then works on', async () => {
    const { yielder, time } = pacedBy()
    for (let step = 0; step < 1600; step += 1) {
      time.nowMs += 0.1
      const pending = yielder.step()
      if (pending) await pending
    }
    // 160 ms in slices of 10 ms, looked at each 1.6 ms.
    expect(time.pauses).toBeGreaterThanOrEqual(13)
    expect(time.pauses).toBeLessThanOrEqual(16)
  })

  it('looks at the clock after a large piece of work as after many small ones', async () => {
    const { yielder, time } = pacedBy()
    for (let slice = 0; slice < 10; slice += 1) {
      time.nowMs += 12
      const pending = yielder.step(32)
      if (pending) await pending
    }
    expect(time.pauses).toBe(10)
    time.nowMs += 12
    // Fewer pieces than between two reads of the clock.
    expect(yielder.step(3)).toBeNull()
  })

  it('rests now and then when the clock stands still or runs backwards', async () => {
    const { yielder, time } = pacedBy()
    for (let step = 0; step < 20_000; step += 1) {
      time.nowMs -= 1
      const pending = yielder.step()
      if (pending) await pending
    }
    expect(time.pauses).toBe(4)
  })

  it('rests three times as long as it worked while clients are served, and not for ever', async () => {
    const clients = { areThere: true }
    const rests: number[] = []
    const { yielder, time } = pacedBy(undefined, {
      isBusy: () => clients.areThere,
      async wait(ms) {
        rests.push(ms)
        time.nowMs += ms
      },
    })
    for (const workedMs of [12, 1000]) {
      time.nowMs += workedMs
      await yielder.step(16)
    }
    clients.areThere = false
    time.nowMs += 12
    await yielder.step(16)
    expect(rests).toEqual([36, 200])
    expect(time.pauses).toBe(3)
  })

  it('lets all who work at it rest together', async () => {
    let wake = (): void => {}
    let rests = 0
    const { yielder, time } = pacedBy(undefined, {
      isBusy: () => true,
      wait() {
        rests += 1
        return new Promise((resolve) => (wake = resolve))
      },
    })
    time.nowMs += 12
    const first = yielder.step(16)
    time.nowMs += 12
    const second = yielder.step(16)
    await Promise.resolve()
    wake()
    await Promise.all([first, second])
    expect(second).toBe(first)
    expect(rests).toBe(1)
    // A rest does not count as work.
    expect(yielder.step(16)).toBeNull()
  })

  it('ends within a few steps of being over', () => {
    let isOver = false
    const { yielder } = pacedBy(() => (isOver ? 'time limit' : null))
    for (let step = 0; step < 100; step += 1) void yielder.step()
    isOver = true
    const stepAll = () => {
      for (let step = 0; step < 16; step += 1) void yielder.step()
    }
    expect(stepAll).toThrow(new CollectionStopped('time limit'))
  })
})

describe('doing things in parallel', () => {
  it('has so many under way at most, and does each once', async () => {
    const done: number[] = []
    let underWay = 0
    let most = 0
    await inParallel(
      Array.from({ length: 20 }, (_, item) => item),
      3,
      async (item) => {
        most = Math.max(most, (underWay += 1))
        await Promise.resolve()
        underWay -= 1
        done.push(item)
      },
    )
    expect(most).toBe(3)
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, item) => item))
  })

  it('begins nothing after a failure, and waits for what is under way', async () => {
    const begun: number[] = []
    let finished = 0
    const work = inParallel([0, 1, 2, 3, 4], 2, async (item) => {
      begun.push(item)
      if (item === 0) throw new Error('first')
      await Promise.resolve()
      finished += 1
    })
    await expect(work).rejects.toThrow('first')
    expect([begun, finished]).toEqual([[0, 1], 1])
  })
})
