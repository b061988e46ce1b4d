import { join } from 'node:path'
import { leadershipContract } from '#testing/conformance/coordination/leadership.ts'
import { makeLockMachines } from '#testing/conformance/lock-machines.ts'
import { openFileStores } from '../file-stores.ts'

leadershipContract('on files', async () => {
  const machines = await makeLockMachines()
  /** Each process has clocks of its own, which stand still while it is frozen. */
  let freezeNewest = (): void => {}
  return {
    candidate(what) {
      const clock = machines.clock({ isPaused: () => frozenAt !== null })
      let frozenAt: { readonly monotonicMs: number; readonly wallMs: number } | null = null
      const lock = machines.farLock({
        what,
        clock: {
          ...clock,
          monotonicMs: () => frozenAt?.monotonicMs ?? clock.monotonicMs(),
          wallMs: () => frozenAt?.wallMs ?? clock.wallMs(),
        },
      })
      return {
        async acquire() {
          const attempt = await lock.acquire()
          if (attempt.ok) {
            freezeNewest = () => {
              frozenAt = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }
            }
          }
          return attempt
        },
      }
    },
    freezeLeader: () => freezeNewest(),
    loseAll: machines.stopAllBeats,
    storesOf: ({ mayWrite }) =>
      openFileStores({ root: join(machines.folder, 'storage'), durable: false, mayWrite }),
    close: machines.remove,
  }
})
