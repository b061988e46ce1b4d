import type { HeldState } from '#adapters/postgres/held-state.ts'

/** What commands do with a state in PostgreSQL, whose driver is loaded only then. */
export async function openPostgres() {
  const { copyIntoPostgres, copyOutOfPostgres } = await import('#adapters/postgres/copy-state.ts')
  const { openHeldState } = await import('#adapters/postgres/held-state.ts')
  const { whereOf } = await import('#adapters/postgres/connection-pool.ts')
  return {
    copyIntoPostgres,
    copyOutOfPostgres,
    whereOf,
    /** For a command that changes the state while no server runs. */
    openHeld: (url: string, what: string, complain: (line: string) => void): Promise<HeldState> =>
      openHeldState(url, {
        what,
        mirror: null,
        onLost(reason) {
          complain(`stopped at once: ${reason}`)
          process.exit(1)
        },
      }),
  }
}
