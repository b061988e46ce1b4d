import type { State, StateParts } from '#state/state.ts'
import { createMemoryAccessTokens } from './memory-state/access-tokens.ts'
import { createMemoryAccounts } from './memory-state/accounts.ts'
import { createMemoryActivity } from './memory-state/activity.ts'
import { createMemoryJobs, createMemoryPlans } from './memory-state/jobs.ts'
import { createMemoryPendingActs } from './memory-state/pending-acts.ts'
import { createMemoryPushes } from './memory-state/pushes.ts'
import { createMemorySessions } from './memory-state/sessions.ts'
import { createMemorySettings } from './memory-state/settings.ts'
import { completeTables, emptyTables, rollbackOf, type Tables } from './memory-state/tables.ts'

/**
 * All of a memory state, as a value that a structured clone (and so IndexedDB) takes. Its content
 * is nobody's business but this file's; `format` tells an old one.
 */
export interface MemoryStateSnapshot {
  readonly format: 1
  readonly tables: Tables
}

export interface MemoryState extends State {
  /** A copy: later changes are not in it. */
  snapshot(): MemoryStateSnapshot
}

export interface MemoryStateOptions {
  /** What to begin with; a format that is not known begins with nothing. */
  readonly snapshot?: MemoryStateSnapshot | null
  /** Called after every change, so that somebody can save a snapshot some time later. */
  readonly onChange?: () => void
}

/**
 * The state in memory: for the mock host and tests. Not durable by itself: a write that has
 * resolved survives a reload only where `onChange` saves a snapshot.
 */
export function createMemoryState({ snapshot, onChange }: MemoryStateOptions = {}): MemoryState {
  const tables =
    snapshot?.format === 1 ? completeTables(structuredClone(snapshot.tables)) : emptyTables()
  const changed = () => onChange?.()

  const activity = createMemoryActivity(tables, changed)
  const pushes = createMemoryPushes(tables, changed)
  const parts: StateParts = {
    accounts: createMemoryAccounts(tables, changed),
    sessions: createMemorySessions(tables, changed),
    accessTokens: createMemoryAccessTokens(tables, changed),
    settings: createMemorySettings(tables, changed),
    jobs: createMemoryJobs(tables, changed),
    plans: createMemoryPlans(tables, changed),
    activity,
    pushes,
    pendingActs: createMemoryPendingActs(tables, { activity, pushes }, changed),
  }
  let last: Promise<unknown> = Promise.resolve()

  async function transact<T>(act: (parts: StateParts) => Promise<T>): Promise<T> {
    const rollBack = rollbackOf(tables)
    try {
      return await act(parts)
    } catch (error) {
      rollBack()
      changed()
      throw error
    }
  }

  return {
    ...parts,
    // One after the other. What is written beside one that fails is lost with it: nothing fails in
    // memory but what is refused, before anything was awaited that takes time.
    transaction(act) {
      const turn = last.then(() => transact(act))
      last = turn.catch(() => undefined)
      return turn
    },
    snapshot: () => ({ format: 1, tables: structuredClone(tables) }),
    async close() {},
  }
}
