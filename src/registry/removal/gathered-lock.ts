import type { RunLocked } from '#coordination/repository-locks.ts'

interface Waiting {
  run(): Promise<void>
  reject(error: unknown): void
}

/**
 * A lock under which all runs together that was asked for until the lock was had: for acts that need
 * no order among themselves, but must not interleave with those of others.
 */
export function createGatheredLock(runLocked: RunLocked): RunLocked {
  const gathering = new Map<string, Waiting[]>()

  async function runAll(repository: string, waiting: readonly Waiting[]): Promise<void> {
    try {
      await runLocked(repository, async () => {
        // Who asks from now on waits for the next turn.
        gathering.delete(repository)
        await Promise.all(waiting.map(({ run }) => run()))
      })
    } catch (error) {
      gathering.delete(repository)
      for (const { reject } of waiting) reject(error)
    }
  }

  return (repository, act) =>
    new Promise((resolve, reject) => {
      const mine: Waiting = { run: () => act().then(resolve, reject), reject }
      const others = gathering.get(repository)
      if (others) others.push(mine)
      else {
        const waiting = [mine]
        gathering.set(repository, waiting)
        void runAll(repository, waiting)
      }
    })
}
