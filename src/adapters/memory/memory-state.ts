import { createSerialQueue } from '#coordination/serial-queue.ts'
import type { State, StateParts } from '#state/state.ts'
import { createMemoryAccessTokens } from './memory-state/access-tokens.ts'
import { createMemoryAccounts } from './memory-state/accounts.ts'
import { createMemoryActivity } from './memory-state/activity.ts'
import { createMemoryJobRuns } from './memory-state/job-runs.ts'
import { createMemoryJobs, createMemoryPlans } from './memory-state/jobs.ts'
import { createMemoryPendingActs } from './memory-state/pending-acts.ts'
import { createMemoryPreviews } from './memory-state/previews.ts'
import { createMemoryPulls } from './memory-state/pulls.ts'
import { createMemoryPushes } from './memory-state/pushes.ts'
import { createMemoryRetentionPolicies } from './memory-state/retention-policies.ts'
import { createMemoryRunningReports } from './memory-state/running-reports.ts'
import { createMemorySessions } from './memory-state/sessions.ts'
import { createMemorySettings } from './memory-state/settings.ts'
import {
  completeTables,
  emptyTables,
  rollbackOf,
  withEventsAsData,
  withJobsOfKinds,
  type EarlierTables,
  type Tables,
  type TablesOfRuns,
} from './memory-state/tables.ts'

/**
 * All of a memory state, as a value that a structured clone (and so IndexedDB) accepts. Only this
 * file may use its content; `format` identifies an old one.
 */
export interface MemoryStateSnapshot {
  readonly format: 3
  readonly tables: Tables
}

/** What earlier versions saved. */
type EarlierSnapshot =
  | { readonly format: 1; readonly tables: EarlierTables }
  | { readonly format: 2; readonly tables: TablesOfRuns }

export interface MemoryState extends State {
  /** A copy: later changes are not in it. */
  snapshot(): MemoryStateSnapshot
}

export interface MemoryStateOptions {
  /** The initial content; an unknown format counts as empty. */
  readonly snapshot?: MemoryStateSnapshot | EarlierSnapshot | null
  /** Called after every change, so that a snapshot can be saved some time later. */
  readonly onChange?: () => void
}

function tablesOf(snapshot: MemoryStateSnapshot | EarlierSnapshot | null): Tables {
  switch (snapshot?.format) {
    case 1:
      return completeTables(withJobsOfKinds(withEventsAsData(structuredClone(snapshot.tables))))
    case 2:
      return completeTables(withJobsOfKinds(structuredClone(snapshot.tables)))
    case 3:
      return completeTables(structuredClone(snapshot.tables))
    default:
      return emptyTables()
  }
}

/**
 * The state in memory: for the mock host and tests. Not durable by itself: a write that has
 * resolved survives a reload only if `onChange` saves a snapshot.
 */
export function createMemoryState({ snapshot, onChange }: MemoryStateOptions = {}): MemoryState {
  const tables = tablesOf(snapshot ?? null)
  const changed = () => onChange?.()

  const activity = createMemoryActivity(tables, changed)
  const pushes = createMemoryPushes(tables, changed)
  const parts: StateParts = {
    accounts: createMemoryAccounts(tables, changed),
    sessions: createMemorySessions(tables, changed),
    accessTokens: createMemoryAccessTokens(tables, changed),
    settings: createMemorySettings(tables, changed),
    jobs: createMemoryJobs(tables, changed),
    jobRuns: createMemoryJobRuns(tables, changed),
    plans: createMemoryPlans(tables, changed),
    activity,
    pushes,
    pulls: createMemoryPulls(tables, changed),
    retentionPolicies: createMemoryRetentionPolicies(tables, changed),
    runningReports: createMemoryRunningReports(tables, changed),
    previews: createMemoryPreviews(tables, changed),
    pendingActs: createMemoryPendingActs(tables, { activity, pushes }, changed),
  }
  const runSerially = createSerialQueue()

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
    // One after the other. A write beside a failing transaction is lost with it: in memory only
    // refusals fail, before anything slow was awaited.
    transaction: (act) => runSerially(() => transact(act)),
    snapshot: () => ({ format: 3, tables: structuredClone(tables) }),
    async close() {},
  }
}
