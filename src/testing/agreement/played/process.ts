/** Something that runs until it comes to the next place where the test may hold it for any time. */
export interface Process {
  /** Where it is held; null while it runs, or when it is over. */
  heldAt(): string | null
  /** Called by what runs: resolves when the test lets it go on. */
  hold(at: string): Promise<void>
  run(act: () => Promise<void>): void
  /** Lets it go on, if it is held there. */
  release(at: string): boolean
  /** It is never let go on again: its machine has died. */
  abandon(): void
}

/** Counts what happens to all processes, so that a test can wait until all are at rest. */
export interface Rest {
  /** Resolves after the next time that some process is held, or over. */
  next(): Promise<void>
  notice(): void
}

export function createRest(): Rest {
  let waiting: (() => void)[] = []
  return {
    next: () => new Promise((resolve) => waiting.push(resolve)),
    notice() {
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
  }
}

export function createProcess(rest: Rest): Process {
  let held: { readonly at: string; readonly go: () => void } | null = null
  let isDead = false
  return {
    heldAt: () => (isDead ? null : (held?.at ?? null)),
    hold: (at) =>
      new Promise((resolve) => {
        held = { at, go: resolve }
        rest.notice()
      }),
    run(act) {
      // How it ends is its own affair: what it told clients is what counts.
      void act()
        .catch(() => undefined)
        .finally(rest.notice)
    },
    release(at) {
      if (isDead || held?.at !== at) return false
      const { go } = held
      held = null
      go()
      return true
    },
    abandon() {
      isDead = true
    },
  }
}
