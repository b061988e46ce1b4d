/** A password to check, which takes a good part of a second of processor time. */
export interface PasswordCheck {
  /** The client: only a limited number of its checks may wait. */
  readonly client: string
  /** The client's recent failures; 0: none. Fewer go first. */
  readonly failures: number
  readonly verify: () => Promise<boolean>
}

/** Too many checks wait already; or this one made room for a client with fewer failures. */
export class PasswordQueueFull extends Error {
  constructor() {
    super('too many passwords wait to be checked')
    this.name = 'PasswordQueueFull'
  }
}

export interface PasswordQueue {
  /** The result of `verify`, when it is its turn. Rejects with `PasswordQueueFull`. */
  check(check: PasswordCheck): Promise<boolean>
}

interface Waiting extends PasswordCheck {
  readonly start: () => void
  readonly giveUp: () => void
}

/** One of the two is reserved for clients without failures. */
const atOnce = 2
export const maximumWaiting = 32
export const maximumWaitingOfClient = 8

/**
 * Clients that guess wait behind others, and never fill the queue: the one with most failures makes
 * room. The queue is bounded, so that a flood of names and passwords does not fill the memory.
 */
export function createPasswordQueue(): PasswordQueue {
  const waiting: Waiting[] = []
  let running = 0
  let runningSuspects = 0

  /** The best one that may start now: with the fewest failures, then with the longest wait. */
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

  /** Whether there is room for it, if necessary by removing another. */
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
