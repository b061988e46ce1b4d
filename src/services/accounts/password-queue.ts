/** A password to be checked, which takes a good part of a second of a processor. */
export interface PasswordCheck {
  /** Who asks: of one, only so many wait. */
  readonly client: string
  /**
   * 0: nothing speaks against the client. More: it was wrong that often of late; the lower goes first.
   */
  readonly failures: number
  readonly verify: () => Promise<boolean>
}

/** Too many wait already; or this one made room for a client of whom more is known. */
export class PasswordQueueFull extends Error {
  constructor() {
    super('too many passwords wait to be checked')
    this.name = 'PasswordQueueFull'
  }
}

export interface PasswordQueue {
  /** What `verify` finds, when it is its turn. Rejects with `PasswordQueueFull`. */
  check(check: PasswordCheck): Promise<boolean>
}

interface Waiting extends PasswordCheck {
  readonly start: () => void
  readonly giveUp: () => void
}

/** One of the two is kept for clients that were not wrong. */
const atOnce = 2
export const maximumWaiting = 32
export const maximumWaitingOfClient = 8

/**
 * Who guesses waits behind who does not, and never fills the queue: the one that was wrong most often
 * makes room. What waits is bounded, so that no flood of names and passwords is kept in memory.
 */
export function createPasswordQueue(): PasswordQueue {
  const waiting: Waiting[] = []
  let running = 0
  let runningSuspects = 0

  /** The best one that may start now: with the fewest failures, then the one that waits longest. */
  function next(): Waiting | undefined {
    const [best] = waiting.toSorted((a, b) => a.failures - b.failures)
    return best && mayStart(best) ? best : undefined
  }

  const mayStart = ({ failures }: PasswordCheck): boolean =>
    running < atOnce && (failures === 0 || runningSuspects === 0)

  function leave(item: Waiting): void {
    waiting.splice(waiting.indexOf(item), 1)
  }

  async function run({ failures, verify }: PasswordCheck): Promise<boolean> {
    const suspects = failures === 0 ? 0 : 1
    running += 1
    runningSuspects += suspects
    try {
      return await verify()
    } finally {
      running -= 1
      runningSuspects -= suspects
      startNext()
    }
  }

  function startNext(): void {
    for (let item = next(); item !== undefined; item = next()) {
      leave(item)
      item.start()
    }
  }

  /** Whether there is room for it, made at another's cost if need be. */
  function findRoom({ client, failures }: PasswordCheck): boolean {
    const ofClient = waiting.filter((item) => item.client === client)
    if (ofClient.length >= maximumWaitingOfClient) return false
    if (waiting.length < maximumWaiting) return true
    const worst = waiting.reduce((a, b) => (b.failures >= a.failures ? b : a))
    if (worst.failures <= failures) return false
    leave(worst)
    worst.giveUp()
    return true
  }

  return {
    check(check) {
      if (mayStart(check)) return run(check)
      if (!findRoom(check)) return Promise.reject(new PasswordQueueFull())
      return new Promise<boolean>((resolve, reject) => {
        waiting.push({
          ...check,
          start: () => void run(check).then(resolve, reject),
          giveUp: () => reject(new PasswordQueueFull()),
        })
      })
    },
  }
}
