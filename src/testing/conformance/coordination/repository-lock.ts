import { describe, expect, it } from 'vitest'
import { GivenUp } from '#coordination/given-up.ts'
import type { RunLocked } from '#coordination/repository-lock.ts'

export interface LockUnderTest {
  readonly runLocked: RunLocked
  /**
   * The lock as the next process finds it after this one died, and after all that ends by itself
   * has ended.
   */
  afterCrash(): Promise<RunLocked>
}

/** An act that ends when the test says so. */
function actOf(log: string[], name: string) {
  const ending = new EventTarget()
  const ended = new Promise<Event>((resolve) => {
    ending.addEventListener('end', resolve)
    ending.addEventListener('fail', resolve)
  })
  async function act(): Promise<string> {
    log.push(`${name} begins`)
    const { type } = await ended
    if (type === 'fail') throw new Error('no space')
    log.push(`${name} ends`)
    return name
  }
  return { act, end: (type: 'end' | 'fail' = 'end') => ending.dispatchEvent(new Event(type)) }
}

/** What every lock of repositories must do. `open` returns a new one for each test. */
export const repositoryLockContract = (name: string, open: () => Promise<LockUnderTest>) =>
  describe(`${name}: the lock of a repository`, () => {
    it('lets one act run at a time, in the order in which they came', async () => {
      const { runLocked } = await open()
      const log: string[] = []
      const acts = ['first', 'second', 'third'].map((each) => actOf(log, each))
      const results = acts.map(({ act }) => runLocked('team/app', act))
      // What ends early is not begun early.
      for (const { end } of acts.toReversed()) end()
      expect(await Promise.all(results)).toEqual(['first', 'second', 'third'])
      expect(log).toEqual(
        ['first', 'second', 'third'].flatMap((each) => [`${each} begins`, `${each} ends`]),
      )
    })

    it('is one for each repository', async () => {
      const { runLocked } = await open()
      const log: string[] = []
      const held = actOf(log, 'held')
      const waits = runLocked('team/app', held.act)
      expect(await runLocked('team/other', async () => 'done')).toBe('done')
      held.end()
      expect(await waits).toBe('held')
    })

    it('is released by an act that throws, whose error its caller alone gets', async () => {
      const { runLocked } = await open()
      const log: string[] = []
      const failing = actOf(log, 'failing')
      const failed = runLocked('team/app', failing.act)
      const next = runLocked('team/app', async () => 'next')
      failing.end('fail')
      await expect(failed).rejects.toThrow('no space')
      expect(await next).toBe('next')
      const thrown = runLocked('team/app', () => {
        throw new Error('at once')
      })
      await expect(thrown).rejects.toThrow('at once')
      expect(await runLocked('team/app', async () => 'after')).toBe('after')
    })

    it('is free again after many acts', async () => {
      const { runLocked } = await open()
      let inside = 0
      const most: number[] = []
      await Promise.all(
        Array.from({ length: 50 }, () =>
          runLocked('team/app', async () => {
            inside += 1
            most.push(inside)
            await Promise.resolve()
            inside -= 1
          }),
        ),
      )
      expect(new Set(most)).toEqual(new Set([1]))
      expect(await runLocked('team/app', async () => 'free')).toBe('free')
    })

    it('is not waited for once that is given up: the act does not run, and others do', async () => {
      const { runLocked } = await open()
      const log: string[] = []
      const held = actOf(log, 'held')
      const first = runLocked('team/app', held.act)
      let isGivenUp = false
      const waits = runLocked('team/app', actOf(log, 'given up').act, () => isGivenUp)
      const after = runLocked('team/app', async () => log.push('after'))
      isGivenUp = true
      await expect(waits).rejects.toBeInstanceOf(GivenUp)
      held.end()
      expect(await first).toBe('held')
      await after
      expect(log).toEqual(['held begins', 'held ends', 'after'])
    })

    it('is kept by an act that has begun, whoever gives up then', async () => {
      const { runLocked } = await open()
      const log: string[] = []
      let isGivenUp = false
      const { act, end } = actOf(log, 'has begun')
      const begun = runLocked(
        'team/app',
        async () => {
          isGivenUp = true
          end()
          return await act()
        },
        () => isGivenUp,
      )
      await expect(begun).resolves.toBe('has begun')
    })

    it('is free after the process died whose act held it', async () => {
      const { runLocked, afterCrash } = await open()
      const log: string[] = []
      void runLocked('team/app', actOf(log, 'dies').act)
      const next = await afterCrash()
      expect(await next('team/app', async () => 'next')).toBe('next')
    })
  })
