/** A repeated event to wait for. */
export interface ChangeSignal {
  /** Resolves at the next change. */
  next(): Promise<void>
  fire(): void
}

export function createChangeSignal(): ChangeSignal {
  let waiting: (() => void)[] = []
  return {
    next: () => new Promise((resolve) => waiting.push(resolve)),
    fire() {
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
  }
}
