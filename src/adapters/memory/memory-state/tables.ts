import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { RetentionSettings } from '#domain/policy/retention-settings.ts'
import type { CollectionResult } from '#domain/collection/collection-result.ts'
import type { Grant } from '#domain/access/access-level.ts'
import type { DomainEvent } from '#domain/events/domain-event.ts'
import { fromEarlierEvent, type EarlierEvent } from '#domain/events/earlier-event.ts'
import type { StoredAccessToken } from '#state/access-tokens.ts'
import type { Account } from '#state/accounts.ts'
import type { StoredRun } from '#state/job-runs.ts'
import type { StoredJob, StoredLogLine, StoredPlan } from '#state/jobs.ts'
import type { PendingAct } from '#state/pending-acts.ts'
import type { StoredPreview } from '#state/previews.ts'
import type { PullRecording } from '#state/pulls.ts'
import type { PushRecord } from '#state/pushes.ts'
import type { MissedRuns } from '#state/settings.ts'
import type { StoredPolicyVersion } from '#state/retention-policies.ts'
import type { StoredRunningReport } from '#state/running-reports.ts'
import type { StoredSession } from '#state/sessions.ts'

export interface StoredPull {
  readonly lastAtMs: number
  readonly lastBy: string | null
  /** By day. */
  readonly days: Readonly<Record<number, number>>
}

export interface ScheduleTable {
  readonly schedule: string | null
  readonly seenMs: number | null
  readonly missedRuns: MissedRuns | null
}

/** Everything that is stored. Maps keep the order of insertion. */
export interface Tables {
  readonly accounts: Map<string, Account>
  readonly grants: Map<string, readonly Grant[]>
  readonly sessions: Map<string, StoredSession>
  /** By id. */
  readonly accessTokens: Map<string, StoredAccessToken>
  readonly jobs: Map<string, StoredJob>
  readonly logs: Map<string, StoredLogLine[]>
  readonly jobRuns: Map<string, StoredRun>
  readonly plans: Map<string, StoredPlan>
  readonly activity: DomainEvent[]
  readonly pendingActs: Map<string, PendingAct>
  /** By repository, then by tag. */
  readonly pushes: Map<string, Map<string, PushRecord>>
  /** By repository, then by reference. */
  readonly pulls: Map<string, Map<string, StoredPull>>
  /** By scope, the oldest version first. */
  readonly retentionPolicies: Map<string, readonly StoredPolicyVersion[]>
  /** By cluster. */
  readonly runningReports: Map<string, StoredRunningReport>
  readonly previews: Map<string, StoredPreview>
  readonly settings: {
    /** By kind of job. */
    schedules: Readonly<Record<string, ScheduleTable>>
    policy: CollectionPolicy | null
    retention: RetentionSettings | null
    pullRecording: PullRecording | null
    anonymousGrants: readonly Grant[]
    bearerKey: string | null
  }
}

export const emptyTables = (): Tables => ({
  accounts: new Map(),
  grants: new Map(),
  sessions: new Map(),
  accessTokens: new Map(),
  jobs: new Map(),
  logs: new Map(),
  jobRuns: new Map(),
  plans: new Map(),
  activity: [],
  pendingActs: new Map(),
  pushes: new Map(),
  pulls: new Map(),
  retentionPolicies: new Map(),
  runningReports: new Map(),
  previews: new Map(),
  settings: {
    schedules: {},
    policy: null,
    retention: null,
    pullRecording: null,
    anonymousGrants: [],
    bearerKey: null,
  },
})

/** Completes saved tables, also of a version that had fewer of them. */
export function completeTables(saved: Tables): Tables {
  const empty = emptyTables()
  return { ...empty, ...saved, settings: { ...empty.settings, ...saved.settings } }
}

/** A job as it was saved before jobs had kinds. */
type EarlierJob = Omit<StoredJob, 'kind' | 'request' | 'result'> & {
  readonly dryRun: boolean
  readonly givenPlanID: string | null
  readonly planID: string | null
  readonly result: CollectionResult | null
}

/** Settings as they were saved while only collections had a schedule. */
type SettingsOfOneSchedule = Omit<
  Tables['settings'],
  'schedules' | 'retention' | 'pullRecording'
> & {
  readonly schedule: string | null
  readonly schedulerSeenMs: number | null
  /** Absent in the first version. */
  readonly missedRuns?: MissedRuns | null
}

/** Tables of the second format, whose jobs had no kind. */
export type TablesOfRuns = Omit<Tables, 'jobs' | 'settings'> & {
  readonly jobs: ReadonlyMap<string, EarlierJob>
  readonly settings: SettingsOfOneSchedule
}

export function withJobsOfKinds(saved: TablesOfRuns): Tables {
  const jobs = Array.from(saved.jobs, ([id, job]): [string, StoredJob] => {
    const { dryRun, givenPlanID, planID, result, ...rest } = job
    return [
      id,
      {
        ...rest,
        kind: dryRun ? 'dry-run' : 'collection',
        request: givenPlanID === null ? null : { planID: givenPlanID },
        result: result && planID !== null ? { ...result, planID } : result,
      },
    ]
  })
  const { schedule, schedulerSeenMs, missedRuns = null, ...settings } = saved.settings
  const collection = { schedule, seenMs: schedulerSeenMs, missedRuns }
  return {
    ...saved,
    jobs: new Map(jobs),
    settings: { ...settings, schedules: { collection }, retention: null, pullRecording: null },
  }
}

/** Tables of the first format, whose events were words. */
export type EarlierTables = Omit<TablesOfRuns, 'activity' | 'pendingActs'> & {
  readonly activity: readonly EarlierEvent[]
  /** Absent before acts were noted. */
  readonly pendingActs?: ReadonlyMap<
    string,
    Omit<PendingAct, 'event'> & { readonly event: EarlierEvent }
  >
}

export function withEventsAsData(saved: EarlierTables): TablesOfRuns {
  const freedBytesOf = (jobID: string) => saved.jobs.get(jobID)?.result?.removed.bytes ?? null
  const toEvent = (event: EarlierEvent) => fromEarlierEvent(event, { freedBytesOf })
  const acts = Array.from(saved.pendingActs ?? [], ([id, act]) => {
    const converted: [string, PendingAct] = [id, { ...act, event: toEvent(act.event) }]
    return converted
  })
  return { ...saved, activity: saved.activity.map(toEvent), pendingActs: new Map(acts) }
}

/** Restores the tables to their present content. Their values are never changed, only replaced. */
export function rollbackOf(tables: Tables): () => void {
  const maps = Object.values(tables).filter((table) => table instanceof Map) as Map<
    string,
    unknown
  >[]
  const before = maps.map((map) =>
    Array.from(map, ([key, value]): [string, unknown] => {
      if (Array.isArray(value)) return [key, [...value]]
      return [key, value instanceof Map ? new Map(value) : value]
    }),
  )
  const settings = { ...tables.settings }
  const events = tables.activity.length
  return () => {
    for (const [at, map] of maps.entries()) {
      map.clear()
      for (const [key, value] of before[at] ?? []) map.set(key, value)
    }
    Object.assign(tables.settings, settings)
    tables.activity.splice(events)
  }
}

/** Call it after every change. */
export type Changed = () => void
