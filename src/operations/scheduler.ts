import type { Clock } from '#collector/ports.ts'
import { accepted, type Parsed } from '#domain/parsed.ts'
import { parseSchedule, type Schedule } from '#domain/schedule/cron-expression.ts'
import { describeSchedule } from '#domain/schedule/describe.ts'
import { nextRuns } from '#domain/schedule/next-runs.ts'
import type { LogLevel } from '#state/jobs.ts'
import type { Settings } from '#state/settings.ts'
import { theServer, type Actor } from './actor.ts'
import type { Collections } from './collections.ts'
import { findDue } from './due-runs.ts'
import { createInTurn } from './in-turn.ts'
import { createRecordActivity, type ActivityPorts } from './record-activity.ts'

/** The schedule as it reads back; all null and no runs when there is none. */
export interface ScheduleView {
  /** Canonical: `@midnight` reads back as `0 * * *`. */
  readonly schedule: string | null
  readonly fields: {
    readonly hour: string
    readonly dayOfMonth: string
    readonly month: string
    readonly dayOfWeek: string
  } | null
  readonly description: string | null
  readonly nextRunsMs: readonly number[]
}

/** What a tick did. The host logs it; the activity has what was skipped or missed. */
export type TickOutcome =
  | { readonly kind: 'nothing due' }
  | { readonly kind: 'started'; readonly dueMs: number; readonly jobID: string }
  /** Due, but a collection was running (or could not start): not made up for later. */
  | { readonly kind: 'skipped'; readonly dueMs: number; readonly reason: string }
  /** Due while no server was running, the oldest first: not made up for later. */
  | { readonly kind: 'missed'; readonly dueMs: readonly number[] }

/** Starts collections when the schedule says so. */
export interface Scheduler {
  /**
   * To be called about every ten seconds. Fires a due instant at most once, also when the clock is
   * set back or the server killed, and only while it is fresh: instants that passed while no server
   * ran are reported as missed and not made up for.
   */
  tick(nowMs: number): Promise<TickOutcome>
  /** Null: never. Refusals have code `INVALID_SCHEDULE` and name the field. */
  setSchedule(text: string | null, actor: Actor): Promise<Parsed<ScheduleView>>
  schedule(): Promise<ScheduleView>
  /** What a schedule would be, without saving it. */
  preview(text: string, fromMs: number, count: number): Parsed<ScheduleView>
}

export interface SchedulerPorts extends ActivityPorts {
  readonly settings: Settings
  readonly clock: Clock
  readonly collections: Pick<Collections, 'start'>
  /** The host's log, for what is wrong with the clock or the stored schedule. */
  readonly log: (level: LogLevel, message: string) => void
}

const shownRuns = 5

/** An instant without a due run is written down only so often: each time costs a durable write. */
const rememberEveryMs = 60_000

const nothingDue: TickOutcome = { kind: 'nothing due' }

const never: ScheduleView = { schedule: null, fields: null, description: null, nextRunsMs: [] }

const view = (schedule: Schedule, fromMs: number, count: number): ScheduleView => ({
  schedule: schedule.text,
  fields: schedule.fields,
  description: describeSchedule(schedule),
  nextRunsMs: nextRuns(schedule, fromMs, count),
})

export function createScheduler(ports: SchedulerPorts): Scheduler {
  const { clock, collections, log, settings } = ports
  const record = createRecordActivity(ports)
  // A tick that takes its time is not overtaken by the next, nor by a change of the schedule.
  const inTurn = createInTurn()
  let seenMs: number | null = null
  let rememberedMs: number | null = null

  async function recall(): Promise<void> {
    if (seenMs !== null) return
    seenMs = await settings.schedulerSeenMs()
    rememberedMs = seenMs
  }

  async function remember(nowMs: number): Promise<void> {
    seenMs = nowMs
    rememberedMs = nowMs
    await settings.setSchedulerSeenMs(nowMs)
  }

  async function current(): Promise<Schedule | null> {
    const text = await settings.schedule()
    if (text === null) return null
    const parsed = parseSchedule(text)
    if (parsed.ok) return parsed.value
    log('error', `the stored schedule "${text}" cannot be read: ${parsed.refusal.message}`)
    return null
  }

  const recordSkipped = (dueMs: number, reason: string): Promise<void> =>
    record('collection skipped', theServer, {
      detail: `due at ${new Date(dueMs).toISOString()}: ${reason}`,
    })

  async function start(dueMs: number): Promise<TickOutcome> {
    const request = { trigger: 'schedule', actor: theServer, scheduledAtMs: dueMs } as const
    const started = await collections.start(request)
    if (started.ok) return { kind: 'started', dueMs, jobID: started.value.job.id }
    const reason = started.refusal.message
    await recordSkipped(dueMs, reason)
    return { kind: 'skipped', dueMs, reason }
  }

  async function tickInTurn(nowMs: number): Promise<TickOutcome> {
    await recall()
    const { freshMs, missedMs, clockWentBack, ...due } = findDue(await current(), seenMs, nowMs)
    if (due.seenMs === seenMs) return nothingDue
    if (clockWentBack) {
      log('warn', 'the clock was set back by more than a day: the schedule goes on from now')
    }
    const [firstMissedMs] = missedMs
    const isRemembered = rememberedMs !== null && due.seenMs - rememberedMs < rememberEveryMs
    seenMs = due.seenMs
    if (freshMs === null && firstMissedMs === undefined && !clockWentBack && isRemembered) {
      return nothingDue
    }
    // Before it is started: killed in between, it is not run, rather than run twice.
    await remember(seenMs)
    if (firstMissedMs !== undefined) {
      const others = missedMs.length === 1 ? '' : ` (the first of ${missedMs.length})`
      await recordSkipped(firstMissedMs, `no server was running then${others}`)
    }
    if (freshMs !== null) return start(freshMs)
    return firstMissedMs === undefined ? nothingDue : { kind: 'missed', dueMs: missedMs }
  }

  return {
    tick: (nowMs) => inTurn(() => tickInTurn(nowMs)),

    setSchedule: (text, actor) =>
      inTurn(async () => {
        const parsed = text === null ? accepted(null) : parseSchedule(text)
        if (!parsed.ok) return parsed
        const nowMs = clock.nowMs()
        await recall()
        // What the new schedule would have been due for before now is not due.
        await remember(Math.max(nowMs, seenMs ?? nowMs))
        await settings.setSchedule(parsed.value?.text ?? null)
        await record('schedule changed', actor, { detail: parsed.value?.text ?? 'never' })
        return accepted(parsed.value ? view(parsed.value, nowMs, shownRuns) : never)
      }),

    async schedule() {
      const schedule = await current()
      return schedule ? view(schedule, clock.nowMs(), shownRuns) : never
    },

    preview(text, fromMs, count) {
      const parsed = parseSchedule(text)
      return parsed.ok ? accepted(view(parsed.value, fromMs, count)) : parsed
    },
  }
}
