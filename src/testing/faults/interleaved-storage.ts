import type { FileTree } from '#adapters/filesystem/file-tree.ts'

/** Many tasks at once on one storage, in an order that a number alone determines. */
export interface Interleaving {
  readonly storage: FileTree
  /** Resolves at its turn among the calls of storage. */
  turn(): Promise<void>
  /** Resolves after this many turns, or when no other task can continue. */
  after(turns: number): Promise<void>
  /** Gives turns until the work is done, one call of storage after the other. */
  until<T>(work: Promise<T>): Promise<T>
}

/** A new task: by then every task has come as far as it can without a turn. */
const everybodyWaits = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export interface Order {
  readonly seed: number
  /**
   * In percent: how often the next turn goes to the last arrival, so that one task continues while
   * others wait.
   */
  readonly burst: number
}

export function interleave(storage: FileTree, { seed, burst }: Order): Interleaving {
  const waiting: (() => void)[] = []
  const asleep: { readonly until: number; readonly wake: () => void }[] = []
  let state = seed
  let turns = 0
  // A linear congruential generator (Numerical Recipes); its low digits repeat too soon.
  const next = (below: number): number => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((state / 2 ** 32) * below)
  }
  const choose = (): number => (next(100) < burst ? waiting.length - 1 : next(waiting.length))
  const turn = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => turn().then(act)

  return {
    storage: {
      open: (...call) => inTurn(() => storage.open(...call)),
      list: (...call) => inTurn(() => storage.list(...call)),
      write: (...call) => inTurn(() => storage.write(...call)),
      move: (...call) => inTurn(() => storage.move(...call)),
      remove: (...call) => inTurn(() => storage.remove(...call)),
      removeEmpty: (...call) => inTurn(() => storage.removeEmpty(...call)),
    },
    turn,
    after: (until) => new Promise((wake) => asleep.push({ until, wake })),
    async until(work) {
      let isOver = false
      const end = work.finally(() => (isOver = true))
      end.catch(() => {})
      for (;;) {
        await everybodyWaits()
        if (isOver) return await end
        asleep.sort((a, b) => a.until - b.until)
        const sleeper = asleep[0]
        if (sleeper && (sleeper.until <= turns || waiting.length === 0)) {
          asleep.shift()
          sleeper.wake()
          continue
        }
        if (waiting.length === 0) throw new Error('no task can continue: they wait for each other')
        turns += 1
        waiting.splice(choose(), 1)[0]?.()
      }
    },
  }
}
