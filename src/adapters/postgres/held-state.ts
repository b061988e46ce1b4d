import type { State } from '#state/state.ts'
import { checkingEachCall } from '#adapters/sql/each-call.ts'
import { holdDatabase, type Claim, type DatabaseHold, type HoldOptions } from './database-hold.ts'
import type { PoolUse } from './connection-pool.ts'
import { openPostgresState, type PostgresStateOptions } from './postgres-state.ts'
import type { OwnerMirror } from './storage-owner.ts'

export interface HeldState {
  /** It is given back when this is closed. */
  readonly state: State
  readonly hold: DatabaseHold
  readonly pool: () => PoolUse
}

export interface HeldStateOptions extends HoldOptions, PostgresStateOptions {
  /** The storage that the state is for; null: none is touched. */
  readonly mirror: OwnerMirror | null
  readonly claim?: Claim
}

/**
 * Refuses at once while the database is known not to answer: who asks would otherwise wait for a
 * connection, one after the other.
 */
function refusingWhileLost(state: State, hold: DatabaseHold): State {
  async function expectReached(): Promise<void> {
    const { failure } = hold.reach()
    if (failure !== null) throw failure
  }
  return {
    ...checkingEachCall(state, expectReached),
    async close() {
      await state.close()
      await hold.release()
    },
  }
}

/**
 * The state in a PostgreSQL database, migrated, for this process and this storage alone. Rejects
 * with a `StateError`: `FAILED` if another process has it, or it belongs to another storage; others
 * as `openPostgresState`.
 */
export async function openHeldState(
  url: string,
  { mirror, claim = 'claims', ...options }: HeldStateOptions,
): Promise<HeldState> {
  // First, so that nothing is migrated under a process that uses it.
  const hold = await holdDatabase(url, options)
  try {
    const { pool, ...state } = await openPostgresState(url, options)
    try {
      if (mirror !== null) await hold.claim(mirror, claim)
      return { state: refusingWhileLost(state, hold), hold, pool }
    } catch (error) {
      await state.close()
      throw error
    }
  } catch (error) {
    await hold.release()
    throw error
  }
}
