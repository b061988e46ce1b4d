import type { Log } from './log.ts'

/** Calls `stop` at the first signal, and ends the process after it. */
export function stopOnSignal(stop: () => Promise<void>, log: Log): void {
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      if (stopping) return
      stopping = true
      log('info', `stopping (${signal})`)
      stop().then(
        () => {
          log('info', 'stopped')
          process.exit(0)
        },
        (error: unknown) => {
          log('error', `could not stop cleanly: ${String(error)}`)
          process.exit(1)
        },
      )
    })
  }
}
